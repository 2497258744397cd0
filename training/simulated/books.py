"""The bookkeeping of the simulated businesses that keep books.

A logged day's line is either a payment copied into the book or what left no
other record: cash sales, cash purchases, wages, transport, sales on credit and
their collection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.rows import DAY, Flags, Floats, Ints
from features.sources import BOOKS, PAYMENTS
from training.simulated.businesses import Businesses
from training.simulated.chunk import Chunk
from training.simulated.columns import (
    HOUR,
    NONE,
    Parts,
    code,
    logistic,
    rounded,
    spread,
    stacked,
    taken,
)
from training.simulated.gaming import Gamers
from training.simulated.mistakes import mistaken

KEPT: Final = 0.4
"""Share of businesses that keep books."""

COPIED: Final = 0.9
"""Share of the payments of a logged day that come into the book."""

ON_CREDIT: Final = (0.4, 0.15)
"""Share of keepers who sell on credit, and of their logged days on which they do."""

COLLECTED: Final = (0.9, 7, 46)
"""Share of such sales that are collected, and after how many days, from … to before."""

EMPLOYS: Final = 0.4
DEBTORS: Final = 30
CATEGORIES: Final = {
    "sale": ("sale", "other"),
    "refund": ("other", "other"),
    "supplier": ("other", "purchase"),
    "household": ("owner_capital", "owner_draw"),
    "fee": ("other", "other"),
    "penalty": ("other", "other"),
    "interest": ("other", "other"),
    "insurance": ("other", "other"),
    "loan": ("loan", "repayment"),
    "transfer": ("owner_capital", "owner_draw"),
    "other": ("other", "rent"),
}
"""Kind of payment → category of the line for money in, and for money out."""

BACKFILL: Final = (180, 10)
"""Who backfills writes so many days before the application, within so many days."""

WRITTEN_LATE: Final = ((0.85, 1, 1), (0.12, 1, 4), (0.03, 4, 21))
"""Shares of lines written on their day, and so many days later, from … to before."""


@dataclass(frozen=True)
class Keepers:
    """Who keeps books, (n,), and which days were logged, (n, days)."""

    keeps: Flags
    logged: Flags


def keepers(world: Businesses, who: Gamers, chunk: Chunk) -> Keepers:
    """Draw who keeps books, apart from risk, and how diligently, by the owner's discipline.

    Who backfills keeps books too, of the last half year before the application only.
    """
    random = chunk.stream("bookkeeping")
    keeps = random.random(world.n) < KEPT
    diligence = logistic(0.6 + 0.7 * world.discipline + 0.6 * random.standard_normal(world.n))
    logged = (random.random(world.sales.shape) < diligence[:, None]) & world.on_record()
    day = np.arange(world.days) - world.as_of_column
    shown = (day >= -BACKFILL[0]) & (day < 0)
    logged = np.where(who.backfilled[:, None], world.on_record() & shown, logged)
    return Keepers(keeps | who.backfilled, logged & (keeps | who.backfilled)[:, None])


def booked(world: Businesses, flow: Parts, kept: Keepers, who: Gamers, chunk: Chunk) -> Parts:
    """Return the lines of the books, with when each was written.

    Args:
        world: the businesses.
        flow: all movements of money.
        kept: who keeps books, and on which days.
        who: who games.
        chunk: the chunk.
    """
    random = chunk.stream("books")
    lines = stacked([_copied(flow, kept, random), *_own(world, kept, random)])
    lines["known_at"] = _written(world, lines, who, random)
    sale = lines["category"] == code(BOOKS, "category", "sale")
    by_hand = np.ones(sale.size, dtype=np.bool_)
    return stacked([mistaken(lines, by_hand, sale, chunk, "books")])


def _copied(flow: Parts, kept: Keepers, random: np.random.Generator) -> Parts:
    """Return the payments of logged days, as lines."""
    chosen = kept.logged[flow["owner"], flow["occurred_at"] // DAY]
    chosen &= random.random(chosen.size) < COPIED
    rows = taken(flow, chosen)
    kinds = PAYMENTS.column("kind").values
    category = np.array([[code(BOOKS, "category", c) for c in CATEGORIES[kind]] for kind in kinds])
    names = ("owner", "occurred_at", "amount", "direction", "counterparty")
    return {
        **{name: rows[name] for name in names},
        "category": category[rows["kind"], rows["direction"]],
    }


def _own(world: Businesses, kept: Keepers, random: np.random.Generator) -> list[Parts]:
    """Return what left no other record: daily cash sales, weekly costs, and credit given."""
    hidden = (1 - world.recorded) * world.daily_sales
    week = (np.arange(world.days) - world.first[:, None]) % 7 == 0
    employs = (random.random(world.n) < EMPLOYS)[:, None]
    travels = random.random(world.sales.shape) < 0.08  # noqa: PLR2004  a share of days
    cash = _lines(kept.logged, hidden[:, None] * world.sales, ("in", "sale"), 0.3, random)
    bought = (hidden * 7 * (1 - world.margin))[:, None] * world.sales
    wages = np.broadcast_to((0.08 * 7 * world.daily_sales)[:, None], world.sales.shape)
    fares = np.broadcast_to((0.05 * world.daily_sales)[:, None], world.sales.shape)
    return [
        *_credit(world, cash, random),
        _lines(kept.logged & week, bought, ("out", "purchase"), 0.3, random),
        _lines(kept.logged & week & employs, wages, ("out", "wages"), 0.1, random),
        _lines(kept.logged & travels, fares, ("out", "transport"), 0.4, random),
    ]


def _lines(
    when: Flags, usual: Floats, what: tuple[str, str], sigma: float, random: np.random.Generator
) -> Parts:
    """Return a line on each marked day, dated eight in the evening; *what* is way and category."""
    owner, day = np.nonzero(when)
    direction, category = what
    return {
        "owner": owner,
        "occurred_at": day * DAY + 20 * HOUR,
        "amount": rounded(usual[owner, day] * spread(sigma, owner.size, random), 500),
        "direction": np.full(owner.size, code(BOOKS, "direction", direction)),
        "category": np.full(owner.size, code(BOOKS, "category", category)),
        "counterparty": np.full(owner.size, NONE),
    }


def _credit(world: Businesses, cash: Parts, random: np.random.Generator) -> list[Parts]:
    """Return the daily sales, some of them on credit, and what was collected of those."""
    owner = cash["owner"]
    gives = random.random(world.n) < ON_CREDIT[0]
    given = gives[owner] & (random.random(owner.size) < ON_CREDIT[1])
    debtor = random.integers(1, DEBTORS + 1, owner.size)
    on_credit = code(BOOKS, "category", "credit_sale")
    sales = {
        **cash,
        "category": np.where(given, on_credit, cash["category"]),
        "counterparty": np.where(given, debtor, NONE),
    }
    share, least, most = COLLECTED
    later = cash["occurred_at"] + random.integers(least, most, owner.size) * DAY
    back = given & (random.random(owner.size) < share) & (later < (world.last[owner] + 1) * DAY)
    collected = taken({**sales, "occurred_at": later}, back)
    collected["category"] = np.full(collected["owner"].size, code(BOOKS, "category", "collection"))
    return [sales, collected]


def _written(world: Businesses, lines: Parts, who: Gamers, random: np.random.Generator) -> Ints:
    """Return (m,) when each line was written: at nine in the evening of its day, or later.

    Who backfills writes everything in the last days before the application.
    """
    owner, occurred = lines["owner"], lines["occurred_at"]
    shares, least, most = np.array(WRITTEN_LATE).T
    how = random.choice(len(shares), owner.size, p=shares)
    late = random.integers(least[how].astype(int) - (how == 0), most[how].astype(int))
    evening = (occurred // DAY + late) * DAY + 21 * HOUR + random.integers(0, 2 * HOUR, owner.size)
    back = world.as_of_column - random.integers(1, BACKFILL[1] + 1, owner.size)
    backfilled = back * DAY + random.integers(8 * HOUR, 22 * HOUR, owner.size)
    written = np.where(who.backfilled[owner], np.maximum(backfilled, evening), evening)
    return np.asarray(np.maximum(written, occurred), dtype=np.int64)
