"""The simulated sectors: how they sell through the week and the year.

The sectors are those people in Batang live by; the numbers are assumptions
(docs/simulator.md), none a statistic about Batang.
"""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

import numpy as np

from features.rows import Floats, Ints

IDULFITRI: Final = tuple(
    date.fromisoformat(day)
    for day in ("2023-04-22", "2024-04-10", "2025-03-31", "2026-03-21", "2027-03-10")
)
"""Idulfitri by the Gregorian calendar, until a Hijri calendar computes it."""

RAMADAN_DAYS: Final = 30
QUIET_DAYS: Final = 21
QUIET_SALES: Final = 0.7
LULL_MONTHS: Final = (11, 0, 1)
"""December, January and February, counted from January as 0."""


class Sector(NamedTuple):
    """What the businesses of a sector have in common; docs/simulator.md gives the meanings."""

    share: float
    daily_sales: float  # rupiah, median over businesses
    sales_a_day: float  # recorded, on average
    margin: float
    ramadan: float
    lull: float  # sales from December to February ÷ those of other months
    week: tuple[float, float, float, float, float, float, float]  # Monday … Sunday


SECTORS: Final = {
    "trade": Sector(0.40, 650e3, 1.10, 0.28, 1.25, 1.0, (1, 1, 1, 1, 1.05, 1.1, 0.85)),
    "food": Sector(0.25, 520e3, 1.00, 0.38, 1.55, 1.0, (0.95, 0.95, 0.95, 1, 0.95, 1.1, 1.1)),
    "batik": Sector(0.12, 600e3, 0.55, 0.45, 1.50, 1.0, (1, 1, 1, 1, 0.8, 1.2, 1)),
    "fishing": Sector(0.11, 750e3, 0.75, 0.42, 1.05, 0.45, (1.1, 1.1, 1.1, 1.1, 0.4, 1.1, 1.1)),
    "services": Sector(0.12, 420e3, 0.85, 0.60, 1.05, 1.0, (1.05, 1.05, 1.05, 1.05, 0.9, 1.1, 0.8)),
}


def of_sectors(field: str) -> Floats:
    """Return one number of every sector, in the order of `SECTORS`."""
    return np.array([getattr(sector, field) for sector in SECTORS.values()], dtype=np.float64)


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

    The sector's ``ramadan`` in the 30 days before Idulfitri, `QUIET_SALES` in the 21 days from it
    on, and the sector's ``lull`` from December to February.
    """
    factor = np.ones(day.size)
    for feast in IDULFITRI:
        after = day - days_since_1970(feast)
        factor[(after >= -RAMADAN_DAYS) & (after < 0)] *= sector.ramadan
        factor[(after >= 0) & (after < QUIET_DAYS)] *= QUIET_SALES
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    return np.where(np.isin(month, LULL_MONTHS), factor * sector.lull, factor)


def _week(sector: Sector, day: Ints) -> Floats:
    return np.array(sector.week)[(day + 3) % 7]  # 1 January 1970 was a Thursday
