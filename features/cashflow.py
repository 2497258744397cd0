"""Features of money coming in and going out, from the payments.

*Income* is money in that the business earned: not interest, not a loan, not a
refund, not a transfer between the owner's own accounts. *Spending* is all money
out except such transfers. Months are those on record, as `features.months` has it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from features.feature import feature
from features.known import Known
from features.lazy import shared
from features.months import median, monthly, months_covered, variation
from features.rows import Floats, Rows, given, ratio
from features.sources import PAYMENTS

KINDS = PAYMENTS.column("kind").values
NOT_EARNED = ("refund", "interest", "loan", "transfer")
EARNED = tuple(kind for kind in KINDS if kind not in NOT_EARNED)
SPENT = tuple(kind for kind in KINDS if kind != "transfer")
NO_INCOME = "no income in the window"
NO_PAYMENTS = "no payments on record"
FEW_MONTHS = "fewer than three months on record, or no income"


def income_rows(payments: Rows) -> Rows:
    """Keep money in that the business earned."""
    return payments.where(direction="in", kind=EARNED)


def spending_rows(payments: Rows) -> Rows:
    """Keep money out, except transfers between the owner's own accounts."""
    return payments.where(direction="out", kind=SPENT)


@shared
def all_income(known: Known) -> Rows:
    """Return the rows of the payments that are income."""
    return income_rows(known.payments)


@shared
def all_spending(known: Known) -> Rows:
    """Return the rows of the payments that are spending."""
    return spending_rows(known.payments)


@shared
def _year_of(known: Known, rows: Callable[[Known], Rows]) -> Floats:
    return monthly(rows(known), known.payments, 12)


def monthly_income(known: Known, months: int) -> Floats:
    """Return (n, months) monthly income, the latest first; missing in months not on record."""
    return _year_of(known, all_income)[:, :months]


def _spending(known: Known, months: int) -> Floats:
    return _year_of(known, all_spending)[:, :months]


@feature("months", -1, "R05", missing=NO_PAYMENTS, high=24.4)
def history_months(known: Known) -> Floats:
    """Months of thirty days since the first payment, at most the two years kept."""
    return known.payments.days_since_first() / 30


@feature("share", -1, "R07", missing=NO_PAYMENTS, days_to_change=90)
def active_day_share(known: Known) -> Floats:
    """Days with at least one payment ÷ 90, over the last 90 days."""
    active = known.payments.last(90).days().count()
    return given(known.payments, active / 90)


@feature("days", 1, "R07", missing=NO_PAYMENTS, high=180.0, days_to_change=90)
def longest_gap_days(known: Known) -> Floats:
    """Longest time without a payment within the last 180 days, up to the application.

    Time before the first payment on record does not count; a gap that began earlier counts from
    180 days before the application.
    """
    return known.payments.longest_gap(180)


@feature("money", -1, "R01", missing=NO_PAYMENTS)
def median_monthly_income(known: Known) -> Floats:
    """Median of monthly income over the last six months that are on record."""
    return median(monthly_income(known, 6))


@feature("money", -1, "R01", missing=NO_PAYMENTS)
def weakest_month_income(known: Known) -> Floats:
    """Smallest monthly income of the last six months that are on record."""
    weakest: Floats = np.fmin.reduce(monthly_income(known, 6), axis=1)
    return weakest


@feature("ratio", 1, "R03", missing=FEW_MONTHS)
def income_variation(known: Known) -> Floats:
    """Standard deviation ÷ mean of monthly income over the last twelve months on record."""
    return variation(monthly_income(known, 12))


@feature("ratio", -1, "R04", missing="no income in the 90 days before the last 90", high=3.0)
def income_trend(known: Known) -> Floats:
    """Income of the last 90 days ÷ income of the 90 days before, at most 3."""
    earned = all_income(known)
    before = earned.last(180).before(90).sum("amount")
    return np.minimum(ratio(earned.last(90).sum("amount"), before), 3.0)


@feature("count", 1, "R03", missing=NO_PAYMENTS, high=6.0)
def months_without_income(known: Known) -> Floats:
    """Months on record, of the last six, in which no income came in."""
    grid = monthly_income(known, 6)
    return given(known.payments, (grid == 0).sum(axis=1))


@shared
def _payers(known: Known) -> Rows:
    paid = all_income(known).known("counterparty").last(180)
    return paid.by(paid["counterparty"], "amount")


