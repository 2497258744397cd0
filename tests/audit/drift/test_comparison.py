"""What comparisons come to among all that were made."""

from __future__ import annotations

import numpy as np
import pytest

from audit.drift.alarms import USUAL
from audit.drift.comparison import Comparison, Measure, found
from audit.fairness.estimate import Estimate
from audit.fairness.significance import holm

FAR = Estimate(0.5, 0.4, 0.6)
NEAR = Estimate(0.05, 0.0, 0.1)


def test_all_share_one_chance_of_a_false_alarm() -> None:
    """Half of it for the many by feature, half for the few others (Bonferroni over Holm)."""
    p = [0.001, 0.02, 0.03, 0.5]
    compared = [Comparison("feature", f"f{i}", FAR, one) for i, one in enumerate(p)]
    few = [Comparison("score", "", FAR, 0.01), Comparison("order", "", FAR, 0.4)]
    findings = found([few[0], *compared, few[1]], USUAL)
    expected = [2 * 2 * 0.01, *(2 * holm(p)), 2 * 0.4]
    assert [one.p_of_all for one in findings] == pytest.approx(np.minimum(expected, 1).tolist())
    assert [one.level for one in findings] == ["act", "act", None, None, None, None]


@pytest.mark.parametrize(
    ("measure", "of", "code", "level"),
    [
        ("score", FAR, "score-moved", "act"),
        ("feature", FAR, "feature-moved", "act"),
        ("missing", Estimate(-0.5, -0.6, -0.4), "missing-moved", "act"),
        ("missing", Estimate(0.06, 0.02, 0.1), "missing-moved", "look"),
        ("calibration", Estimate(1.5, 1.3, 1.7), "more-bad", "act"),
        ("calibration", Estimate(1.5, 1.1, 1.7), "more-bad", "look"),
        ("calibration", Estimate(0.5, 0.4, 0.7), "fewer-bad", "act"),
        ("calibration", Estimate(0.85, 0.8, 0.9), "fewer-bad", None),
        ("order", Estimate(0.1, 0.05, 0.2), "order-lost", "act"),
        ("order", Estimate(-0.1, -0.2, -0.05), "order-lost", None),
        ("cohort", Estimate(2.0, 1.5, 2.5), "cohort-worse", "act"),
        ("cohort", Estimate(0.5, 0.4, 0.6), "cohort-worse", None),
    ],
)
def test_a_measure_rings_its_alarm_in_its_direction(
    measure: Measure, of: Estimate, code: str, level: str | None
) -> None:
    (finding,) = found([Comparison(measure, "", of, 1e-6)], USUAL)
    assert (finding.code, finding.level) == (code, level)


def test_what_is_as_it_was_in_the_same_season_does_not_ring() -> None:
    seasonal, new = found(
        [Comparison("feature", "a", FAR, 1e-6, 0.05), Comparison("missing", "a", FAR, 1e-6, -0.2)],
        USUAL,
    )
    assert (seasonal.level, new.level) == ("season", "act")
    (still,) = found([Comparison("feature", "a", NEAR, 1e-6, 0.05)], USUAL)
    assert still.level is None
