"""Features of the owner's bookkeeping, in pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.joined import DAY
from benchmarks.plain.months import monthly
from benchmarks.plain.seen import (
    Array,
    Found,
    by_application,
    count,
    day,
    given,
    last,
    oldest,
    ratio,
)

COLUMNS = ("occurred_at", "known_at", "direction", "category", "amount")

NOT_SPENT = ("credit_sale", "owner_draw", "owner_capital", "loan", "repayment")


def features(books: pd.DataFrame, monthly_income: pd.DataFrame) -> Found:
    """Return the features of the books; *monthly_income* is that of the payments."""
    inward, category = books["direction"] == "in", books["category"]
    earned_rows = books[inward & category.isin(("sale", "collection"))]
    spent_rows = books[~inward & ~category.isin(NOT_SPENT)]
    earned = by_application(last(earned_rows, 180))["amount"].sum()
    left = earned - by_application(last(spent_rows, 180))["amount"].sum()
    reach = oldest(books)
    monthly_earned = monthly(earned_rows, "amount", reach)
    monthly_spent = monthly(spent_rows, "amount", reach)

    prompt = books[books["known_at"] - books["occurred_at"] <= 7 * DAY]
    prompt = prompt.assign(day=day(prompt))
    negative = monthly_spent.iloc[:, :6] > monthly_earned.iloc[:, :6]
    into, out = last(books[inward], 180), last(books[~inward], 180)
    on_credit = by_application(into[into["category"] == "credit_sale"])["amount"].sum()
    collected = by_application(into[into["category"] == "collection"])["amount"].sum()
    sold = by_application(into[into["category"] == "sale"])["amount"].sum() + on_credit
    drawn = by_application(out[out["category"] == "owner_draw"])["amount"].sum()
    repaid = by_application(out[out["category"] == "repayment"])["amount"].sum()
    return {
        "booked_day_share": given(
            count(prompt), by_application(last(prompt, 90))["day"].nunique() / 90
        ),
        "book_margin": np.clip(ratio(left, earned), -1.0, 0.6),
        "book_negative_months": given(count(books), negative.sum(axis=1)),
        "receivable_days": 180 * ratio(np.maximum(on_credit - collected, 0.0), sold),
        "owner_draw_share": ratio(drawn, left),
        "repayment_share": ratio(repaid, earned),
        "book_match_share": _match(monthly_earned.iloc[:, :3], monthly_income.iloc[:, :3]),
    }


def _match(booked: pd.DataFrame, paid: pd.DataFrame) -> Array:
    """Return (n,) the share of the income that the books have too, in months on record in both."""
    both = booked.where(booked < paid, paid).where(booked.notna() & paid.notna())
    return ratio(both.sum(axis=1), paid.where(both.notna()).sum(axis=1))
