"""Each measure is what its definition says, with weights, and silent where there are too few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from audit.fairness import measures
from audit.fairness.cases import Cases
from audit.fairness.estimate import Z95
from audit.fairness.measures import MEASURES, Measure
from models import scale
from tests.audit.fairness.cases import made_up

CASES = made_up()
GROUP = CASES.part(CASES.groups["gender"] == "female")
REST = CASES.part(CASES.groups["gender"] == "male")


FIGURE: dict[Measure, str] = {
    measures.PRICE: "price",
    measures.OFFERS: "offers",
    measures.TIME: "hours",
    measures.REVIEWS: "reviewed",
    measures.OVERRIDES: "overridden",
}
DEARER = {*FIGURE} - {measures.OFFERS}
"""What less of is better: the gap is the rest against the group."""


def average(cases: Cases, values: np.ndarray, where: np.ndarray) -> float:
    """Return a weighted mean by plain arithmetic, of some rows."""
    rows = [(float(x), float(w)) for x, w, k in zip(values, cases.weights, where, strict=True) if k]
    return sum(x * w for x, w in rows) / sum(w for _, w in rows)


def defined(measure: Measure, cases: Cases) -> float:
    """Return a measure's level by its definition."""
    everyone, ended = np.ones(cases.n, dtype=bool), ~np.isnan(cases.bad)
    if measure in (measures.IMPACT, measures.PARITY):
        return average(cases, cases.approved, everyone)
    if measure in (measures.OPPORTUNITY, measures.FALSE_POSITIVE):
        return average(cases, cases.approved, cases.bad == (measure is measures.FALSE_POSITIVE))
    if measure is measures.CALIBRATION:
        expected = average(cases, cases.probability, ended)
        return average(cases, cases.bad, ended) / expected
    if measure is measures.SCORE:
        points = scale.points(np.log(cases.probability / (1 - cases.probability)))
        return average(cases, points, everyone)
    if measure is measures.RECORDS:
        return float(np.exp(average(cases, np.log(1 + cases.records), everyone)))
    figure = getattr(cases, FIGURE[measure])
    return average(cases, figure, ~np.isnan(figure))


@pytest.mark.parametrize(
    "measure",
    [m for m in MEASURES if m not in (measures.RANKING, measures.PAST_ANSWERS)],
    ids=lambda measure: measure.name,
)
def test_a_gap_is_the_group_against_the_rest(measure: Measure) -> None:
    found = measure.compare(GROUP, REST, Z95)
    one, other = defined(measure, GROUP), defined(measure, REST)
    assert found.group is not None
    assert found.rest is not None
    assert found.gap is not None
    assert (found.group.value, found.rest.value) == pytest.approx((one, other))
    first, second = (other, one) if measure in DEARER else (one, other)
    assert found.gap.value == pytest.approx(one / other if measure.equal else first - second)
    assert found.gap.low < found.gap.value < found.gap.high


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_two_groups_that_are_alike_have_no_gap(measure: Measure) -> None:
    found = measure.compare(GROUP, GROUP, Z95).gap
    assert found is not None
    assert found.value == pytest.approx(measure.equal)
    assert found.low < measure.equal < found.high


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
@pytest.mark.parametrize("swapped", [False, True])
def test_a_cell_of_fewer_than_ten_is_suppressed_and_of_fewer_than_thirty_not_compared(
    measure: Measure, *, swapped: bool
) -> None:
    few = np.arange(GROUP.n) < 9
    equal = replace(REST, weights=np.ones(REST.n))
    for small, shown in ((GROUP.part(few), False), (_all_known(29), True)):
        sides = (equal, small) if swapped else (small, equal)
        found = measure.compare(*sides, Z95)
        assert found.gap is None
        assert (found.counted >= 0) is (found.group is not None) is shown
    thirty = _all_known(80)
    found = measure.compare(*((equal, thirty) if swapped else (thirty, equal)), Z95)
    assert found.gap is not None


def _all_known(n: int) -> Cases:
    """Return that many applications, of whom everything is known and half went bad."""
    rows = np.arange(GROUP.n) < n
    known = (np.arange(n) % 2).astype(np.float64)
    return replace(GROUP.part(rows), bad=known, denied=known, weights=np.ones(n))


def test_calibration_needs_ten_bad_loans_on_both_sides() -> None:
    nine = replace(_all_known(80), bad=(np.arange(80) < 9).astype(float))
    ten = replace(_all_known(80), bad=(np.arange(80) < 10).astype(float))
    equal = replace(REST, weights=np.ones(REST.n))
    assert measures.CALIBRATION.compare(nine, equal, Z95).gap is None
    assert measures.CALIBRATION.compare(ten, equal, Z95).gap is not None
    none = replace(_all_known(80), bad=np.zeros(80))
    assert measures.RANKING.compare(none, equal, Z95).gap is None


def test_lower_is_worse_for_the_group_in_every_gap_of_its_treatment() -> None:
    """The same people, approved less often, their risk put higher, less known of, denied more."""
    higher = np.clip(GROUP.probability * 1.5, 0, 0.95)
    worse = replace(
        GROUP,
        probability=higher,
        approved=(higher < 0.3).astype(float),
        records=GROUP.records / 2,
    )
    for measure in (
        measures.IMPACT,
        measures.PARITY,
        measures.OPPORTUNITY,
        measures.FALSE_POSITIVE,
        measures.CALIBRATION,
        measures.SCORE,
        measures.RECORDS,
    ):
        found = measure.compare(worse, GROUP, Z95).gap
        assert found is not None
        assert found.value < measure.equal, measure.name
    denied = replace(GROUP, denied=np.where(np.isnan(GROUP.denied), np.nan, 1.0))
    found = measures.PAST_ANSWERS.compare(denied, GROUP, Z95).gap
    assert found is not None
    assert found.high < 0
