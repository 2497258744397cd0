"""The simulated businesses of one chunk, and how their trade goes from day to day.

Everything here is latent: no record holds it. The modules beside this one turn
it into records, and `training.simulated.loans` into loans and their true risk.
Every number is an assumption (docs/simulator.md), none a statistic about Batang.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.rows import Flags, Floats, Ints
from training.simulated import shocks
from training.simulated.chunk import CHUNK, MONTH_DAYS, Chunk
from training.simulated.places import settled
from training.simulated.seasons import calendar, days_since_1970
from training.simulated.sectors import of_sectors

SPREAD_DAYS: Final = 365
"""The applications lie within so many days before the scenario's end."""

AFTER_DAYS: Final = 30
"""Records go on for at most this long after the application."""

THIN_DAYS: Final = (60, 120)
THIN_SHARE: Final = 0.12

HEALTH_STEP: Final = 0.012
USUAL_BUFFER: Final = 0.35
"""Median balance aimed at, in months of spending."""


@dataclass(frozen=True)
class Businesses:
    """What is true of the n businesses of a chunk; shares lie in 0 … 1, money is rupiah.

    Args:
        number: (n,) counted through all chunks from 0.
        sector: (n,) place in `SECTORS`.
        kecamatan: (n,) place in `KECAMATAN`.
        as_of_day: (n,) day of the application in WIB, days since 1970.
        daily_sales: (n,) true sales of a usual day in full health.
        sales_a_day: (n,) recorded sales of such a day, how many.
        recorded: (n,) share of sales and spending that leaves a record.
        margin: (n,) share of sales that suppliers do not take.
        household: (n,) what the family draws ÷ usual margin in money.
        volatility: (n,) multiplies the daily step of health; 1 is usual.
        exposure: (n,) expected shocks a year.
        buffer: (n,) balance aimed at ÷ monthly spending.
        discipline: (n,) standard normal; how punctually what is due is paid and written down.
        unseen: (n,) standard normal; what bears on risk and shows in no record before the loan's.
        first: (n,) first day on record, as a column of `health`.
        last: (n,) last day on record, likewise.
        health: (n, days) log of sales against full health, common shocks included; the column of
            the application day is `as_of_column`.
        coming: (n,) mean of the common shocks' log factor over the year after the application,
            minus that of its day; 0 without such shocks.
        sales: (n, days) expected true sales ÷ `daily_sales`, with week, season and shocks.
    """

    number: Ints
    sector: Ints
    kecamatan: Ints
    as_of_day: Ints
    daily_sales: Floats
    sales_a_day: Floats
    recorded: Floats
    margin: Floats
    household: Floats
    volatility: Floats
    exposure: Floats
    buffer: Floats
    discipline: Floats
    unseen: Floats
    first: Ints
    last: Ints
    health: Floats
    coming: Floats
    sales: Floats

    @property
    def n(self) -> int:
        """Return how many businesses there are."""
        return self.number.size

    @property
    def days(self) -> int:
        """Return how many days there are, on record or not."""
        return int(self.health.shape[1])

    @property
    def as_of_column(self) -> int:
        """Return the column of the application day, the same for all businesses."""
        return self.days - AFTER_DAYS - 1

    @property
    def origin(self) -> Ints:
        """Return (n,) the day of column 0, days since 1970."""
        return self.as_of_day - self.as_of_column

    @property
    def monthly_sales(self) -> Floats:
        """Return (n,) true sales of a usual month in full health, rupiah."""
        return self.daily_sales * MONTH_DAYS

    @property
    def usual_margin(self) -> Floats:
        """Return (n,) what such a month leaves after suppliers, rupiah."""
        return self.monthly_sales * self.margin

    @property
    def thinness(self) -> Floats:
        """Return (n,) how much thinner than usual the buffer is, on the logarithm."""
        return -np.log(self.buffer / USUAL_BUFFER)

    def on_record(self) -> Flags:
        """Return (n, days) whether the records cover the day."""
        day = np.arange(self.days)
        return (day >= self.first[:, None]) & (day <= self.last[:, None])

    def health_on(self, owner: Ints, day: Ints) -> Floats:
        """Return (m,) the health of businesses on days; before column 0 as on it, and so on."""
        on: Floats = self.health[owner, np.clip(day, 0, self.days - 1)]
        return on


def draw(chunk: Chunk) -> Businesses:
    """Draw the businesses of a chunk."""
    random = chunk.stream("businesses")
    n, window = CHUNK, chunk.window
    sector = random.choice(of_sectors("share").size, n, p=of_sectors("share"))
    as_of_day = days_since_1970(chunk.scenario.end) - random.integers(1, SPREAD_DAYS + 1, n)
    traits = _traits(sector, random)
    days = as_of_day[:, None] - window + np.arange(window + AFTER_DAYS + 1)
    struck, coming = _struck(sector, as_of_day, days, chunk)
    health = _health(traits["volatility"], window, chunk.stream("health")) + struck
    hit = shocks.own(traits["exposure"], days.shape[1], chunk.stream("shocks"))
    return Businesses(
        number=chunk.number * n + np.arange(n),
        sector=sector,
        kecamatan=settled(sector, chunk.stream("places")),
        as_of_day=as_of_day,
        first=window - _history_days(window, random),
        last=window + random.integers(5, AFTER_DAYS + 1, n),
        health=health,
        coming=coming,
        sales=np.exp(health) * hit * calendar(sector, days),
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
        "discipline": random.standard_normal(n),
        "unseen": random.standard_normal(n),
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


def _struck(sector: Ints, as_of_day: Ints, days: Ints, chunk: Chunk) -> tuple[Floats, Floats]:
    """Return the common shocks' log factor (n, days), and the year's to come (n,) against now."""
    year = as_of_day[:, None] + np.arange(shocks.YEAR + 1)
    coming = shocks.common(sector, year, chunk)
    return shocks.common(sector, days, chunk), coming[:, 1:].mean(axis=1) - coming[:, 0]
