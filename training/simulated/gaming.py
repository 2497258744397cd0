"""Those simulated businesses that dress their records up before applying.

Who does is drawn apart from risk. Three ways, each at a rate of the scenario:
money sent round in circles, books written backwards, and purchases from oneself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.rows import Flags
from features.sources import PAYMENTS
from training.simulated.adoption import Adoption
from training.simulated.businesses import Businesses
from training.simulated.chunk import Chunk
from training.simulated.columns import HOUR, Parts, clock, code, rounded, spread
from training.simulated.flows import FAMILY, FRIEND, QRIS_MOST, payments

CIRCULAR_DAYS: Final = 60
CIRCLES: Final = (8, 8.0)
"""Circles of each: at least so many, and so many more on average."""

BURST_DAYS: Final = 30
BURST: Final = 1.5
"""Purchases from oneself ÷ sales that would be recorded in those days."""


@dataclass(frozen=True)
class Gamers:
    """Who games in which way, (n,) each."""

    circular: Flags
    backfilled: Flags
    burst: Flags


def gamers(world: Businesses, chunk: Chunk) -> Gamers:
    """Draw who games."""
    u = chunk.stream("gamers").random((3, world.n))
    rates = chunk.scenario
    return Gamers(u[0] < rates.circular, u[1] < rates.backfilled, u[2] < rates.burst)


def gamed(world: Businesses, adoption: Adoption, who: Gamers, chunk: Chunk) -> list[Parts]:
    """Return the payments that are there for show."""
    return [*_circles(world, who, chunk), _burst(world, adoption, who, chunk)]


def _circles(world: Businesses, who: Gamers, chunk: Chunk) -> list[Parts]:
    """Return sales to one of two friends in round amounts, which go back within thirty hours."""
    random = chunk.stream("circular")
    times = CIRCLES[0] + random.poisson(CIRCLES[1], world.n)
    owner = np.repeat(np.arange(world.n), np.where(who.circular, times, 0))
    day = world.as_of_column - random.integers(2, CIRCULAR_DAYS + 1, owner.size)
    day = np.maximum(day, world.first[owner])
    usual = 3 * (world.recorded * world.daily_sales)[owner]
    amount = rounded(usual * spread(0.4, owner.size, random), 100_000)
    friend = FRIEND + random.integers(0, 2, owner.size)
    came = clock(day, 9, 15, random)
    went = came + random.integers(HOUR, 30 * HOUR, owner.size)
    returned = rounded(amount * random.uniform(0.97, 1.0, owner.size), 10_000)
    return [
        payments(owner, came, amount, ("in", "bank", "sale"), friend),
        payments(owner, went, returned, ("out", "bank", "other"), friend),
    ]


def _burst(world: Businesses, adoption: Adoption, who: Gamers, chunk: Chunk) -> Parts:
    """Return sales to three of the family, in round amounts, in the month before.

    They come by QRIS where the business takes it and the amount allows, otherwise by bank.
    """
    random = chunk.stream("burst")
    times = random.poisson(BURST * BURST_DAYS * world.sales_a_day)
    owner = np.repeat(np.arange(world.n), np.where(who.burst, times, 0))
    day = world.as_of_column - random.integers(1, BURST_DAYS + 1, owner.size)
    usual = (world.recorded * world.daily_sales / world.sales_a_day)[owner]
    amount = rounded(usual * spread(0.2, owner.size, random), 50_000)
    family = FAMILY + random.integers(0, 3, owner.size)
    flow = payments(owner, clock(day, 8, 20, random), amount, ("in", "qris", "sale"), family)
    by_qris = adoption.qris_day[owner] <= world.origin[owner] + day
    bank = code(PAYMENTS, "channel", "bank")
    return {**flow, "channel": np.where(by_qris & (amount <= QRIS_MOST), flow["channel"], bank)}
