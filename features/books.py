"""Features of the owner's bookkeeping, and how well it agrees with the payments.

*Earned* are sales and what buyers pay later of sales on credit; *spent* is all money out
but what the owner draws and what is repaid of loans. A sale on credit moves no money yet.
A line counts by the day it is about, once it was written.
"""

from __future__ import annotations

import numpy as np

from features.cashflow import monthly_income
from features.feature import feature
from features.known import Known
from features.months import monthly
from features.rows import DAY, Floats, Rows, given, ratio

NO_BOOKS = "no bookkeeping on record"
NOTHING_EARNED = "nothing earned in the window, by the books"
NOT_SPENT = ("credit_sale", "owner_draw", "owner_capital", "loan", "repayment")
PROMPT_DAYS = 7
MOST_MARGIN = 0.6


def _earned(books: Rows) -> Rows:
    return books.where(direction="in", category=("sale", "collection"))


def _spent(books: Rows) -> Rows:
    every = books.table.column("category").values
    return books.where(direction="out", category=tuple(c for c in every if c not in NOT_SPENT))


def _prompt(books: Rows) -> Rows:
    # In whole microseconds: a difference of days is rounded, and seven days to the dot are common.
    delay = books.age - np.rint(books["known_at"] * DAY)
    return books.keep(delay <= PROMPT_DAYS * DAY)


@feature("share", -1, "R19", missing="no line on record was written in time", days_to_change=90)
def booked_day_share(known: Known) -> Floats:
    """Days with at least one line of bookkeeping ÷ 90, over the last 90 days.

    Lines written more than seven days after the day they are about do not count: a book filled
    just before applying shows no habit.
    """
    prompt = _prompt(known.books)
    return given(prompt, prompt.last(90).days().count() / 90)


@feature("ratio", -1, "R26", missing=NOTHING_EARNED, low=-1.0, high=MOST_MARGIN)
def book_margin(known: Known) -> Floats:
    """(Earned - spent) ÷ earned over the last 180 days by the books, held within -1 and 0.6."""
    earned = _earned(known.books).last(180).sum("amount")
    kept = ratio(earned - _spent(known.books).last(180).sum("amount"), earned)
    return np.clip(kept, -1.0, MOST_MARGIN)


@feature("count", 1, "R26", missing=NO_BOOKS, high=6.0)
def book_negative_months(known: Known) -> Floats:
    """Months on record in the books, of the last six, in which more was spent than earned."""
    earned = monthly(_earned(known.books), known.books, 6)
    spent = monthly(_spent(known.books), known.books, 6)
    return given(known.books, (spent > earned).sum(axis=1))


@feature("days", 1, "R30", missing="nothing sold in the window, by the books", high=180.0)
def receivable_days(known: Known) -> Floats:
    """180 · (sold on credit - collected) ÷ all sold, over the last 180 days; at least 0.

    Of the lines of money in.
    """
    books = known.books.last(180).where(direction="in")
    credit = books.where(category="credit_sale").sum("amount")
    owed = np.maximum(credit - books.where(category="collection").sum("amount"), 0.0)
    return 180 * ratio(owed, books.where(category="sale").sum("amount") + credit)


@feature("ratio", 1, "R26", missing="nothing left to draw from in the window, by the books")
def owner_draw_share(known: Known) -> Floats:
    """What the owner drew ÷ (earned - spent), over the last 180 days by the books."""
    earned = _earned(known.books).last(180).sum("amount")
    left = earned - _spent(known.books).last(180).sum("amount")
    drawn = known.books.last(180).where(direction="out", category="owner_draw")
    return ratio(drawn.sum("amount"), left)


@feature("ratio", 1, "R02", missing=NOTHING_EARNED)
def repayment_share(known: Known) -> Floats:
    """Repayments of loans ÷ earned, over the last 180 days by the books."""
    repaid = known.books.last(180).where(direction="out", category="repayment")
    return ratio(repaid.sum("amount"), _earned(known.books).last(180).sum("amount"))


@feature("share", -1, "R37", missing="no books, no payments, or no income by the payments")
def book_match_share(known: Known) -> Floats:
    """Share of the income by the payments that the books have too: Σ smaller ÷ Σ income, by month.

    Over those of the last three months that are on record in both. What is earned in cash may
    stand in the books alone, and takes nothing away.
    """
    booked = monthly(_earned(known.books), known.books, 3)
    paid = monthly_income(known, 3)
    both = np.minimum(booked, paid)
    shared = np.where(np.isnan(both), 0.0, paid)
    return ratio(np.nansum(both, axis=1), shared.sum(axis=1))
