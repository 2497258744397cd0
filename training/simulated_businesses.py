"""The simulated businesses of one chunk, and how their trade goes from day to day.

Everything here is latent: no record holds it. `simulated_payments` turns it into
records, `simulated_loans` into loans and their true risk. Every number is an
assumption (docs/simulator.md), none a statistic about Batang.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import numpy as np

from features.rows import Flags, Floats, Ints

CHUNK: Final = 250
"""Businesses drawn together; a chunk's draws depend on nothing but the seed and its number."""

END: Final = date(2026, 10, 1)
"""Every application lies before this day (WIB) and at most `SPREAD_DAYS` earlier."""

SPREAD_DAYS: Final = 365
AFTER_DAYS: Final = 30
"""Records go on for at most this long after the application."""

MONTH_DAYS: Final = 30
THIN_DAYS: Final = (60, 120)
THIN_SHARE: Final = 0.12

IDULFITRI: Final = tuple(
    date.fromisoformat(day)
    for day in ("2023-04-22", "2024-04-10", "2025-03-31", "2026-03-21", "2027-03-10")
)
"""Idulfitri as in DOMAIN.md §4, until a Hijri calendar computes it."""

SHOCK_DAYS: Final = 21
SHOCK_SALES: Final = 0.35
HEALTH_STEP: Final = 0.012


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


@dataclass(frozen=True)
class Businesses:
    """What is true of the n businesses of a chunk; shares lie in 0 … 1, money is rupiah.

    Args:
        number: (n,) counted through all chunks from 0.
        sector: (n,) place in `SECTORS`.
        as_of_day: (n,) day of the application in WIB, days since 1970.
        daily_sales: (n,) true sales of a usual day in full health.
        sales_a_day: (n,) recorded sales of such a day, how many.
        recorded: (n,) share of sales and spending that leaves a record.
        margin: (n,) share of sales that suppliers do not take.
        household: (n,) what the family draws ÷ usual margin in money.
        volatility: (n,) multiplies the daily step of health; 1 is usual.
        exposure: (n,) expected shocks a year.
        buffer: (n,) balance aimed at ÷ monthly spending.
        first: (n,) first day on record, as a column of `health`.
        last: (n,) last day on record, likewise.
        health: (n, days) log of sales against full health; the column of the application day is
            `as_of_column`.
        sales: (n, days) expected true sales ÷ `daily_sales`, with week, season and shocks.
    """

    number: Ints
    sector: Ints
    as_of_day: Ints
    daily_sales: Floats
    sales_a_day: Floats
    recorded: Floats
    margin: Floats
    household: Floats
    volatility: Floats
    exposure: Floats
    buffer: Floats
    first: Ints
    last: Ints
    health: Floats
    sales: Floats

    @property
    def as_of_column(self) -> int:
        """Return the column of the application day, the same for all businesses."""
        return self.health.shape[1] - AFTER_DAYS - 1

    @property
    def monthly_sales(self) -> Floats:
        """Return (n,) true sales of a usual month in full health, rupiah."""
        return self.daily_sales * MONTH_DAYS

    def on_record(self) -> Flags:
        """Return (n, days) whether the records cover the day."""
        day = np.arange(self.health.shape[1])
        return (day >= self.first[:, None]) & (day <= self.last[:, None])


def stream(seed: int, chunk: int, use: str) -> np.random.Generator:
    """Return the random stream of one chunk and one use.

    A use has its own stream, so a source added later leaves the others' draws as they are.
    """
    return np.random.default_rng([seed, chunk, zlib.crc32(use.encode())])


