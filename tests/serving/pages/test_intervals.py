"""A picture of estimates keeps to its scale, and in proportion."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from audit.fairness.estimate import Estimate
from serving.pages.intervals import SCALE, STEP, Row, intervals

ENDS = ("0%", "100%")


def test_places_are_in_proportion_and_rows_one_under_the_other() -> None:
    rows = [
        Row("a", "50%", Estimate(0.5, 0.25, 1.0)),
        Row("b", "10%", Estimate(0.1, 0.0, 0.2), "worse"),
    ]
    made = intervals("x", "title", rows, (0.0, 1.0), ENDS, 0.75)
    first, second = made.dots
    assert (first.low, first.at, first.high) == (SCALE / 4, SCALE / 2, SCALE)
    assert (second.top, second.kind) == (STEP, "worse")
    assert made.mark == round(0.75 * SCALE, 1)
    assert intervals("x", "title", rows, (0.0, 1.0), ENDS).mark < 0


@given(st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=3).map(sorted))
def test_nothing_leaves_the_scale(bounds: list[float]) -> None:
    low, at, high = bounds
    made = intervals("x", "t", [Row("a", "1", Estimate(at, low, high))], (-1.0, 1.0), ("", ""))
    dot = made.dots[0]
    assert 0 <= dot.low <= dot.at <= dot.high <= SCALE
