"""Officials see how far businesses come, and can find out nothing about fewer than ten of them."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.cells import LEAST
from audit.funnel import STAGES, Funnel, Stage, funnel

CODES = ("", "3325010", "3325020", "3325030")
COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(CODES), st.sampled_from(STAGES)),
    st.integers(0, 3) | st.integers(9, 60),
    max_size=12,
)


def many(**stages: int) -> dict[tuple[str, Stage], int]:
    """Return counts in one kecamatan."""
    return {("3325010", stage): stages[stage] for stage in STAGES if stage in stages}


def lines(found: Funnel) -> list[list[int | None]]:
    """Return every row and column of the table, its sum last."""
    rows = [[*place.stopped, place.asked] for place in (*found.places, found.total)]
    return [*rows, *map(list, zip(*rows, strict=True))]


def test_all_is_shown_of_many_and_stages_add_up_from_the_furthest() -> None:
    found = funnel(many(not_yet=30, offered=40, repaid=20))
    assert found.total.asked == 90
    assert found.total.stopped == (30, 0, 0, 40, 0, 0, 20)
    assert found.total.reached == (90, 60, 60, 60, 20, 20, 20)
    assert [(one.kecamatan, one.stopped) for one in found.places] == [
        ("3325010", found.total.stopped)
    ]


def test_a_few_are_hidden_and_who_could_be_subtracted_with_them() -> None:
    found = funnel(many(not_yet=30, offered=40, repaid=3))
    assert found.total.stopped[-1] is None
    assert sum(one is None for one in (*found.total.stopped, found.total.asked)) >= 2
    assert found.total.reached[-1] is None


def test_where_nobody_asked_there_is_nothing_to_hide() -> None:
    found = funnel({})
    assert (found.places, found.total.asked, found.total.stopped) == ((), 0, (0,) * len(STAGES))


@settings(max_examples=40, deadline=None)
@given(COUNTS)
def test_what_is_shown_is_true_and_never_of_a_few(counts: dict[tuple[str, Stage], int]) -> None:
    found, whole = funnel(counts), Counter(counts)
    for place in found.places:
        for stage, shown in zip(STAGES, place.stopped, strict=True):
            assert shown in (None, whole[place.kecamatan, stage])
    asked = [place.asked for place in (*found.places, found.total)]
    told = [one for line in [*lines(found), asked] for one in line if one is not None]
    assert not [one for one in told if 0 < one < LEAST]


@settings(max_examples=40, deadline=None)
@given(COUNTS)
def test_nobody_few_is_alone_hidden_in_a_sum(counts: dict[tuple[str, Stage], int]) -> None:
    """One number missing of a sum is found by subtraction."""
    for line in lines(funnel(counts)):
        assert sum(one is None for one in line) != 1
