"""Orders on a marketplace, of the simulated businesses that sell there, and their payouts."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.rows import DAY, Flags, Floats, Ints, total
from features.sources import ORDERS
from training.simulated.adoption import Adoption, online_share
from training.simulated.businesses import Businesses
from training.simulated.chunk import Chunk
from training.simulated.columns import (
    HOUR,
    NONE,
    Parts,
    clock,
    code,
    logistic,
    rounded,
    spread,
    stacked,
)
from training.simulated.flows import BUYER, MARKETPLACE, payments
from training.simulated.sales import zipf
from training.simulated.seasons import months_of
from training.simulated.sectors import of_sectors

MOST_A_DAY: Final = 2.0
"""A business sells dearer things rather than send out more orders than this on a usual day."""

TWIN_DATES: Final = 2.5
"""Factor on orders on days such as 11 November, when marketplaces hold sales."""

ORDER_FEE: Final = 1250
FEE_RATE: Final = (0.04, 0.10)
"""Rupiah an order, and the range of the share of its value."""

BUYER_CANCELS, PLATFORM_CANCELS = 0.03, 0.005
RATED: Final = 0.65
STARS: Final = (-1.6, -1.1, -0.5, 0.4)
"""Up to each of these a buyer's content gives one star more, from 1 on."""

MOST_BUYERS: Final = 1900
MOST_ITEMS: Final = 20
ITEMS: Final = tuple(f"item-{number:02d}" for number in range(MOST_ITEMS + 1))
PAYOUT_DAYS: Final = 7


def ordered(world: Businesses, adoption: Adoption, chunk: Chunk) -> Parts:
    """Return the orders placed on record; what ends after the last day on record is open."""
    random = chunk.stream("orders")
    share = online_share(world, adoption) * world.on_record()
    value = of_sectors("order_value")[world.sector] * np.exp(0.4 * random.standard_normal(world.n))
    value = np.maximum(value, adoption.online_most * world.daily_sales / MOST_A_DAY)
    counts = random.poisson(
        (world.daily_sales / value)[:, None] * share * world.sales * _twins(world)
    )
    owner, day = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), counts.shape[1])
    placed = clock(day, 6, 23, random)
    gross = rounded(value[owner] * spread(0.5, owner.size, random), 500)
    by, status = _ended(world, owner, day, random)
    closed = placed + _took(status, random)
    orders = {
        "owner": owner,
        "occurred_at": placed,
        "gross": gross,
        "closed_at": closed,
        "status": status,
        "cancelled_by": by,
        "rating": _stars(world, owner, status, random),
        **_bought(world, owner, random),
        **_settled(world, owner, gross, np.where(status == 0, closed, NONE), random),
    }
    end = (world.last[owner] + 1) * DAY
    for hidden, when in (("closed_at", closed), ("payout_at", orders["payout_at"])):
        _hide(orders, hidden, when >= end)
    return stacked([orders])


def _twins(world: Businesses) -> Floats:
    day = world.origin[:, None] + np.arange(world.days)
    month, monthday = months_of(day.ravel())
    return np.where(month + 1 == monthday, TWIN_DATES, 1.0).reshape(day.shape)


def _ended(
    world: Businesses, owner: Ints, day: Ints, random: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return who cancelled each order, and its status.

    The seller cancels, and goods come back, the oftener the less disciplined the owner is; the
    seller cancels oftener in weak health too.
    """
    discipline, health = world.discipline[owner], world.health_on(owner, day)
    seller = logistic(-3.6 - 0.6 * discipline - 0.8 * health)
    back = logistic(-3.6 - 0.4 * discipline)
    u = random.random(owner.size)
    upto = np.cumsum([seller, np.full(owner.size, BUYER_CANCELS)], axis=0)
    place = (u >= upto[0]).astype(np.int64) + (u >= upto[1])
    place += u >= upto[1] + PLATFORM_CANCELS
    place += u >= upto[1] + PLATFORM_CANCELS + back
    by = np.array([code(ORDERS, "cancelled_by", w) for w in ("seller", "buyer", "platform")])
    names = ("cancelled", "cancelled", "cancelled", "returned", "delivered")
    status = np.array([code(ORDERS, "status", name) for name in names])
    return np.array([*by, NONE, NONE])[place], status[place]


def _took(status: Ints, random: np.random.Generator) -> Ints:
    """Return (m,) microseconds until an order ended, by its status, in order of the codes."""
    least, most = np.array([[36, 2, 144], [120, 48, 288]]) * HOUR
    return np.asarray(random.integers(least[status], most[status]))


def _stars(world: Businesses, owner: Ints, status: Ints, random: np.random.Generator) -> Ints:
    content = 0.6 + 0.5 * world.discipline[owner] + random.standard_normal(owner.size)
    rated = (random.random(owner.size) < RATED) & (status == code(ORDERS, "status", "delivered"))
    return np.where(rated, np.searchsorted(STARS, content) + 1, NONE)


def _bought(world: Businesses, owner: Ints, random: np.random.Generator) -> Parts:
    """Return who ordered what."""
    buyers = np.minimum(np.exp(4.5 + 0.7 * random.standard_normal(world.n)), MOST_BUYERS)
    items = random.integers(3, MOST_ITEMS + 1, world.n).astype(np.float64)
    return {
        "buyer": BUYER + zipf(buyers[owner], random),
        "item": zipf(items[owner], random),
    }


def _settled(
    world: Businesses, owner: Ints, gross: Ints, delivered: Ints, random: np.random.Generator
) -> Parts:
    """Return fees, net and the weekly instant of payout of what was delivered.

    A business is paid out once a week, on a day of its own at ten o'clock, what was delivered at
    least a day before.
    """
    rate = random.uniform(*FEE_RATE, world.n)[owner]
    fees = np.minimum(np.rint(rate * gross).astype(np.int64) + ORDER_FEE, gross)
    offset = (random.integers(0, PAYOUT_DAYS, world.n) * DAY + 10 * HOUR)[owner]
    there = delivered != NONE
    week = -((offset - np.where(there, delivered, 0) - DAY) // (PAYOUT_DAYS * DAY))
    return {
        "payout_at": np.where(there, week * PAYOUT_DAYS * DAY + offset, NONE),
        "fees": np.where(there, fees, NONE),
        "net": np.where(there, gross - fees, NONE),
    }


def _hide(orders: Parts, known_with: str, later: Flags) -> None:
    """Take away what the source did not know when it was read."""
    for column in ORDERS.columns:
        if column.known_with == known_with and column.name in orders:
            orders[column.name] = np.where(later, NONE, orders[column.name])


def paid_out(orders: Parts, days: int) -> Parts:
    """Return the marketplace's payouts as payments: one for each business and week with any."""
    settled = orders["payout_at"] != NONE
    owner, when = orders["owner"][settled], orders["payout_at"][settled]
    slot, place = np.unique(owner * days * DAY + when, return_inverse=True)
    net = total(place, orders["net"][settled].astype(np.float64), slot.size)
    owner, when = np.divmod(slot, days * DAY)
    there = net > 0
    way = ("in", "bank", "sale")
    return payments(owner[there], when[there], net[there].astype(np.int64), way, MARKETPLACE)
