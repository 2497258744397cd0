"""A year of the Hijri calendar is held against published feasts and against arithmetic."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime

import numpy as np
import pytest

from features.rows import DAY
from features.season import FIRST_DAY, LAST_DAY, hijri_year

EPOCH = date(1970, 1, 1).toordinal()

IDULFITRI = (
    date(2019, 6, 5),
    date(2020, 5, 24),
    date(2021, 5, 13),
    date(2022, 5, 2),
    date(2023, 4, 22),
    date(2024, 4, 10),
    date(2025, 3, 31),
    date(2026, 3, 21),
)
"""The feast in Indonesia, where the moon is sighted: a day from the tabulated one at most."""


def year_before(day: date, microseconds: int = 0) -> float:
    """Return the length of the Hijri year up to a day."""
    as_of = (day.toordinal() - EPOCH) * DAY + microseconds
    return float(hijri_year(np.array([as_of]))[0])


@pytest.mark.parametrize(("before", "feast"), list(itertools.pairwise(IDULFITRI)))
def test_a_year_before_the_feast_is_the_feast_of_that_year_within_a_day(
    before: date, feast: date
) -> None:
    assert abs(year_before(feast) - (feast - before).days) <= 1


# The tabular Islamic calendar: 30 and 29 days in turn, and a day more in 11 of 30 years.


def _is_leap(year: int) -> bool:
    return (11 * year + 14) % 30 < 11


def _month_length(year: int, month: int) -> int:
    return 30 if month % 2 or (month == 12 and _is_leap(year)) else 29


def _to_day(year: int, month: int, day: int) -> int:
    """Return the days since 1970 of a date of the tabular calendar."""
    new_year = 354 * (year - 1) + (3 + 11 * year) // 30
    first_of_month = new_year + 29 * (month - 1) + month // 2
    # 1 Muharram 1 is the ordinal 227015 of the Gregorian calendar, 19 July 622.
    return first_of_month + day - 1 + 227_015 - EPOCH


def _from_day(day: int) -> tuple[int, int, int]:
    """Return the date of the tabular calendar, by walking on from a year that lies before."""
    year = (day + EPOCH - 227_015) // 355 + 1
    while _to_day(year + 1, 1, 1) <= day:
        year += 1
    month = 1
    while month < 12 and _to_day(year, month + 1, 1) <= day:
        month += 1
    return year, month, day - _to_day(year, month, 1) + 1


def test_the_tabular_calendar_of_this_test_knows_a_date_that_is_published() -> None:
    # The first day of the fifteenth century of the Hijra, and the last of the fourteenth.
    assert _to_day(1401, 1, 1) == date(1980, 11, 9).toordinal() - EPOCH
    assert _from_day(date(1980, 11, 8).toordinal() - EPOCH) == (1400, 12, 29)


def test_a_year_is_that_of_the_tabular_calendar_within_two_days_and_on_average_to_the_hour() -> (
    None
):
    days = np.arange(date(1990, 1, 1).toordinal() - EPOCH, date(2050, 1, 1).toordinal() - EPOCH, 11)
    found = hijri_year(days * DAY)
    wanted = []
    for day in days.tolist():
        year, month, of_month = _from_day(day)
        same = min(of_month, _month_length(year - 1, month))
        wanted.append(day - _to_day(year - 1, month, same))
    off = np.abs(found - np.array(wanted))
    assert off.max() <= 2
    assert (off <= 1).mean() > 0.99
    assert float(found.mean()) == pytest.approx(354 + 11 / 30, abs=1 / 24)


def test_a_year_has_353_to_356_days_and_mostly_354_or_355() -> None:
    years = hijri_year(np.arange(FIRST_DAY, LAST_DAY) * DAY)
    assert set(years.tolist()) == {353.0, 354.0, 355.0, 356.0}
    assert np.isin(years, (354, 355)).mean() > 0.95


def test_thirty_three_years_back_are_about_thirty_two_of_the_sun() -> None:
    day = date(2026, 3, 21)
    for _ in range(33):
        day = date.fromordinal(day.toordinal() - int(year_before(day)))
    assert abs((day - date(1994, 3, 14)).days) <= 1


def test_within_a_day_of_utc_it_is_the_same() -> None:
    day = date(2026, 11, 24)
    assert year_before(day) == year_before(day, DAY - 1)


def test_outside_the_table_it_is_missing() -> None:
    edges = [FIRST_DAY * DAY - 1, FIRST_DAY * DAY, LAST_DAY * DAY - 1, LAST_DAY * DAY]
    assert np.isnan(hijri_year(np.array(edges))).tolist() == [True, False, False, True]
    assert datetime.fromtimestamp(FIRST_DAY * DAY / 1e6, UTC).year == 1926
    assert hijri_year(np.array([], dtype=np.int64)).shape == (0,)


def test_it_answers_for_each_instant_in_its_place() -> None:
    days = np.array([20_000, 19_000, 20_000, 18_123]) * DAY
    alone = [float(hijri_year(days[place : place + 1])[0]) for place in range(4)]
    assert hijri_year(days).tolist() == alone
