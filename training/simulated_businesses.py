"""The simulated businesses of one chunk, and how their trade goes from day to day.

Everything here is latent: no record holds it. `simulated_payments` turns it into
records, `simulated_loans` into loans and their true risk. Every number is an
assumption (docs/simulator.md), none a statistic about Batang.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from features.rows import Flags, Floats, Ints
from training.simulated_sectors import SECTORS, calendar, days_since_1970, of_sectors

CHUNK: Final = 250
"""Businesses drawn together; its draws depend on nothing but seed, months and its number."""

END: Final = date(2026, 10, 1)
"""Every application lies before this day (WIB) and at most `SPREAD_DAYS` earlier."""

SPREAD_DAYS: Final = 365
AFTER_DAYS: Final = 30
"""Records go on for at most this long after the application."""

MONTH_DAYS: Final = 30
THIN_DAYS: Final = (60, 120)
THIN_SHARE: Final = 0.12

SHOCK_DAYS: Final = 21
SHOCK_SALES: Final = 0.35
HEALTH_STEP: Final = 0.012
USUAL_BUFFER: Final = 0.35
"""Median balance aimed at, in months of spending."""


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
        return int(self.health.shape[1]) - AFTER_DAYS - 1

    @property
    def monthly_sales(self) -> Floats:
        """Return (n,) true sales of a usual month in full health, rupiah."""
        return self.daily_sales * MONTH_DAYS

    @property
    def usual_margin(self) -> Floats:
        """Return (n,) what such a month leaves after suppliers, rupiah."""
        return self.monthly_sales * self.margin

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
    sector = random.choice(len(SECTORS), n, p=of_sectors("share"))
    as_of_day = days_since_1970(END) - random.integers(1, SPREAD_DAYS + 1, n)
    traits = _traits(sector, random)
    days = as_of_day[:, None] - window + np.arange(window + AFTER_DAYS + 1)
    health = _health(traits["volatility"], window, stream(seed, chunk, "health"))
    shocks = _shocks(traits["exposure"], window, stream(seed, chunk, "shocks"))
    return Businesses(
        number=chunk * n + np.arange(n),
        sector=sector,
        as_of_day=as_of_day,
        first=window - _history_days(window, random),
        last=window + random.integers(5, AFTER_DAYS + 1, n),
        health=health,
        sales=np.exp(health) * shocks * calendar(sector, days),
        **traits,
    )


def _traits(sector: Ints, random: np.random.Generator) -> dict[str, Floats]:
    """Return (n,) each, by name: what stays with a business, as `Businesses` explains it."""
    n, margin = sector.size, of_sectors("margin")[sector]

    def around(sigma: float) -> Floats:
        factor: Floats = np.exp(sigma * random.standard_normal(n))
        return factor

    return {
        "volatility": around(0.5),
        "exposure": random.gamma(1.2, 0.7, n),
        "daily_sales": of_sectors("daily_sales")[sector] * around(0.6),
        "sales_a_day": of_sectors("sales_a_day")[sector] * around(0.3),
        "recorded": random.beta(8.0, 3.0, n),
        "margin": random.beta(20 * margin, 20 * (1 - margin), n),
        "household": 0.25 + 0.6 * random.beta(2.5, 2.5, n),
        "buffer": USUAL_BUFFER * around(0.9),
    }


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
