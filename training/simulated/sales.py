"""What the simulated businesses sell and spend, as payments.

Each kind of payment is from its own random stream; `training.simulated.account`
puts them together and keeps the balance.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from features.rows import DAY, Flags, Floats, Ints, total
from features.sources import PAYMENTS
from training.simulated.adoption import Adoption, online_share, risen
from training.simulated.businesses import Businesses
from training.simulated.chunk import MONTH_DAYS, Chunk
from training.simulated.columns import NONE, Parts, clock, code, rounded, spread
from training.simulated.flows import (
    LANDLORD,
    MOST_CUSTOMERS,
    QRIS_MOST,
    SUPPLIER,
    payments,
)

SUPPLIERS: Final = 3
SUPPLIER_DAYS: Final = 7
HOUSEHOLD_A_DAY: Final = 1 / 6
RENT: Final = 0.08
"""Rent and bills of a month ÷ the usual month's margin in money."""


def sold(world: Businesses, adoption: Adoption, chunk: Chunk) -> Parts:
    """Return recorded sales: a Poisson number a day, each of lognormal size around the usual.

    What is sold on the marketplace is not among them.
    """
    random = chunk.stream("sales")
    direct = world.sales * (1 - online_share(world, adoption)) * world.on_record()
    counts = random.poisson(world.sales_a_day[:, None] * direct)
    owner, day = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), counts.shape[1])
    usual = world.recorded * world.daily_sales / world.sales_a_day
    amount = rounded(usual[owner] * spread(0.6, owner.size, random), 500)
    qris = (adoption.qris_most * random.beta(20.0, 2.0, world.n))[owner]
    qris *= risen(adoption.qris_day[owner], world.origin[owner] + day)
    channel = _channel(world.n, owner, amount, qris, random)
    flow = payments(owner, clock(day, 6, 21, random), amount, ("in", "cash", "sale"))
    flow["channel"] = channel
    flow["counterparty"] = _customer(world.n, owner, channel, random)
    return flow


def _channel(n: int, owner: Ints, amount: Ints, qris: Floats, random: np.random.Generator) -> Ints:
    """Return (m,) channels.

    By QRIS comes the share *qris*, (m,), by e-wallet a fifth of that, by bank a share of the
    business's own, and what is above `QRIS_MOST`.
    """
    bank = 0.25 * random.beta(2.0, 3.5, n)[owner]
    u = random.random(owner.size)
    place = (u >= qris).astype(np.int64)
    place += u >= 1.2 * qris
    place += u >= 1.2 * qris + bank
    place = np.where(amount > QRIS_MOST, np.maximum(place, 2), place)
    codes = [code(PAYMENTS, "channel", name) for name in ("qris", "ewallet", "bank", "cash")]
    return np.asarray(np.array(codes)[place], dtype=np.int64)


def _customer(n: int, owner: Ints, channel: Ints, random: np.random.Generator) -> Ints:
    """Return (m,) customers 1 … K, of whom customer k pays in proportion to log(1 + 1/k).

    In cash three in four are not known, otherwise one in ten.
    """
    customers = np.minimum(np.exp(3.6 + 0.7 * random.standard_normal(n)), MOST_CUSTOMERS)
    rank = zipf(customers[owner], random)
    unknown = np.where(channel == code(PAYMENTS, "channel", "cash"), 0.75, 0.1)
    return np.where(random.random(owner.size) < unknown, NONE, rank)


def zipf(most: Floats, random: np.random.Generator) -> Ints:
    """Return (m,) ranks 1 … most, rank k in proportion to log(1 + 1/k): close to Zipf's law."""
    rank = np.floor((np.floor(most) + 1) ** random.random(most.size))
    return rank.astype(np.int64)


def spent(world: Businesses, sales: Parts, chunk: Chunk) -> list[Parts]:
    """Return what goes to suppliers, to the household and for rent and bills."""
    random = chunk.stream("spending")
    covered = world.on_record()
    n, days = covered.shape
    since = np.arange(days) - world.first[:, None]
    weekday, monthday = random.integers(0, [[SUPPLIER_DAYS], [MONTH_DAYS]], (2, n))
    supply = covered & (since % SUPPLIER_DAYS == weekday[:, None])
    draws = covered & (random.random((n, days)) < HOUSEHOLD_A_DAY)
    bills = covered & (since % MONTH_DAYS == monthday[:, None])
    home = world.recorded * world.household * world.usual_margin / (HOUSEHOLD_A_DAY * MONTH_DAYS)
    rent = world.recorded * RENT * world.usual_margin
    bought = _out(supply, _supplies(world, sales), 0.3, ("bank", "supplier"), random)
    bought["counterparty"] = SUPPLIER + random.integers(0, SUPPLIERS, bought["owner"].size)
    paid = _out(bills, rent[:, None], 0.1, ("bank", "other"), random)
    paid["counterparty"] = np.full(paid["owner"].size, LANDLORD)
    return [bought, _out(draws, home[:, None], 0.4, ("cash", "household"), random), paid]


def _supplies(world: Businesses, sales: Parts) -> Floats:
    """Return (n, days) the cost of what was sold on record in the seven days up to the day."""
    n, days = world.sales.shape
    slot = sales["owner"] * days + sales["occurred_at"] // DAY
    grid = total(slot, sales["amount"].astype(np.float64), n * days)
    upto = np.cumsum(grid.reshape(n, days), axis=1)
    upto[:, SUPPLIER_DAYS:] -= upto[:, :-SUPPLIER_DAYS].copy()
    return (1 - world.margin)[:, None] * upto


def _out(
    when: Flags, usual: Floats, sigma: float, way: tuple[str, str], random: np.random.Generator
) -> Parts:
    """Return a payment out on each marked day, to no one named; *way* is channel and kind.

    Nothing is paid where nothing is usual.
    """
    owner, day = np.nonzero(when & (usual > 0))
    amount = np.broadcast_to(usual, when.shape)[owner, day] * spread(sigma, owner.size, random)
    return payments(owner, clock(day, 8, 20, random), rounded(amount, 500), ("out", *way))
