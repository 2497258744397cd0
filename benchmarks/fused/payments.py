"""Features of the payments in pandas: what comes in and goes out, the seasons, the balance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.fused.months import median, on_record, variation
from benchmarks.fused.seen import HALF, QUARTER, QUARTER_BEFORE, YEAR, Array, Seen, placed, ratio
from benchmarks.joined import DAY
from features.season import hijri_year

NOT_EARNED = ("refund", "interest", "loan", "transfer")


@dataclass(frozen=True)
class Moved:
    """What the features of the payments share.

    Args:
        payments: their rows.
        earned: whether each is money in that the business earned.
        sums: what `_sums` sums by slot.
        income: monthly, over the last twelve months on record.
        spending: monthly, as the income.
    """

    payments: Seen
    earned: Array
    sums: dict[str, Array]
    income: pd.DataFrame
    spending: pd.DataFrame


def moved(payments: Seen, as_of: Array, instalment: Array) -> Moved:
    """Return what the features of the payments share.

    Args:
        payments: their rows.
        as_of: (n,) the instants of the applications.
        instalment: (n,) one month's repayment before interest.
    """
    kept = payments.one_of("kind", *NOT_EARNED)
    earned = payments.one_of("direction", "in") & ~kept
    sums = _sums(payments, earned, hijri_year(as_of), instalment)
    income = on_record(sums["income"], payments.oldest, 12)
    return Moved(payments, earned, sums, income, on_record(sums["spending"], payments.oldest, 12))


def _sums(payments: Seen, earned: Array, year: Array, instalment: Array) -> dict[str, Array]:
    amount, age, application = payments["amount"], payments["age"], payments["application"]
    out = payments.one_of("direction", "out")
    cash = payments.one_of("channel", "cash")
    income = np.where(earned, amount, 0.0)
    spent = out & ~payments.one_of("kind", "transfer")
    spending = np.where(spent, amount, 0.0)
    start = year[application] * DAY
    balance = payments["balance_after"]
    return payments.sums(
        income=income,
        income_rows=earned * 1.0,
        cash_income=income * cash,
        year_before=income * ((age > start) & (age <= start + 90 * DAY)),
        spending=spending,
        cash_spending=spending * cash,
        household=spending * payments.one_of("kind", "household"),
        bank=(spent & payments.one_of("channel", "bank")) * 1.0,
        fees=amount * (out & payments.one_of("kind", "fee")),
        penalties=(out & payments.one_of("kind", "penalty")) * 1.0,
        balance=np.nan_to_num(balance),
        stated=~np.isnan(balance) * 1.0,
        overdrawn=(balance < 0) * 1.0,
        thin=(balance < 2 * instalment[application]) * 1.0,
    )


def cashflow(moved: Moved) -> dict[str, Array]:
    """Return the features of money coming in and going out."""
    payments, sums = moved.payments, moved.sums
    half = {name: grid[:, HALF].sum(axis=1) for name, grid in sums.items()}
    income, spending = half["income"], half["spending"]
    recent, spent = moved.income.iloc[:, :6], moved.spending.iloc[:, :6]
    trend = ratio(sums["income"][:, QUARTER].sum(1), sums["income"][:, QUARTER_BEFORE].sum(1))
    covered = np.clip(payments.oldest / DAY / 30, 1.0, 6.0)
    there = payments.any
    largest = payments.keep(moved.earned & payments.last(180))
    return {
        "history_months": payments.oldest / DAY / 30,
        "longest_gap_days": payments.longest_gap(180),
        "median_monthly_income": median(recent),
        "weakest_month_income": recent.min(axis=1).to_numpy(),
        "income_variation": variation(moved.income),
        "income_trend": np.minimum(trend, 3.0),
        "months_without_income": np.where(there, (recent == 0).sum(axis=1), np.nan),
        "spending_to_income": ratio(spending, income),
        "monthly_net_cash_flow": median(recent - spent),
        "spending_variation": variation(moved.spending),
        "surplus_variation": variation(moved.income - moved.spending, moved.income),
        "negative_months": np.where(there, (spent > recent).sum(axis=1), np.nan),
        "household_share": ratio(half["household"], spending),
        "cash_spending_share": ratio(half["cash_spending"], spending),
        "bank_payments_per_month": half["bank"] / covered,
        "cash_income_share": ratio(half["cash_income"], income),
        "largest_income_share": ratio(-largest.smallest(a=-largest["amount"])["a"], income),
        "penalties": np.where(there, sums["penalties"][:, YEAR].sum(axis=1), np.nan),
        "fees_to_income": ratio(half["fees"], income),
        **_days(moved),
        **_payers(largest.keep(largest.stated("counterparty"))),
    }


def _days(moved: Moved) -> dict[str, Array]:
    payments, recent = moved.payments, moved.payments.last(90)
    earned = moved.earned[recent]
    inside = payments.keep(recent)
    days = inside.days(income=inside["amount"] * earned, earned=earned * 1.0)
    return {
        "active_day_share": np.where(payments.any, days.counts() / 90, np.nan),
        "daily_income_variation": days.keep(days["earned"] > 0).variation("income"),
    }


def _payers(paid: Seen) -> dict[str, Array]:
    payers = paid.parties("counterparty", "amount")
    amount = payers["amount"]
    sums = payers.totals(
        count=np.ones(len(amount)),
        returning=(payers["rows"] > 1) * 1.0,
        amount=amount,
        squares=amount * amount,
    )
    return {
        "payer_concentration": ratio(sums["squares"], sums["amount"] ** 2),
        "returning_payer_share": ratio(sums["returning"], sums["count"]),
    }


def season(moved: Moved, as_of: Array) -> dict[str, Array]:
    """Return the features that look a year back by the Hijri calendar."""
    income = moved.sums["income"][:, QUARTER].sum(axis=1)
    growth = ratio(income, moved.sums["year_before"].sum(axis=1))
    reaches = moved.payments.oldest / DAY >= hijri_year(as_of) + 90
    return {"income_on_hijri_year": np.where(reaches, np.clip(growth, 0.5, 1.5), np.nan)}


def balances(moved: Moved) -> dict[str, Array]:
    """Return the features of the account's balance."""
    sums, payments = moved.sums, moved.payments
    stated = payments.keep(payments.stated("balance_after"))
    half = stated.last(180)
    recent = stated.keep(half)
    low = stated.smallest(
        ever=stated["balance_after"],
        half=np.where(half, stated["balance_after"], np.nan),
        age=np.where(half, stated["age"], np.nan),
    )
    mean = _mean(sums, HALF)
    at_last = recent.rows[recent["age"] == low["age"][recent["application"]]]
    at_last = at_last.sort_values("payment_id").groupby("application")[["balance_after"]].last()
    trend = ratio(_mean(sums, slice(0, 2)), _mean(sums, slice(2, 6)))
    spending = sums["spending"][:, HALF].sum(axis=1)
    covered = np.clip(payments.oldest / DAY / 30, 1.0, 6.0)
    return {
        "latest_balance": placed(at_last, payments.n)["balance_after"],
        "lowest_balance": low["half"],
        "lowest_balance_ever": low["ever"],
        "mean_balance": mean,
        "balance_variation": recent.variation("balance_after"),
        "balance_trend": np.clip(trend, 0.0, 3.0),
        "overdrawn_share": _of_stated(sums, "overdrawn"),
        "thin_balance_share": _of_stated(sums, "thin"),
        "months_of_buffer": ratio(mean, spending / covered),
    }


def _mean(sums: dict[str, Array], slots: slice) -> Array:
    return ratio(sums["balance"][:, slots].sum(axis=1), sums["stated"][:, slots].sum(axis=1))


def _of_stated(sums: dict[str, Array], name: str) -> Array:
    return ratio(sums[name][:, YEAR].sum(axis=1), sums["stated"][:, YEAR].sum(axis=1))
