"""Features of the owner's bookkeeping, in pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.fused.months import on_record
from benchmarks.fused.seen import HALF, Array, Seen, ratio
from benchmarks.joined import DAY

NOT_SPENT = ("credit_sale", "owner_draw", "owner_capital", "loan", "repayment")


def features(books: Seen, income: pd.DataFrame) -> dict[str, Array]:
    """Return the features of the books; *income* is that of the payments, monthly."""
    amount = books["amount"]
    into, out = (np.where(books.one_of("direction", way), amount, 0.0) for way in ("in", "out"))
    sale, credit, collected, drawn, repaid = (
        books.one_of("category", what)
        for what in ("sale", "credit_sale", "collection", "owner_draw", "repayment")
    )
    sums = books.sums(
        earned=into * (sale | collected),
        spent=out * ~books.one_of("category", *NOT_SPENT),
        sold=into * (sale | credit),
        owed=into * credit - into * collected,
        drawn=out * drawn,
        repaid=out * repaid,
    )
    half = {name: grid[:, HALF].sum(axis=1) for name, grid in sums.items()}
    left = half["earned"] - half["spent"]
    earned, spent = (on_record(sums[name], books.oldest, 6) for name in ("earned", "spent"))
    negative = (spent > earned).sum(axis=1)
    return {
        "booked_day_share": _booked_days(books),
        "book_margin": np.clip(ratio(left, half["earned"]), -1.0, 0.6),
        "book_negative_months": np.where(books.any, negative, np.nan),
        "receivable_days": 180 * ratio(np.maximum(half["owed"], 0.0), half["sold"]),
        "owner_draw_share": ratio(half["drawn"], left),
        "repayment_share": ratio(half["repaid"], half["earned"]),
        "book_match_share": _match(earned.iloc[:, :3], income.iloc[:, :3]),
    }


def _booked_days(books: Seen) -> Array:
    prompt = books.keep(books["known_at"] - books["occurred_at"] <= 7 * DAY)
    recent = prompt.keep(prompt.last(90))
    booked = recent.days(lines=np.ones(len(recent.rows))).counts()
    return np.where(prompt.any, booked / 90, np.nan)


def _match(booked: pd.DataFrame, paid: pd.DataFrame) -> Array:
    """Return (n,) the share of the income that the books have too, in months on record in both."""
    both = booked.where(booked < paid, paid).where(booked.notna() & paid.notna())
    return ratio(both.sum(axis=1).to_numpy(), paid.where(both.notna()).sum(axis=1).to_numpy())
