"""The loans the simulated businesses had before this one: how they were repaid, month by month.

Whether a month is missed follows the same latents as the risk of the loan asked
for, so the register informs about it honestly. `training.simulated.register`
turns this into reports, `instalments` into payments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.rows import DAY, Flags, Floats, Ints
from features.sources import CREDIT
from training.simulated.arrears import Course, course
from training.simulated.businesses import Businesses
from training.simulated.chunk import MONTH_DAYS, Chunk
from training.simulated.columns import HOUR, Parts, rounded
from training.simulated.flows import LENDER, payments

MOST: Final = 3
"""Loans a business may have had."""

HOW_MANY: Final = (0.45, 0.33, 0.16, 0.06)
"""Shares of businesses with 0 … 3 of them."""

MONTHS: Final = 24
"""Months before that of the application which the register reports."""

AHEAD: Final = 2
"""Months from that of the application on, in which instalments are paid too."""

TENORS: Final = (6, 12, 18, 24, 36)

LENDERS: Final = {
    "bank": (0.42, 0.006),
    "bpr": (0.20, 0.013),
    "cooperative": (0.13, 0.018),
    "lkm": (0.05, 0.015),
    "p2p": (0.10, 0.030),
    "finance": (0.06, 0.015),
    "pawn": (0.04, 0.011),
}
"""Kind of lender → its share of loans, and interest a month on the amount granted."""

MISSED: Final = -3.4
"""Log-odds that a month is missed where nothing speaks for or against."""


@dataclass(frozen=True)
class Debts:
    """Earlier loans, (n, 3) each unless said otherwise; where there is none, all is zero.

    Args:
        there: whether there is such a loan.
        lender: code of the lender's kind.
        started: day it began, days since 1970.
        tenor: months.
        limit: rupiah granted.
        instalment: rupiah a month.
        month: (n, months) first day of each month of the grid; the application's is `MONTHS`.
        course: how it went from month to month.
    """

    there: Flags
    lender: Ints
    started: Ints
    tenor: Ints
    limit: Ints
    instalment: Ints
    month: Ints
    course: Course

    @property
    def paid(self) -> Ints:
        """Return (n, 3, months) instalments paid by the end of the month."""
        return np.asarray(np.maximum(self.course.due - self.course.arrears, 0))

    def burden(self) -> Floats:
        """Return (n,) rupiah due each month on what runs in the month before the application."""
        now = MONTHS - 1
        lately = self.paid[:, :, now]
        runs = self.there & (lately < self.tenor) & (self.course.due[:, :, now] >= 0)
        due = np.where(runs & ~self.course.lost[:, :, now], self.instalment, 0)
        return np.asarray(due.sum(axis=1, dtype=np.float64))


def borrowed(world: Businesses, chunk: Chunk) -> Debts:
    """Draw the earlier loans of each business, and how they were repaid."""
    random = chunk.stream("debts")
    shape = (world.n, MOST)
    there = np.arange(MOST) < random.choice(MOST + 1, world.n, p=HOW_MANY)[:, None]
    names, (shares, rates) = list(LENDERS), np.array(list(LENDERS.values())).T
    kind = random.choice(len(names), shape, p=shares)
    tenor = random.choice(TENORS, shape)
    amount = 0.25 * world.monthly_sales[:, None] * np.exp(0.6 * random.standard_normal(shape))
    limit = rounded(amount, 500_000)
    started = world.as_of_day[:, None] - random.integers(MONTH_DAYS, 30 * MONTH_DAYS, shape)
    months = world.as_of_day.astype("datetime64[D]").astype("datetime64[M]")[:, None]
    months = months + np.arange(-MONTHS, AHEAD)
    codes = np.array([CREDIT.column("lender_kind").values.index(name) for name in names])
    since = months[:, None, :] - started.astype("datetime64[D]").astype("datetime64[M]")[:, :, None]
    month = months.astype("datetime64[D]").astype(np.int64)
    odds = _odds(world, month)
    return Debts(
        there=there,
        lender=codes[kind],
        started=started,
        tenor=tenor,
        limit=limit,
        instalment=rounded(limit * (1 / tenor + rates[kind]), 1000),
        month=month,
        course=course(odds, since.astype(np.int64), tenor, random),
    )


def strain(world: Businesses) -> Floats:
    """Return (n,) the log-odds of trouble that stay with a business, health left out."""
    lasting = world.thinness + 0.4 * np.log(world.volatility) + 0.5 * world.exposure
    return lasting - 0.6 * world.discipline + 0.4 * world.unseen


def _odds(world: Businesses, month: Ints) -> Floats:
    """Return (n, months) the log-odds that an instalment is missed where none is in arrears."""
    day = month - world.origin[:, None] + MONTH_DAYS // 2
    health = world.health_on(np.arange(world.n)[:, None], day)
    return MISSED + strain(world)[:, None] - 1.5 * health


def instalments(world: Businesses, debts: Debts, chunk: Chunk) -> list[Parts]:
    """Return what was paid out to the business and what it repaid, on record, as payments.

    The owner takes what is paid out to where it is needed at once, past this account.
    """
    random = chunk.stream("instalments")
    payday = random.integers(0, 25, (world.n, MOST))
    column = debts.month[:, None, :] + payday[:, :, None] - world.origin[:, None, None]
    paid = np.diff(debts.paid, axis=2, prepend=debts.paid[:, :, :1])
    covered = (column >= world.first[:, None, None]) & (column <= world.last[:, None, None])
    owner, loan, month = np.nonzero(
        (paid > 0) & covered & ~debts.course.lost & debts.there[:, :, None]
    )
    amount = debts.instalment[owner, loan] * paid[owner, loan, month]
    when = column[owner, loan, month] * DAY + 10 * HOUR
    back = payments(owner, when, amount, ("out", "bank", "loan"), LENDER + loan)
    day = debts.started - world.origin[:, None]
    covered = (day >= world.first[:, None]) & (day <= world.last[:, None])
    owner, loan = np.nonzero(covered & debts.there)
    when = day[owner, loan] * DAY + 11 * HOUR
    gained = debts.limit[owner, loan]
    came = payments(owner, when, gained, ("in", "bank", "loan"), LENDER + loan)
    went = payments(owner, when + 3 * HOUR, gained, ("out", "bank", "transfer"))
    return [back, came, went]
