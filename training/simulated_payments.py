"""What the simulated businesses sell and spend, as payments.

Each kind of payment is a `Flow` of its own, from its own random stream;
`simulated_account` puts the flows together and keeps the balance.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from features.records import PAYMENTS
from features.rows import DAY, Flags, Floats, Ints, total
from training.simulated_businesses import MONTH_DAYS, Businesses, stream

HOUR: Final = DAY // 24

SUPPLIER_DAYS: Final = 7
HOUSEHOLD_A_DAY: Final = 1 / 6
RENT: Final = 0.08
"""Rent and bills of a month ÷ the usual month's margin in money."""

UNKNOWN: Final = -1
MOST_CUSTOMERS: Final = 900
LANDLORD: Final = 990
SUPPLIER: Final = 1000
"""Whom a business deals with, in its own numbering: customers from 1, the landlord, suppliers."""


@dataclass(frozen=True)
class Flow:
    """Payments in columns, each (m,).

    Args:
        owner: place of the business in its chunk.
        clock: microseconds since midnight, WIB, of the first column of `Businesses.sales`.
        amount: rupiah, above zero.
        direction: code of the category, in the order of `PAYMENTS`; so are channel and kind.
        channel: likewise.
        kind: likewise.
        other: who was on the other side, in the business's own numbering, or `UNKNOWN`.
    """

    owner: Ints
    clock: Ints
    amount: Ints
    direction: Ints
    channel: Ints
    kind: Ints
    other: Ints

    def take(self, rows: Ints) -> Flow:
        """Return the rows of the given numbers, in their order."""
        return Flow(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def signed(self) -> Ints:
        """Return (m,) what the payments add to the account, rupiah."""
        return np.where(self.direction == code("direction", "in"), self.amount, -self.amount)


def code(column: str, value: str) -> int:
    """Return the code of a category of the payments table."""
    return PAYMENTS.column(column).values.index(value)


def same(owner: Ints, column: str, value: str) -> Ints:
    """Return (m,) one category's code for as many payments as there are owners."""
    return np.full(owner.size, code(column, value))


def rounded(amount: Floats, to: int) -> Ints:
    """Return amounts rounded to multiples of *to* rupiah, and never below one multiple."""
    return np.maximum(np.rint(amount / to), 1).astype(np.int64) * to


def sold(world: Businesses, seed: int, chunk: int) -> Flow:
    """Return recorded sales: a Poisson number a day, each of lognormal size around the usual."""
    random = stream(seed, chunk, "sales")
    expected = world.sales_a_day[:, None] * world.sales * world.on_record()
    counts = random.poisson(expected)
    owner, day = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), counts.shape[1])
    usual = world.recorded * world.daily_sales / world.sales_a_day
    amount = rounded(usual[owner] * _spread(0.6, owner.size, random), 500)
    channel = _channel(owner, random)
    return Flow(
        owner=owner,
        clock=day * DAY + random.integers(6 * HOUR, 21 * HOUR, owner.size),
        amount=amount,
        direction=same(owner, "direction", "in"),
        channel=channel,
        kind=same(owner, "kind", "sale"),
        other=_customer(owner, channel, random),
    )


def _spread(sigma: float, size: int, random: np.random.Generator) -> Floats:
    """Return (size,) lognormal factors with mean 1."""
    factors: Floats = np.exp(sigma * random.standard_normal(size) - sigma**2 / 2)
    return factors


def _channel(owner: Ints, random: np.random.Generator) -> Ints:
    """Return (m,) channels: each business has its own share by QRIS, e-wallet and bank."""
    n = int(owner.max(initial=0)) + 1
    qris, bank = random.beta(2.0, 3.5, (2, n)) * np.array([[0.8], [0.3]])
    upto = np.stack([qris, 1.2 * qris, 1.2 * qris + bank], axis=1)[owner]
    place = np.count_nonzero(random.random((owner.size, 1)) >= upto, axis=1)
    codes = np.array([code("channel", name) for name in ("qris", "ewallet", "bank", "cash")])
    return codes[place]


def _customer(owner: Ints, channel: Ints, random: np.random.Generator) -> Ints:
    """Return (m,) customers 1 … K: customer k pays about in proportion to log(1 + 1/k).

    In cash three in four are not known, otherwise one in ten.
    """
    n = int(owner.max(initial=0)) + 1
    customers = np.minimum(np.exp(3.6 + 0.7 * random.standard_normal(n)), MOST_CUSTOMERS)[owner]
    rank = np.floor((customers + 1) ** random.random(owner.size)).astype(np.int64)
    unknown = np.where(channel == code("channel", "cash"), 0.75, 0.1)
    return np.where(random.random(owner.size) < unknown, UNKNOWN, rank)


def spent(world: Businesses, sales: Flow, seed: int, chunk: int) -> list[Flow]:
    """Return what goes to suppliers, to the household and for rent and bills."""
    random = stream(seed, chunk, "spending")
    covered = world.on_record()
    n, days = covered.shape
    since = np.arange(days) - world.first[:, None]
    phase, bill_day = random.integers(0, [[SUPPLIER_DAYS], [MONTH_DAYS]], (2, n))
    supply = covered & (since % SUPPLIER_DAYS == phase[:, None]) & (since > 0)
    draws = covered & (random.random((n, days)) < HOUSEHOLD_A_DAY)
    bills = covered & (since % MONTH_DAYS == bill_day[:, None])
    return [
        _out(supply, _supplies(world, sales), 0.3, ("bank", "supplier", SUPPLIER), random),
        _out(draws, _household(world), 0.4, ("cash", "household", UNKNOWN), random),
        _out(bills, _rent(world), 0.1, ("bank", "other", LANDLORD), random),
    ]
