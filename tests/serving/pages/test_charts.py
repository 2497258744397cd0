"""A chart's bars lie on one scale, and none leaves its picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.pages.charts import BAR, STEP, THINNEST, Row, chart

LENGTHS = st.floats(0, 1e12, allow_nan=False)
ROWS = st.lists(
    st.builds(
        Row,
        st.just("a"),
        st.just("1"),
        st.lists(LENGTHS.map(lambda length: ("met", length)), max_size=3).map(tuple),
        st.none() | LENGTHS,
    ),
    max_size=6,
)


def test_lengths_are_in_proportion_and_parts_lie_one_after_the_other() -> None:
    long = Row("long", "40", (("met", 10.0), ("no_room", 30.0)))
    short = Row("short", "10", (("met", 10.0),))
    first, second = chart("x", "title", [long, short]).bars
    assert [(part.left, part.width) for part in first.parts] == [
        (0.0, BAR / 4),
        (BAR / 4, BAR * 3 / 4),
    ]
    assert [part.width for part in second.parts] == [BAR / 4]
    assert (first.top, second.top) == (0, STEP)


@given(ROWS)
def test_no_bar_and_no_mark_leaves_the_picture(rows: list[Row]) -> None:
    made = chart("x", "title", rows)
    assert made.height == STEP * len(rows)
    for bar in made.bars:
        assert bar.mark <= BAR + 0.1
        for part in bar.parts:
            assert part.width >= THINNEST
            assert part.left + part.width <= BAR + 3 * THINNEST + 0.1


def test_what_is_nothing_is_not_drawn_and_what_is_little_is() -> None:
    (bar,) = chart("x", "title", [Row("a", "0", (("met", 0.0), ("no_fit", 1e-9)))], whole=1.0).bars
    assert [(part.name, part.width) for part in bar.parts] == [("no_fit", THINNEST)]


@pytest.mark.parametrize("rows", [[], [Row("a", "0", ())]])
def test_a_chart_of_nothing_is_empty(rows: list[Row]) -> None:
    assert [bar.parts for bar in chart("x", "title", rows).bars] == [()] * len(rows)
