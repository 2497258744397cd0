"""Features of the payments in pandas: what comes in and goes out, the seasons, the balance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.joined import DAY, MONTH
from benchmarks.plain import months
from benchmarks.plain.seen import (
    Array,
    Found,
    before,
    by_application,
    by_party,
    codes,
    concentration,
    count,
    day,
    given,
    last,
    longest_gap,
    of_parties,
    oldest,
    ratio,
    stated,
    trend,
    variation,
)
from features.season import hijri_year

COLUMNS = ("payment_id", "amount", "direction", "channel", "kind", "counterparty", "balance_after")

NOT_EARNED = ("refund", "interest", "loan", "transfer")


@dataclass(frozen=True)
class Moved:
    """What the features of the payments share.

    Args:
        payments: their rows; counterparties are codes, -1 where not known.
        income: the rows that are money in that the business earned.
        spending: the rows that are money out, without transfers between own accounts.
        oldest: (n,) microseconds from the first payment to the application.
        monthly_income: (n, 12) sums of the income, the latest month first.
        monthly_spending: as the income.
    """

    payments: pd.DataFrame
    income: pd.DataFrame
    spending: pd.DataFrame
    oldest: pd.Series
    monthly_income: pd.DataFrame
    monthly_spending: pd.DataFrame


def moved(payments: pd.DataFrame) -> Moved:
    """Return what the features of the payments share."""
    payments = payments.assign(counterparty=codes(payments["counterparty"]), day=day(payments))
    flow = payments[["application", "age", "amount", "channel", "kind", "counterparty", "day"]]
    inward = payments["direction"] == "in"
    income = flow[inward & ~flow["kind"].isin(NOT_EARNED)]
    spending = flow[~inward & (flow["kind"] != "transfer")]
    reach = oldest(payments)
    return Moved(
        payments,
        income,
        spending,
        reach,
        months.monthly(income, "amount", reach),
        months.monthly(spending, "amount", reach),
    )


def cashflow(moved: Moved) -> Found:
    """Return the features of money coming in and going out."""
    payments, income_year, spending_year = (
        moved.payments,
        moved.monthly_income,
        moved.monthly_spending,
    )
    income_half, spending_half = income_year.iloc[:, :6], spending_year.iloc[:, :6]
    recent_days = last(payments[["application", "age", "day"]], 90)
    income_90, income_180 = last(moved.income, 90), last(moved.income, 180)
    spending_180 = last(moved.spending, 180)
    earned = by_application(income_180)["amount"].sum()
    spent = by_application(spending_180)["amount"].sum()
    count_all = count(payments)

    household = spending_180[spending_180["kind"] == "household"]
    cash_spending = spending_180[spending_180["channel"] == "cash"]
    by_bank = spending_180[spending_180["channel"] == "bank"]
    cash_income = income_180[income_180["channel"] == "cash"]
    outward = payments["direction"] == "out"
    fees = payments[(payments["kind"] == "fee") & outward]
    penalties = payments[(payments["kind"] == "penalty") & outward]
    days = by_party(income_90, "day")["amount"].sum()
    payers = by_party(income_180[income_180["counterparty"] >= 0], "counterparty")
    return {
        "history_months": moved.oldest / MONTH,
        "active_day_share": given(count_all, by_application(recent_days)["day"].nunique() / 90),
        "longest_gap_days": longest_gap(payments, 180),
        "median_monthly_income": income_half.median(axis=1),
        "weakest_month_income": income_half.min(axis=1),
        "income_variation": months.variation(income_year),
        "income_trend": trend(moved.income, "amount"),
        "months_without_income": given(count_all, (income_half == 0).sum(axis=1)),
        "payer_concentration": concentration(payers["amount"].sum()),
        "returning_payer_share": of_parties(payers.size() > 1).mean(),
        "spending_to_income": ratio(spent, earned),
        "monthly_net_cash_flow": (income_half - spending_half).median(axis=1),
        "spending_variation": months.variation(spending_year),
        "surplus_variation": months.variation(income_year - spending_year, income_year),
        "negative_months": given(count_all, (spending_half > income_half).sum(axis=1)),
        "household_share": ratio(by_application(household)["amount"].sum(), spent),
        "cash_spending_share": ratio(by_application(cash_spending)["amount"].sum(), spent),
        "bank_payments_per_month": count(by_bank) / months_covered(moved),
        "cash_income_share": ratio(by_application(cash_income)["amount"].sum(), earned),
        "largest_income_share": ratio(by_application(income_180)["amount"].max(), earned),
        "daily_income_variation": variation(of_parties(days)),
        "penalties": given(count_all, count(last(penalties, 365))),
        "fees_to_income": ratio(by_application(last(fees, 180))["amount"].sum(), earned),
    }


def months_covered(moved: Moved) -> pd.Series:
    """Return (n,) months since the first payment, 1 to 6."""
    return (moved.oldest / MONTH).clip(1.0, 6.0)


def season(moved: Moved, as_of: Array) -> Found:
    """Return the features that look a year back by the Hijri calendar."""
    income, year = moved.income, hijri_year(as_of)
    start = year[income["application"].cat.codes] * DAY
    year_before = income[(income["age"] > start) & (income["age"] <= start + 90 * DAY)]
    growth = ratio(
        by_application(last(income, 90))["amount"].sum(),
        by_application(year_before)["amount"].sum(),
    )
    reaches = moved.oldest / DAY >= year + 90
    return {"income_on_hijri_year": np.where(reaches, np.clip(growth, 0.5, 1.5), np.nan)}


def balances(moved: Moved, instalment: Array) -> Found:
    """Return the features of the account's balance; *instalment* is (n,) that of the loan asked."""
    all_stated = stated(moved.payments, "balance_after")
    stated_365, stated_180 = last(all_stated, 365), last(all_stated, 180)
    balance = by_application(stated_180)["balance_after"]
    mean = balance.mean()
    count_365 = count(stated_365)

    youngest = by_application(stated_180)["age"].transform("min")
    latest = stated_180[stated_180["age"] == youngest].sort_values("payment_id")
    recent = by_application(last(stated_180, 60))["balance_after"].mean()
    earlier = by_application(before(stated_180, 60))["balance_after"].mean()
    overdrawn = stated_365[stated_365["balance_after"] < 0]
    two_repayments = 2 * instalment[stated_365["application"].cat.codes]
    thin = stated_365[stated_365["balance_after"] < two_repayments]
    spent = by_application(last(moved.spending, 180))["amount"].sum()
    return {
        "latest_balance": by_application(latest)["balance_after"].last(),
        "lowest_balance": balance.min(),
        "lowest_balance_ever": by_application(all_stated)["balance_after"].min(),
        "mean_balance": mean,
        "balance_variation": variation(balance),
        "balance_trend": np.clip(ratio(recent, earlier), 0.0, 3.0),
        "overdrawn_share": ratio(count(overdrawn), count_365),
        "thin_balance_share": ratio(count(thin), count_365),
        "months_of_buffer": ratio(mean, spent / months_covered(moved)),
    }