def draw(seed: int, chunk: int, months: int) -> Businesses:
    """Draw the businesses of a chunk, with up to *months* months (of 30 days) of history."""
    random = stream(seed, chunk, "businesses")
    n, window = CHUNK, months * MONTH_DAYS
    sector = random.choice(len(SECTORS), n, p=_of_sectors("share"))
    margin = _of_sectors("margin")[sector]
    as_of_day = _days(END) - random.integers(1, SPREAD_DAYS + 1, n)
    volatility, exposure = np.exp(0.5 * random.standard_normal(n)), random.gamma(1.2, 0.7, n)
    health = _health(volatility, window, stream(seed, chunk, "health"))
    shocks = _shocks(exposure, window, stream(seed, chunk, "shocks"))
    return Businesses(
        number=chunk * n + np.arange(n),
        sector=sector,
        as_of_day=as_of_day,
        daily_sales=_of_sectors("daily_sales")[sector] * np.exp(0.6 * random.standard_normal(n)),
        sales_a_day=_of_sectors("sales_a_day")[sector] * np.exp(0.3 * random.standard_normal(n)),
        recorded=random.beta(6.0, 3.0, n),
        margin=random.beta(20 * margin, 20 * (1 - margin), n),
        household=0.25 + 0.6 * random.beta(2.5, 2.5, n),
        volatility=volatility,
        exposure=exposure,
        buffer=0.35 * np.exp(0.9 * random.standard_normal(n)),
        first=window - _history_days(window, random),
        last=window + random.integers(5, AFTER_DAYS + 1, n),
        health=health,
        sales=np.exp(health) * shocks * _calendar(sector, as_of_day, window),
    )


def _of_sectors(field: str) -> Floats:
    return np.array([getattr(sector, field) for sector in SECTORS.values()], dtype=np.float64)


def _days(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _history_days(window: int, random: np.random.Generator) -> Ints:
    """Return (n,) days on record before the application: half of all have the whole window."""
    usual = np.minimum(window * random.uniform(0.5, 1.5, CHUNK), window).astype(np.int64)
    thin = random.integers(THIN_DAYS[0], THIN_DAYS[1] + 1, CHUNK)
    return np.where(random.random(CHUNK) < THIN_SHARE, np.minimum(thin, window), usual)


def _health(volatility: Floats, window: int, random: np.random.Generator) -> Floats:
    """Return (n, days) a random walk from a starting point of its own."""
    start = 0.15 * random.standard_normal((CHUNK, 1))
    steps = random.standard_normal((CHUNK, window + AFTER_DAYS + 1))
    return start + np.cumsum(HEALTH_STEP * volatility[:, None] * steps, axis=1)


def _shocks(exposure: Floats, window: int, random: np.random.Generator) -> Floats:
    """Return (n, days) what shocks leave of sales: 1, or `SHOCK_SALES` for `SHOCK_DAYS` days."""
    hit = random.random((CHUNK, window + AFTER_DAYS + 1)) < exposure[:, None] / 365
    begun = np.cumsum(hit, axis=1)
    ended = np.zeros_like(begun)
    ended[:, SHOCK_DAYS:] = begun[:, :-SHOCK_DAYS]
    return np.where(begun > ended, SHOCK_SALES, 1.0)


def _calendar(sector: Ints, as_of_day: Ints, window: int) -> Floats:
    """Return (n, days) the factor of the week and of the year's seasons."""
    first = int(as_of_day.min()) - window
    days = np.arange(first, int(as_of_day.max()) + AFTER_DAYS + 1)
    table = np.stack([_week(s, days) * season(s, days) for s in SECTORS.values()])
    day = as_of_day[:, None] - window + np.arange(window + AFTER_DAYS + 1)
    factor: Floats = table[sector[:, None], day - first]
    return factor


def _week(sector: Sector, days: Ints) -> Floats:
    return np.array(sector.week)[(days + 3) % 7]  # 1 January 1970 was a Thursday


def season(sector: Sector, days: Ints) -> Floats:
    """Return the factor of the season for days since 1970.

    The sector's ``ramadan`` in the 30 days before Idulfitri, 0.7 in the 21 days from it on, and
    its ``lull`` from December to February.
    """
    factor = np.ones(days.size)
    for feast in IDULFITRI:
        after = days - _days(feast)
        factor[(after >= -30) & (after < 0)] *= sector.ramadan
        factor[(after >= 0) & (after < 21)] *= 0.7
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    return np.where(np.isin(month, (11, 0, 1)), factor * sector.lull, factor)
