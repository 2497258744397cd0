"""What becomes of the simulated loans: a year's worst cash cover, against what is due.

What the year after the application brings is one standard logistic draw Λ. The
worst cover of the year is K = -(index + Λ); the loan goes bad exactly where the
cash falls short of the need, K < 0, so the true probability of default is
1 ÷ (1 + exp(-index)) exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from features.rows import DAY, Flags, Floats, Ints
from training.simulated.businesses import Businesses
from training.simulated.chunk import Chunk
from training.simulated.columns import WIB, ids
from training.simulated.gaming import Gamers
from training.simulated.loans import Loans, instants
from training.simulated.scenario import OBSERVED
from training.simulated.seasons import days_since_1970
from training.simulated.selection import Answers

BAD_FROM, WORST = 90, 359
"""Days past due of a loan that goes bad."""

DEPTH: Final = 1.5
"""Shortfall at which a bad loan is late by 1 - 1/e of the way from the least to the worst."""

LOST: Final = 1.3
"""Shortfall from which on the lender writes the loan off."""

LONG: Final = 0.35
"""A good loan is late for 30 to 89 days with probability exp(-cover ÷ this)."""

SHORT: Final = (0.05, 0.3, 3.0)
"""Otherwise for 1 to 29 days with probability first + second · exp(-cover ÷ third)."""

WATCHED_DAYS: Final = 365


@dataclass(frozen=True)
class Repayment:
    """How the loans went, or would have gone had they been financed, (n,) each.

    Args:
        cover: the year's worst cash cover; below zero it does not suffice.
        days: worst days past due within the year.
        lost: whether the lender wrote it off.
        disbursed: instant of the payment, microseconds since 1970 UTC.
        seen: worst days past due seen by `OBSERVED`; fewer than *days* where the year is not over.
        censored: whether it is not.
        defaulted: instant it was 90 days late, microseconds since 1970 UTC; where it was not seen
            to be, of no meaning.
        watched: instant until which it was watched, at most a year from the payment.
    """

    cover: Floats
    days: Ints
    lost: Flags
    disbursed: Ints
    seen: Ints
    censored: Flags
    defaulted: Ints
    watched: Ints

    @property
    def bad(self) -> Flags:
        """Return (n,) whether the loan goes bad within the year."""
        return self.cover < 0


def repaid(loans: Loans, chunk: Chunk) -> Repayment:
    """Draw how each loan goes."""
    random = chunk.stream("repayment")
    n = loans.index.size
    cover = -(loans.index + random.logistic(size=n))
    days = _days_past_due(cover, random)
    disbursed = loans.as_of + DAY * random.integers(3, 15, n)
    watched = (days_since_1970(OBSERVED) * DAY - WIB - disbursed) // DAY
    missed_on = 30 + random.random(n) * np.maximum(WATCHED_DAYS - 30 - days, 0)
    seen = np.clip((watched - missed_on).astype(np.int64), 0, days)
    censored = watched < WATCHED_DAYS
    defaulted = disbursed + (missed_on.astype(np.int64) + BAD_FROM) * DAY
    return Repayment(
        cover=cover,
        days=days,
        lost=(cover < -LOST) & (~censored | (seen == days)),
        disbursed=disbursed,
        seen=np.where(censored, seen, days),
        censored=censored,
        defaulted=defaulted,
        watched=disbursed + np.clip(watched, 0, WATCHED_DAYS) * DAY,
    )


def _days_past_due(cover: Floats, random: np.random.Generator) -> Ints:
    """Return (n,) worst days past due: 90 … 359 where bad; else 30 … 89, 1 … 29 or 0."""
    n, short = cover.size, np.maximum(-cover, 0.0)
    deep = BAD_FROM + np.floor((WORST + 1 - BAD_FROM) * (1 - np.exp(-short / DEPTH)))
    thin = np.exp(-np.maximum(cover, 0.0) / LONG)
    least, more, slope = SHORT
    u, v = random.random((2, n))
    mild = u < least + more * np.exp(-np.maximum(cover, 0.0) / slope)
    days = np.where(mild, random.integers(1, 30, n), 0)
    days = np.where(v < thin, random.integers(30, 90, n), days)
    return np.where(cover < 0, np.minimum(deep, WORST).astype(np.int64), days)


def outcomes(world: Businesses, how: Repayment, answers: Answers, chunk: Chunk) -> pl.DataFrame:
    """Return the outcomes of the wanted businesses' loans that were financed."""
    n = world.n
    every = pl.DataFrame(
        {
            "application_id": ids("a", world.number),
            "disbursed_at": instants(how.disbursed),
            "worst_days_past_due": how.seen,
            "written_off": how.lost,
            "stated": pl.Series([None] * n, dtype=pl.String),
            "censored": how.censored,
            "restructured": pl.Series([None] * n, dtype=pl.Boolean),
            "defaulted_at": instants(how.defaulted).set(pl.Series(how.seen < BAD_FROM), None),
            "watched_until": instants(how.watched),
            "weight": pl.Series([None] * n, dtype=pl.Float64),
        }
    )
    return every.filter(pl.Series(answers.financed)).filter(
        pl.Series(np.nonzero(answers.financed)[0] < chunk.wanted)
    )


def truth(
    world: Businesses, loans: Loans, how: Repayment, answers: Answers, who: Gamers
) -> pl.DataFrame:
    """Return what is true of every application, financed or not; never a source of records."""
    return pl.DataFrame(
        {
            "application_id": ids("a", world.number),
            "probability_of_default": loans.risk,
            "financed": answers.financed,
            "goes_bad": how.bad,
            "unfairly_denied": answers.unfairly,
            "circular": who.circular,
            "backfilled": who.backfilled,
            "burst": who.burst,
        }
    )
