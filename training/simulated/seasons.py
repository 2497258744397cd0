"""The simulated year: week, Ramadan, lull, harvest and the beginning of school."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from features.rows import Floats, Ints
from training.simulated.sectors import SECTORS, Sector

IDULFITRI: Final = tuple(
    date.fromisoformat(day)
    for day in (
        "2019-06-05",
        "2020-05-24",
        "2021-05-13",
        "2022-05-02",
        "2023-04-22",
        "2024-04-10",
        "2025-03-31",
        "2026-03-21",
        "2027-03-10",
    )
)
"""Idulfitri by the Gregorian calendar, until a Hijri calendar computes it."""

RAMADAN_DAYS: Final = 30
QUIET_DAYS: Final = 21
QUIET_SALES: Final = 0.7
LULL: Final = (11, 0, 1)
HARVEST: Final = (2, 3, 6, 7)
"""Months, counted from January as 0."""


def days_since_1970(day: date) -> int:
    """Return the day's number, counted from 1 January 1970."""
    return (day - date(1970, 1, 1)).days


def calendar(sector: Ints, day: Ints) -> Floats:
    """Return (n, days) the factor on sales of the week and the season.

    Args:
        sector: (n,) place in `SECTORS`.
        day: (n, days) days since 1970.
    """
    earliest = int(day.min())
    every = np.arange(earliest, int(day.max()) + 1)
    table = np.stack([_week(s, every) * season(s, every) for s in SECTORS.values()])
    factor: Floats = table[sector[:, None], day - earliest]
    return factor


def season(sector: Sector, day: Ints) -> Floats:
    """Return the season's factor for days since 1970.

    The sector's ``ramadan`` in the 30 days before Idulfitri and `QUIET_SALES` in the 21 days from
    it on, times its ``lull``, ``harvest`` and ``school`` in their months.
    """
    factor = np.ones(day.size)
    for feast in IDULFITRI:
        after = day - days_since_1970(feast)
        factor[(after >= -RAMADAN_DAYS) & (after < 0)] *= sector.ramadan
        factor[(after >= 0) & (after < QUIET_DAYS)] *= QUIET_SALES
    month, monthday = months_of(day)
    factor[np.isin(month, LULL)] *= sector.lull
    factor[np.isin(month, HARVEST)] *= sector.harvest
    factor[((month == 5) & (monthday >= 15)) | (month == 6)] *= sector.school  # noqa: PLR2004  June, July
    return factor


def months_of(day: Ints) -> tuple[Ints, Ints]:
    """Return (month from January as 0, day of the month from 1) of days since 1970."""
    when = day.astype("datetime64[D]")
    months = when.astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    return months.astype(np.int64) % 12, day - first + 1


def _week(sector: Sector, day: Ints) -> Floats:
    return np.array(sector.week)[(day + 3) % 7]  # 1 January 1970 was a Thursday
