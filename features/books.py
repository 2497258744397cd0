"""Features of the owner's bookkeeping, and how well it agrees with the payments.

*Earned* are sales and what buyers pay later of sales on credit; *spent* is all money out
but what the owner draws and repays. A line counts by the day it is about, once it was
written.
"""

from __future__ import annotations

import numpy as np

from features.cashflow import income_rows
from features.feature import feature
from features.known import Known
from features.months import monthly
from features.rows import Floats, Rows, given, ratio

NO_BOOKS = "no bookkeeping on record"
NOTHING_EARNED = "nothing earned in the window, by the books"
SPENDING = ("purchase", "wages", "rent", "utilities", "transport", "tax", "other")
MOST_MARGIN = 0.6


def _earned(books: Rows) -> Rows:
    return books.where(direction="in", category=("sale", "collection"))


def _spent(books: Rows) -> Rows:
    return books.where(direction="out", category=SPENDING)


@feature("share", -1, "R19", missing=NO_BOOKS, days_to_change=90)
def booked_day_share(known: Known) -> Floats:
    """Days with at least one line of bookkeeping ÷ 90, over the last 90 days."""
    return given(known.books, known.books.last(90).days().count() / 90)


@feature("ratio", -1, "R26", missing=NOTHING_EARNED, low=-1.0, high=MOST_MARGIN)
def book_margin(known: Known) -> Floats:
    """(Earned - spent) ÷ earned over the last 180 days by the books, held within -1 and 0.6."""
    books = known.books.last(180)
    earned = _earned(books).sum("amount")
    kept = ratio(earned - _spent(books).sum("amount"), earned)
    return np.clip(kept, -1.0, MOST_MARGIN)


@feature("count", 1, "R26", missing=NO_BOOKS, high=6.0)
def book_negative_months(known: Known) -> Floats:
    """Months on record in the books, of the last six, in which more was spent than earned."""
    earned = monthly(_earned(known.books), known.books, 6)
    spent = monthly(_spent(known.books), known.books, 6)
    return given(known.books, np.count_nonzero(spent > earned, axis=1).astype(np.float64))


@feature("days", 1, "R30", missing="nothing sold in the window, by the books", high=180.0)
def receivable_days(known: Known) -> Floats:
    """180 · (sold on credit - collected) ÷ all sold, over the last 180 days; at least 0."""
    books = known.books.last(180)
    credit = books.where(category="credit_sale").sum("amount")
    owed = np.maximum(credit - books.where(category="collection").sum("amount"), 0.0)
    return 180 * ratio(owed, books.where(category="sale").sum("amount") + credit)


@feature("ratio", 1, "R26", missing="nothing left to draw from in the window, by the books")
def owner_draw_share(known: Known) -> Floats:
    """What the owner drew ÷ (earned - spent), over the last 180 days by the books."""
    books = known.books.last(180)
    left = _earned(books).sum("amount") - _spent(books).sum("amount")
    return ratio(books.where(direction="out", category="owner_draw").sum("amount"), left)


@feature("ratio", 1, "R02", missing=NOTHING_EARNED)
def repayment_share(known: Known) -> Floats:
    """Repayments of loans ÷ earned, over the last 180 days by the books."""
    books = known.books.last(180)
    repaid = books.where(direction="out", category="repayment").sum("amount")
    return ratio(repaid, _earned(books).sum("amount"))


@feature("share", -1, "R19", missing="no books, no payments, or nothing earned by either")
def book_match_share(known: Known) -> Floats:
    """Agreement of books and payments: Σ smaller ÷ Σ larger of monthly earnings, three months.

    Over the last three months of thirty days, earnings of the books beside income of the
    payments.
    """
    booked = _earned(known.books).months("amount", 3)
    paid = income_rows(known.payments).months("amount", 3)
    larger = np.maximum(booked, paid).sum(axis=1)
    agreed = ratio(np.minimum(booked, paid).sum(axis=1), larger)
    return given(known.books, given(known.payments, agreed))
