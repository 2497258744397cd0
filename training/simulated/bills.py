"""The bills of the simulated businesses: electricity, water, telephone, rent, insurance, tax."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.rows import DAY, Flags, Floats, Ints
from training.simulated.businesses import Businesses
from training.simulated.chunk import MONTH_DAYS, Chunk
from training.simulated.columns import (
    HOUR,
    NONE,
    Parts,
    rounded,
    spread,
    stacked,
)
from training.simulated.prepaid import kwh, of_kind, tokens, top_ups
from training.simulated.punctuality import paid_at

TOP_UPS: Final = 0.85
"""Share, of businesses that get no telephone bill, that top their telephone up."""

MONTHLY: Final = {
    "electricity": (0.30, 300e3, 20),
    "water": (0.30, 80e3, 20),
    "telecom": (0.25, 150e3, 20),
    "rent": (0.35, 600e3, 5),
    "bpjs_health": (0.70, 35e3, 10),
    "bpjs_work": (0.20, 16_800.0, 15),
}
"""Kind of monthly bill → share of businesses, median amount (of bpjs, a person), day it is due.

Who gets no bill for electricity buys it by tokens.
"""

CUBIC_METRE: Final = 4000.0
"""Rupiah for a cubic metre of water."""

EARLY: Final = 10
"""A bill paid in time is paid up to so many days before it is due, once it is there."""

CUT_OFF_DAYS: Final = 45
"""Electricity, water and telephone are cut off so many days after they were due."""

CUT: Final = ("electricity", "water", "telecom")
TAXED: Final = 0.6
"""Share of businesses with a tax bill (pbb) of their own."""

TAX_ISSUED, TAX_DUE = (2, 8)
"""Months, counted from January as 0: issued in March, due at the end of September."""


def billed(world: Businesses, chunk: Chunk) -> Parts:
    """Return the bills issued on record; what is paid after the last day on record is unpaid."""
    random = chunk.stream("bills")
    has = {kind: random.random(world.n) < share for kind, (share, _, _) in MONTHLY.items()}
    tops_up = ~has["telecom"] & (random.random(world.n) < TOP_UPS)
    parts = [tokens(world, ~has["electricity"], random), top_ups(world, tops_up, random)]
    parts += [_monthly(world, kind, has[kind], random) for kind in MONTHLY]
    return stacked([*parts, _tax(world, random)])


def _monthly(world: Businesses, kind: str, has: Flags, random: np.random.Generator) -> Parts:
    """Return the bills of one kind: issued in the first days of a month, for the month before."""
    _, usual, due_day = MONTHLY[kind]
    first = _months(world)
    issued = first + random.integers(0, 4, first.shape)
    persons = random.integers(1, 6, world.n)
    level = usual * np.exp(0.5 * random.standard_normal(world.n))
    there = has[:, None] & (issued >= world.first[:, None]) & (issued <= world.last[:, None])
    owner, month = np.nonzero(there)
    begin, end = first[owner, np.maximum(month - 1, 0)], first[owner, month]
    if kind.startswith("bpjs"):
        insured = persons[owner] if kind == "bpjs_health" else np.ones(owner.size, dtype=np.int64)
        amount, quantity = np.rint(usual * insured).astype(np.int64), 1000 * insured
    else:
        amount = rounded(level[owner] * _use(world, kind, owner, begin, random), 1000)
        quantity = _quantity(kind, amount)
    due = (end + due_day) * DAY - HOUR
    bills = {
        **of_kind(owner, kind, prepaid=False),
        "occurred_at": issued[owner, month] * DAY + 9 * HOUR,
        "amount": amount,
        "quantity": quantity,
        "period_from": begin * DAY,
        "period_to": end * DAY,
    }
    return _paid(world, bills, due, kind, random)


def _use(
    world: Businesses, kind: str, owner: Ints, day: Ints, random: np.random.Generator
) -> Floats:
    """Return (m,) how much of the usual is used in a month: as sales go, but for the rent."""
    if kind == "rent":
        return np.ones(owner.size)
    middle = np.clip(day + MONTH_DAYS // 2, 0, world.days - 1)
    return (0.5 + 0.5 * np.minimum(world.sales[owner, middle], 2.0)) * spread(
        0.15, owner.size, random
    )


def _quantity(kind: str, amount: Ints) -> Ints:
    """Return kWh or cubic metres in thousandths; missing for what is not counted."""
    if kind == "electricity":
        return kwh(amount)
    if kind == "water":
        return np.rint(1000 * amount / CUBIC_METRE).astype(np.int64)
    return np.full(amount.size, NONE)


def _months(world: Businesses) -> Ints:
    """Return (n, months) the columns on which the calendar months of the grid begin."""
    months = world.as_of_day.astype("datetime64[D]").astype("datetime64[M]")[:, None]
    back = world.as_of_column // 28 + 1
    first = (months + np.arange(-back, 2)).astype("datetime64[D]").astype(np.int64)
    return np.asarray(first - world.origin[:, None])


def _paid(
    world: Businesses, bills: Parts, due: Ints, kind: str, random: np.random.Generator
) -> Parts:
    """Return the bills with when they are paid, if that is on record, or the service is cut off."""
    owner = bills["owner"]
    paid = np.maximum(paid_at(world, owner, due, EARLY, random), bills["occurred_at"] + HOUR)
    end = (world.last[owner] + 1) * DAY
    cut = due + CUT_OFF_DAYS * DAY
    is_cut = (paid > cut) & (cut < end) & (kind in CUT)
    there = paid < end
    return {
        **bills,
        "due_at": due,
        "paid_at": np.where(there, paid, NONE),
        "paid": np.where(there, bills["amount"], NONE),
        "cut_off_at": np.where(is_cut, cut, NONE),
    }


def _tax(world: Businesses, random: np.random.Generator) -> Parts:
    """Return the yearly tax on land and building: issued in March, due at the end of September."""
    first = _months(world)
    month = (first + world.origin[:, None]).astype("datetime64[D]").astype("datetime64[M]")
    issued = first + random.integers(0, 20, first.shape)
    amount = rounded(80e3 * np.exp(0.7 * random.standard_normal(world.n)), 1000)
    there = (month.astype(np.int64) % 12 == TAX_ISSUED) & (random.random(world.n) < TAXED)[:, None]
    there &= (issued >= world.first[:, None]) & (issued <= world.last[:, None])
    owner, place = np.nonzero(there)
    year = month[owner, place].astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    due_month = month[owner, place] + (TAX_DUE + 1 - TAX_ISSUED)
    due_day = due_month.astype("datetime64[D]").astype(np.int64) - world.origin[owner]
    bills = {
        **of_kind(owner, "pbb", prepaid=False),
        "occurred_at": issued[owner, place] * DAY + 9 * HOUR,
        "amount": amount[owner],
        "period_from": (year - world.origin[owner]) * DAY,
        "period_to": (year + 365 - world.origin[owner]) * DAY,
    }
    return _paid(world, bills, due_day * DAY - HOUR, "pbb", random)
