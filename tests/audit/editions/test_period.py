"""Periods are whole months, follow one another without a gap, and never lie over one another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.editions.period import MONTHS, Length, Period, containing, due, named
from features.errors import Refused

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
LENGTHS = st.sampled_from(get_args(Length))


@pytest.mark.parametrize(
    ("length", "first", "last", "name"),
    [
        ("month", date(2026, 2, 1), date(2026, 2, 28), "2026-02"),
        ("quarter", date(2026, 1, 1), date(2026, 3, 31), "2026-Q1"),
        ("half_year", date(2026, 1, 1), date(2026, 6, 30), "2026-H1"),
        ("year", date(2026, 1, 1), date(2026, 12, 31), "2026"),
    ],
)
def test_a_day_is_in_one_period_of_each_length(
    length: Length, first: date, last: date, name: str
) -> None:
    found = containing(length, date(2026, 2, 14))
    assert (found, found.name) == (Period(first, last), name)


@given(LENGTHS, DAYS)
def test_a_period_is_known_by_its_name(length: Length, day: date) -> None:
    found = containing(length, day)
    assert named(found.name) == found


@pytest.mark.parametrize("name", ["", "2026-Q5", "2026-13", "2026-H", "soon"])
def test_what_names_no_period_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        named(name)


def test_a_period_begins_and_ends_at_midnight_in_batang() -> None:
    found = containing("quarter", date(2026, 8, 1))
    assert found.since == datetime(2026, 6, 30, 17, tzinfo=UTC)
    assert found.until == datetime(2026, 9, 30, 17, tzinfo=UTC)


@given(LENGTHS, DAYS)
def test_a_period_holds_its_day_and_as_many_months_as_said(length: Length, day: date) -> None:
    found = containing(length, day)
    assert found.first <= day <= found.last
    assert found.last.month - found.first.month + 1 == MONTHS[length]
    assert (found.last + timedelta(days=1)).day == 1


@given(LENGTHS, DAYS, st.integers(0, 800))
def test_what_is_due_follows_what_is_made_without_a_gap_and_is_over(
    length: Length, day: date, later: int
) -> None:
    (first,) = due(length, day, [])
    assert first.last < day <= containing(length, day).last
    today = day + timedelta(days=later)
    found = due(length, today, [first])
    for before, after in zip([first, *found], found, strict=False):
        assert after.first == before.last + timedelta(days=1)
    assert all(one.last < today for one in found)
    assert due(length, today, [first, *found]) == []


def test_a_length_that_lies_over_an_edition_is_refused() -> None:
    made = [containing("month", date(2026, 7, 1))]
    with pytest.raises(Refused) as refused:
        due("quarter", date(2026, 10, 2), made)
    assert refused.value.code == "edition-overlap"


def test_a_shorter_length_goes_on_where_the_longer_one_ended() -> None:
    made = [containing("quarter", date(2026, 7, 1))]
    assert [one.name for one in due("month", date(2026, 12, 3), made)] == ["2026-10", "2026-11"]
