"""What `lumbung monitor` found, as figures that Prometheus reads from a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final, get_args

from prometheus_client import CollectorRegistry, Gauge

from audit.drift.alarms import CODES, Level
from audit.drift.comparison import Measure
from audit.drift.monitored import Drift

DRIFT: Final = {
    "lumbung_drift_looked_at_seconds": "Unix time of the look; it grows old where nobody looks.",
    "lumbung_drift_applicants": "Applicants of the period.",
    "lumbung_drift_loans_judged": "Loans judged in the period.",
    "lumbung_drift_alarms": "Alarms that ring, by code and level.",
    "lumbung_drift_score_index": "Stability index of the score.",
    "lumbung_drift_feature_index": "Stability index, by feature.",
    "lumbung_drift_missing_change": "Share without a value now, less that in training, by feature.",
    "lumbung_drift_observed_to_expected": "Observed ÷ expected bad loans.",
    "lumbung_drift_auc_lost": "AUC in training, less that of the loans judged.",
    "lumbung_drift_cohort_ratio": "Share bad of the newest cohort ÷ of those before at its age.",
}
"""Figure → what it is."""

OF: Final[dict[Measure, str]] = {
    "score": "lumbung_drift_score_index",
    "feature": "lumbung_drift_feature_index",
    "missing": "lumbung_drift_missing_change",
    "calibration": "lumbung_drift_observed_to_expected",
    "order": "lumbung_drift_auc_lost",
    "cohort": "lumbung_drift_cohort_ratio",
}
"""Measure → its figure; those by feature have a label."""

BY_FEATURE: Final = ("feature", "missing")


def figures(of: Drift, looked_at: datetime) -> CollectorRegistry:
    """Return the figures of a look; one is not there where there were too few.

    Args:
        of: what it found.
        looked_at: when, UTC.
    """
    registry = CollectorRegistry()

    def gauge(name: str, labels: Sequence[str] = ()) -> Gauge:
        return Gauge(name, DRIFT[name], labels, registry=registry)

    gauge("lumbung_drift_looked_at_seconds").set(looked_at.timestamp())
    gauge("lumbung_drift_applicants").set(of.applicants)
    gauge("lumbung_drift_loans_judged").set(of.judged)
    alarms = gauge("lumbung_drift_alarms", ("code", "level"))
    ringing = Counter((one.code, one.level) for one in of.alarms)
    for code in CODES:
        for level in get_args(Level):
            alarms.labels(code, level).set(ringing[code, level])
    by_feature = {name: gauge(OF[name], ("feature",)) for name in BY_FEATURE}
    for one in (finding.compared for finding in of.findings):
        if one.measure in by_feature:
            by_feature[one.measure].labels(one.what).set(one.found.value)
        else:
            gauge(OF[one.measure]).set(one.found.value)
    return registry