@feature("share", 1, "R08", missing="no income with a known payer in the window")
def payer_concentration(known: Known) -> Floats:
    """Herfindahl index Σ share² of payers in income of the last 180 days; 1 is a single payer."""
    return _payers(known).concentration("amount")


@feature("share", -1, "R08", missing="no income with a known payer in the window")
def returning_payer_share(known: Known) -> Floats:
    """Payers who paid more than once ÷ all payers, over the last 180 days; zeros paid count too."""
    payers = _payers(known)
    return ratio(payers.keep(payers["rows"] > 1).count(), payers.count())


@feature("ratio", 1, "R26", missing=NO_INCOME)
def spending_to_income(known: Known) -> Floats:
    """Money spent ÷ income, over the last 180 days."""
    spent, earned = all_spending(known).last(180), all_income(known).last(180)
    return ratio(spent.sum("amount"), earned.sum("amount"))


@feature("money", -1, "R26", missing=NO_PAYMENTS, low=-np.inf)
def monthly_net_cash_flow(known: Known) -> Floats:
    """Median over the last six months on record of income minus spending."""
    earned = monthly_income(known, 6)
    return median(earned - _spending(known, 6))


@feature("ratio", 1, "R26", missing="fewer than three months on record, or nothing spent")
def spending_variation(known: Known) -> Floats:
    """Standard deviation ÷ mean of monthly spending over the last twelve months on record."""
    return variation(_spending(known, 12))


@feature("ratio", 1, "R26", missing=FEW_MONTHS)
def surplus_variation(known: Known) -> Floats:
    """Standard deviation of monthly income minus spending ÷ mean monthly income, twelve months.

    Over the last twelve months on record.
    """
    income = monthly_income(known, 12)
    spending = _spending(known, 12)
    return variation(income - spending, income)


@feature("count", 1, "R26", missing=NO_PAYMENTS, high=6.0)
def negative_months(known: Known) -> Floats:
    """Months on record, of the last six, in which more was spent than earned."""
    earned = monthly_income(known, 6)
    return given(known.payments, (_spending(known, 6) > earned).sum(axis=1))


@feature("share", 0, "R26", missing="nothing spent in the window")
def household_share(known: Known) -> Floats:
    """Spending on the household ÷ all spending, over the last 180 days."""
    spent = all_spending(known).last(180)
    return ratio(spent.where(kind="household").sum("amount"), spent.sum("amount"))


@feature("share", 0, "R26", missing="nothing spent in the window")
def cash_spending_share(known: Known) -> Floats:
    """Spending in cash ÷ all spending, over the last 180 days."""
    spent = all_spending(known).last(180)
    return ratio(spent.where(channel="cash").sum("amount"), spent.sum("amount"))


@feature("ratio", 0, "R26", missing=NO_PAYMENTS)
def bank_payments_per_month(known: Known) -> Floats:
    """Spending payments by bank in the last 180 days ÷ months of them on record, 1 to 6.

    Such as rent, bills and instalments on order.
    """
    paid = all_spending(known).last(180).where(channel="bank").count()
    return ratio(paid, months_covered(known.payments, 6))


@feature("share", 0, "R08", missing=NO_INCOME)
def cash_income_share(known: Known) -> Floats:
    """Income in cash ÷ all income, over the last 180 days."""
    earned = all_income(known).last(180)
    return ratio(earned.where(channel="cash").sum("amount"), earned.sum("amount"))


@feature("share", 0, "R08", missing=NO_INCOME)
def largest_income_share(known: Known) -> Floats:
    """Largest single income ÷ all income, over the last 180 days."""
    earned = all_income(known).last(180)
    return ratio(earned.max("amount"), earned.sum("amount"))


@feature("ratio", 1, "R03", missing="fewer than two days with income in the window")
def daily_income_variation(known: Known) -> Floats:
    """Standard deviation ÷ mean of a day's income, over the last 90 days.

    Over the days with an income payment only.
    """
    return all_income(known).last(90).days().cv("amount")


@feature("count", 1, "R28", missing=NO_PAYMENTS)
def penalties(known: Known) -> Floats:
    """Penalties paid in the last 365 days, such as interest on a negative balance."""
    charged = known.payments.last(365).where(kind="penalty", direction="out").count()
    return given(known.payments, charged)


@feature("ratio", 0, "R26", missing=NO_INCOME)
def fees_to_income(known: Known) -> Floats:
    """Fees paid ÷ income, over the last 180 days."""
    fees = known.payments.last(180).where(kind="fee", direction="out")
    return ratio(fees.sum("amount"), all_income(known).last(180).sum("amount"))
