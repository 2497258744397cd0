"""Features that look a year back by the Hijri calendar, so that Ramadan meets Ramadan.

Trade in food and clothes follows Ramadan and Idulfitri, which move by eleven days a
year against the Gregorian calendar. Two quarters are compared at the same place of the
Hijri year.
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import Final

import numpy as np
from hijridate import Gregorian, Hijri

from features.cashflow import all_income
from features.feature import feature
from features.known import Known
from features.rows import DAY, Floats, Ints, ratio

LEAST, MOST = 0.5, 1.5
QUARTER: Final = 90

FIRST_DAY: Final = (datetime(1926, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days
LAST_DAY: Final = (datetime(2077, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days
"""Days since 1970 between which the Hijri calendar (Umm al-Qura) is tabulated."""


def hijri_year(as_of: Ints) -> Floats:
    """Return (n,) days from the same day of the Hijri year before to each instant's day, UTC.

    353 to 356, as the months of the year fall; from the thirtieth of a month that had none then
    it counts from its twenty-ninth. Missing outside 1926 to 2076.

    Args:
        as_of: (n,) microseconds since 1970 UTC.
    """
    return np.array([_length(day) for day in (as_of // DAY).tolist()], dtype=np.float64)


@functools.cache
def _length(day: int) -> float:
    if not FIRST_DAY <= day < LAST_DAY:
        return np.nan
    today = Gregorian.fromordinal(datetime(1970, 1, 1, tzinfo=UTC).toordinal() + day)
    hijri = today.to_hijri()
    short = Hijri(hijri.year - 1, hijri.month, 1).month_length()
    before = Hijri(hijri.year - 1, hijri.month, min(hijri.day, short)).to_gregorian()
    return float((today - before).days)


@feature(
    "ratio",
    -1,
    "R04",
    missing="no income in the same quarter of the Hijri year before, or the record begins later",
    low=LEAST,
    high=MOST,
)
def income_on_hijri_year(known: Known) -> Floats:
    """Income of the last 90 days ÷ that of the same 90 days of the Hijri year before.

    Held within 0.5 and 1.5.
    """
    earned = all_income(known)
    shift = hijri_year(known.as_of)
    start = shift[earned.segment] * DAY
    inside = (earned.age > start) & (earned.age <= start + QUARTER * DAY)
    growth = ratio(earned.last(QUARTER).sum("amount"), earned.keep(inside).sum("amount"))
    reaches = known.payments.days_since_first() >= shift + QUARTER
    return np.where(reaches, np.clip(growth, LEAST, MOST), np.nan)
