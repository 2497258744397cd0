"""The figures of a look, as Prometheus reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from prometheus_client import generate_latest

from audit.drift.alarms import CODES
from audit.drift.monitored import monitor
from features.catalogue import NAMES
from serving.operation.drifted import DRIFT, OF, figures
from tests.audit.drift import cases

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_look_is_written_as_figures() -> None:
    asked = cases.asked(200, seed=8)
    asked.vectors[:, 3] += 2
    found = monitor(cases.trained(), asked, cases.judged(1500, seed=9))
    registry = figures(found, AT)
    value = registry.get_sample_value
    index = next(one.compared for one in found.findings if one.compared.what == NAMES[3])
    assert value(OF["feature"], {"feature": NAMES[3]}) == index.found.value
    assert value("lumbung_drift_alarms", {"code": "feature-moved", "level": "act"}) == 1
    assert value("lumbung_drift_alarms", {"code": "more-bad", "level": "act"}) == 0
    assert value("lumbung_drift_looked_at_seconds") == AT.timestamp()
    assert (value("lumbung_drift_applicants"), value("lumbung_drift_loans_judged")) == (200, 1500)
    calibration = next(
        one.compared for one in found.findings if one.compared.measure == "calibration"
    )
    assert value("lumbung_drift_observed_to_expected") == calibration.found.value
    assert {one.name for one in registry.collect()} == {*DRIFT} - {OF["cohort"]}


def test_what_could_not_be_compared_is_not_there() -> None:
    nobody = replace(cases.asked(40, seed=8), points=cases.asked(40, seed=8).points[:0])
    found = monitor(None, nobody, cases.judged(0, seed=9))
    registry = figures(found, AT)
    assert registry.get_sample_value(OF["score"]) is None
    samples = [line for line in generate_latest(registry).decode().splitlines() if line[0] != "#"]
    assert len(samples) == 3 + 2 * len(CODES)
