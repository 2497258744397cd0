"""All tables of one chunk: the businesses are drawn, live, borrow, and are written down."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from features.records import TABLES
from training.simulated.account import moved, recorded
from training.simulated.adoption import Adoption, adopted
from training.simulated.bills import billed
from training.simulated.books import booked, keepers
from training.simulated.businesses import Businesses, draw
from training.simulated.chunk import Chunk
from training.simulated.columns import Parts, Words, made, taken
from training.simulated.consents import collected, consented
from training.simulated.debts import Debts, borrowed, instalments
from training.simulated.gaming import Gamers, gamed, gamers
from training.simulated.invoices import invoiced
from training.simulated.loans import applications, lend
from training.simulated.orders import ITEMS, ordered, paid_out
from training.simulated.profiles import WORDS, stated
from training.simulated.protected import group, owners, told
from training.simulated.register import reported
from training.simulated.repayment import outcomes, repaid, truth
from training.simulated.sales import sold, spent
from training.simulated.selection import answered
from training.simulated.support import ACTIONS, PROGRAMMES, PROVIDERS, supported
from training.simulated.unfairness import treated

WORDED: Final[dict[str, Words]] = {
    "orders": {"item": ITEMS},
    "support": {"programme": PROGRAMMES, "provider": PROVIDERS, "action": ACTIONS},
    "profile": WORDS,
    "protected": WORDS,
}
"""Source → text column → the texts its numbers stand for."""

NAMES: Final = (*TABLES, "truth")
"""The tables of a simulated data set; ``truth`` is not a source of records."""


def tables(chunk: Chunk) -> dict[str, pl.DataFrame]:
    """Return the tables of the wanted businesses of a chunk, each as declared."""
    world = draw(chunk)
    debts = borrowed(world, chunk)
    loans, people, who = lend(world, debts, chunk), owners(world, chunk), gamers(world, chunk)
    members = group(people, chunk.scenario.group)
    answers, how = answered(loans, members, chunk), repaid(loans, chunk)
    had = collected(world, chunk)
    every = {
        name: taken(parts, had[name][parts["owner"]])
        for name, parts in _sources(world, adopted(world, chunk), debts, who, chunk).items()
    }
    agreed = consented(world, every, chunk)
    every = {name: treated(name, parts, members, chunk) for name, parts in every.items()}
    every["protected"] = told(world, people, chunk)
    every["consents"] = agreed
    return {
        **{name: _table(name, parts, world, chunk) for name, parts in every.items()},
        "applications": applications(world, loans, answers.answer).head(chunk.wanted),
        "outcomes": outcomes(world, how, answers, chunk),
        "truth": truth(world, loans, how, answers, who).head(chunk.wanted),
    }


def _table(name: str, parts: Parts, world: Businesses, chunk: Chunk) -> pl.DataFrame:
    """Return a table of the businesses that are wanted."""
    wanted = taken(parts, parts["owner"] < chunk.wanted)
    return made(TABLES[name], wanted, world, chunk.seed, WORDED.get(name, {}))


def _sources(
    world: Businesses, adoption: Adoption, debts: Debts, who: Gamers, chunk: Chunk
) -> dict[str, Parts]:
    """Return every source of records, as it would be were all of it collected."""
    orders = ordered(world, adoption, chunk)
    sales, payouts = sold(world, adoption, chunk), paid_out(orders, world.days)
    shown = gamed(world, adoption, who, chunk)
    flow = moved(world, [*_flows(world, [sales, payouts], debts, chunk), *shown], chunk)
    return {
        "payments": recorded(world, flow, chunk),
        "orders": orders,
        "bills": billed(world, chunk),
        "books": booked(world, flow, keepers(world, who, chunk), who, chunk),
        "invoices": invoiced(world, flow, chunk),
        "credit": reported(world, debts, chunk),
        "support": supported(world, chunk),
        "profile": stated(world, chunk),
    }


def _flows(world: Businesses, sales: list[Parts], debts: Debts, chunk: Chunk) -> list[Parts]:
    """Return what moves money in earnest, but for the closings of the account."""
    both = {name: np.concatenate([part[name] for part in sales]) for name in sales[0]}
    return [
        *sales,
        *spent(world, both, chunk),
        *instalments(world, debts, chunk),
    ]
