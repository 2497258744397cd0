"""What the simulated businesses buy before they use it: power tokens and telephone credit."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.rows import Flags, Ints
from features.sources import BILLS
from training.simulated.businesses import Businesses
from training.simulated.chunk import MONTH_DAYS
from training.simulated.columns import Parts, clock, code, logistic
from training.simulated.punctuality import strain

TOKENS_A_MONTH: Final = (2.0, 8.0)
TOKEN_MONTH: Final = 250e3
"""Median spent on electricity in a usual month, rupiah."""

TOKENS: Final = np.array([20, 50, 100, 200, 500, 1000]) * 1000
TARIFF: Final = 1444.70 * 1.09
"""Rupiah a kWh: B-2 and R-1 1,300-2,200 VA at the end of 2025, and a local tax assumed at 9%."""

DARK: Final = -6.5
"""Log-odds that on an unstrained day no token is bought for a while."""

DARK_DAYS: Final = 8


def of_kind(owner: Ints, kind: str, *, prepaid: bool) -> Parts:
    """Return the columns that say what bills are for."""
    return {
        "owner": owner,
        "kind": np.full(owner.size, code(BILLS, "kind", kind)),
        "prepaid": np.full(owner.size, int(prepaid)),
    }


def _prepaid(owner: Ints, day: Ints, kind: str, amount: Ints, random: np.random.Generator) -> Parts:
    """Return purchases of a prepaid service, paid when they are made."""
    bought = clock(day, 6, 22, random)
    paid = {"occurred_at": bought, "paid_at": bought, "amount": amount, "paid": amount}
    return {**of_kind(owner, kind, prepaid=True), **paid}


def tokens(world: Businesses, has: Flags, random: np.random.Generator) -> Parts:
    """Return power tokens: two to eight a month, as the business runs; none while it is dark.

    Args:
        world: the businesses.
        has: (n,) who buys power so.
        random: the stream.
    """
    n, days = world.n, world.days
    usual = random.uniform(*TOKENS_A_MONTH, n)
    month = TOKEN_MONTH * np.exp(0.5 * random.standard_normal(n))
    size = TOKENS[np.argmin(np.abs(np.log(TOKENS / (month / usual)[:, None])), axis=1)]
    rate = (month / size / MONTH_DAYS)[:, None] * (0.5 + 0.5 * np.minimum(world.sales, 2.0))
    bought = (random.random((n, days)) < rate) & world.on_record() & ~_dark(world, random)
    bought &= has[:, None]
    owner, day = np.nonzero(bought)
    parts = _prepaid(owner, day, "electricity", size[owner], random)
    return {**parts, "quantity": kwh(size[owner])}


def kwh(rupiah: Ints) -> Ints:
    """Return kWh bought, in thousandths."""
    return np.rint(1000 * rupiah / TARIFF).astype(np.int64)


def _dark(world: Businesses, random: np.random.Generator) -> Flags:
    """Return (n, days) whether the business puts off buying power, likelier under strain."""
    n, days = world.n, world.days
    odds = DARK + strain(world, np.arange(n)[:, None], np.arange(days))
    begins = random.random((n, days)) < logistic(odds)
    begun = np.cumsum(begins, axis=1)
    ended = np.zeros_like(begun)
    ended[:, DARK_DAYS:] = begun[:, :-DARK_DAYS]
    return np.asarray(begun > ended)


def top_ups(world: Businesses, has: Flags, random: np.random.Generator) -> Parts:
    """Return what those who *has* marks load onto the telephone: two to six times a month."""
    n, days = world.n, world.days
    rate = (random.uniform(2, 6, n) / MONTH_DAYS)[:, None]
    bought = (random.random((n, days)) < rate) & world.on_record()
    bought &= has[:, None]
    owner, day = np.nonzero(bought)
    amount = random.choice(np.array([10, 15, 25, 50]) * 1000, owner.size)
    return _prepaid(owner, day, "telecom", amount, random)
