"""What the simulated businesses sell and spend, as payments.

Each kind of payment is a `Flow` of its own, from its own random stream;
`simulated_account` puts the flows together and keeps the balance.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from features.rows import DAY, Flags, Floats, Ints, total
from features.sources import PAYMENTS
from training.simulated_businesses import MONTH_DAYS, Businesses, stream

HOUR: Final = DAY // 24
WIB: Final = 7 * HOUR
"""Microseconds that Indonesian western time is ahead of UTC."""

SUPPLIER_DAYS: Final = 7
HOUSEHOLD_A_DAY: Final = 1 / 6
RENT: Final = 0.08
"""Rent and bills of a month ÷ the usual month's margin in money."""

QRIS_MOST: Final = 10_000_000
"""The most one QRIS payment may move, rupiah; held for e-wallets too."""

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


def clock(day: Ints, earliest: int, latest: int, random: np.random.Generator) -> Ints:
    """Return (m,) instants on the given days, between two hours of the day in WIB."""
    return day * DAY + random.integers(earliest * HOUR, latest * HOUR, day.size)


def sold(world: Businesses, seed: int, chunk: int) -> Flow:
    """Return recorded sales: a Poisson number a day, each of lognormal size around the usual."""
    random = stream(seed, chunk, "sales")
    counts = random.poisson(world.sales_a_day[:, None] * world.sales * world.on_record())
    owner, day = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), counts.shape[1])
    usual = world.recorded * world.daily_sales / world.sales_a_day
    amount = rounded(usual[owner] * spread(0.6, owner.size, random), 500)
    channel = _channel(world.number.size, owner, amount, random)
    return Flow(
        owner=owner,
        clock=clock(day, 6, 21, random),
        amount=amount,
        direction=same(owner, "direction", "in"),
        channel=channel,
        kind=same(owner, "kind", "sale"),
        other=_customer(world.number.size, owner, channel, random),
    )


def spread(sigma: float, size: int, random: np.random.Generator) -> Floats:
    """Return (size,) lognormal factors with mean 1."""
    factors: Floats = np.exp(sigma * random.standard_normal(size) - sigma**2 / 2)
    return factors


def _channel(n: int, owner: Ints, amount: Ints, random: np.random.Generator) -> Ints:
    """Return (m,) channels: each business has its own shares by QRIS, e-wallet and bank.

    What is above `QRIS_MOST` comes by bank.
    """
    qris, bank = 0.7 * random.beta(2.0, 3.5, n), 0.25 * random.beta(2.0, 3.5, n)
    upto = np.stack([qris, 1.2 * qris, 1.2 * qris + bank], axis=1)[owner]
    place = np.count_nonzero(random.random((owner.size, 1)) >= upto, axis=1)
    place = np.where(amount > QRIS_MOST, np.maximum(place, 2), place)
    codes = np.array([code("channel", name) for name in ("qris", "ewallet", "bank", "cash")])
    return np.asarray(codes[place], dtype=np.int64)


def _customer(n: int, owner: Ints, channel: Ints, random: np.random.Generator) -> Ints:
    """Return (m,) customers 1 … K, of whom customer k pays in proportion to log(1 + 1/k).

    In cash three in four are not known, otherwise one in ten.
    """
    customers = np.minimum(np.exp(3.6 + 0.7 * random.standard_normal(n)), MOST_CUSTOMERS)
    rank = np.floor((np.floor(customers[owner]) + 1) ** random.random(owner.size))
    unknown = np.where(channel == code("channel", "cash"), 0.75, 0.1)
    return np.where(random.random(owner.size) < unknown, UNKNOWN, rank.astype(np.int64))


def spent(world: Businesses, sales: Flow, seed: int, chunk: int) -> list[Flow]:
    """Return what goes to suppliers, to the household and for rent and bills."""
    random = stream(seed, chunk, "spending")
    covered = world.on_record()
    n, days = covered.shape
    since = np.arange(days) - world.first[:, None]
    weekday, monthday = random.integers(0, [[SUPPLIER_DAYS], [MONTH_DAYS]], (2, n))
    supply = covered & (since % SUPPLIER_DAYS == weekday[:, None])
    draws = covered & (random.random((n, days)) < HOUSEHOLD_A_DAY)
    bills = covered & (since % MONTH_DAYS == monthday[:, None])
    home = world.recorded * world.household * world.usual_margin / (HOUSEHOLD_A_DAY * MONTH_DAYS)
    rent = world.recorded * RENT * world.usual_margin
    return [
        _out(supply, _supplies(world, sales), 0.3, ("bank", "supplier", SUPPLIER), random),
        _out(draws, home[:, None], 0.4, ("cash", "household", UNKNOWN), random),
        _out(bills, rent[:, None], 0.1, ("bank", "other", LANDLORD), random),
    ]


def _supplies(world: Businesses, sales: Flow) -> Floats:
    """Return (n, days) the cost of what was sold on record in the seven days up to the day."""
    n, days = world.sales.shape
    grid = total(sales.owner * days + sales.clock // DAY, sales.amount.astype(np.float64), n * days)
    upto = np.cumsum(grid.reshape(n, days), axis=1)
    upto[:, SUPPLIER_DAYS:] -= upto[:, :-SUPPLIER_DAYS].copy()
    return (1 - world.margin)[:, None] * upto


def _out(
    when: Flags,
    usual: Floats,
    sigma: float,
    what: tuple[str, str, int],
    random: np.random.Generator,
) -> Flow:
    """Return a payment out on each marked day; *what* is channel, kind and the other side.

    A payment to suppliers goes to one of three; nothing is paid where nothing is usual.
    """
    channel, kind, other = what
    owner, day = np.nonzero(when & (usual > 0))
    amount = np.broadcast_to(usual, when.shape)[owner, day] * spread(sigma, owner.size, random)
    return Flow(
        owner=owner,
        clock=clock(day, 8, 20, random),
        amount=rounded(amount, 500),
        direction=same(owner, "direction", "out"),
        channel=same(owner, "channel", channel),
        kind=same(owner, "kind", kind),
        other=other + (random.integers(0, 3, owner.size) if other == SUPPLIER else 0 * owner),
    )
