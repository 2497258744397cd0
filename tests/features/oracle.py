"""Every feature once more, slowly and plainly, from what its docstring says.

The oracle shares no arithmetic with the kernels: it takes one application and a
list of payments as dictionaries, joins them by hand, and works with exact
fractions until the last step. Each function below is named after the feature it
recomputes; `expected` finds it by that name.

What the docstrings take for granted is fixed here in one place: days and months
count back from the application; the last *k* days hold an age of exactly *k*
days; day *d* holds the ages above *d* and up to *d* + 1 days, month *m* those
above *m* and up to *m* + 1 times thirty days; a month is on record when the
first payment lies at its far end or beyond, and the latest month always is; a
year is 365 days.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypedDict

DAY = 24 * 60 * 60 * 1_000_000
MONTH = 30 * DAY
TWO_YEARS = 730
NAN = math.nan


class Payment(TypedDict):
    """One row of the payments table; None where a value is missing."""

    payment_id: str
    business_id: str
    occurred_at: int
    known_at: int
    amount: int
    direction: str
    channel: str
    kind: str
    counterparty: str | None
    balance_after: int | None


class Application(TypedDict):
    """One row of the applications table, without what features do not read."""

    business_id: str
    as_of: int
    amount: int
    tenor_months: int


@dataclass(frozen=True)
class Seen:
    """An application and the payments that were known before it, in order of time."""

    application: Application
    payments: list[Payment]

    def age(self, payment: Payment) -> int:
        """Return the microseconds from a payment to the application."""
        return self.application["as_of"] - payment["occurred_at"]

    def last(self, days: int) -> Seen:
        """Return the same application with the payments of the last *days* days."""
        return self.between(0, days)

    def between(self, newest: int, oldest: int) -> Seen:
        """Return it with the payments older than *newest* days, up to *oldest* days old."""
        inside = [p for p in self.payments if newest * DAY < self.age(p) <= oldest * DAY]
        return Seen(self.application, inside)

    def instalment(self) -> Fraction:
        """Return the amount asked ÷ tenor."""
        return Fraction(self.application["amount"], self.application["tenor_months"])


def join(application: Application, payments: Iterable[Payment]) -> Seen:
    """Return what was known of the application's business before its ``as_of``."""
    as_of = application["as_of"]
    known = [
        p
        for p in payments
        if p["business_id"] == application["business_id"]
        and p["occurred_at"] < as_of
        and p["known_at"] < as_of
        and as_of - p["occurred_at"] <= TWO_YEARS * DAY
    ]
    return Seen(application, sorted(known, key=lambda p: (p["occurred_at"], p["payment_id"])))


ORACLE: dict[str, Callable[[Seen], float]] = {}


def recomputes(function: Callable[[Seen], float]) -> Callable[[Seen], float]:
    """Enter a function into the oracle under its own name."""
    ORACLE[function.__name__] = function
    return function


def expected(name: str, application: Application, payments: Iterable[Payment]) -> float:
    """Return the value feature *name* must have for one application; NaN where missing."""
    return ORACLE[name](join(application, payments))


# What the words mean.


def earned(seen: Seen) -> list[Payment]:
    """Income: money in, but not interest, a loan, a refund or a transfer."""
    return [
        p
        for p in seen.payments
        if p["direction"] == "in" and p["kind"] not in ("interest", "loan", "refund", "transfer")
    ]


def spent(seen: Seen) -> list[Payment]:
    """Spending: money out, but not a transfer."""
    return [p for p in seen.payments if p["direction"] == "out" and p["kind"] != "transfer"]


def money(payments: Iterable[Payment]) -> int:
    """Return the sum of the amounts."""
    return sum(p["amount"] for p in payments)


def balances(seen: Seen) -> list[int]:
    """Return the balances stated, the latest last."""
    return [p["balance_after"] for p in seen.payments if p["balance_after"] is not None]


def quotient(top: Fraction | int, bottom: Fraction | int) -> float:
    """Return top ÷ bottom, missing where the bottom is not above zero."""
    return float(Fraction(top) / Fraction(bottom)) if bottom > 0 else NAN


def mean(values: list[int]) -> Fraction:
    """Return the mean of at least one whole number."""
    return Fraction(sum(values), len(values))


def deviation(values: list[int]) -> float:
    """Return the population standard deviation of at least one whole number."""
    centre = mean(values)
    return math.sqrt(sum((value - centre) ** 2 for value in values) / len(values))


def variation(values: list[int], of: list[int]) -> float:
    """Return the standard deviation of *values* ÷ the mean of *of*."""
    return deviation(values) / float(mean(of)) if mean(of) > 0 else NAN


def months_on_record(seen: Seen, months: int) -> int:
    """Return how many of the last *months* months are on record; 0 without payments."""
    if not seen.payments:
        return 0
    oldest = max(seen.age(p) for p in seen.payments)
    return min(months, max(1, oldest // MONTH))


def monthly(payments: list[Payment], seen: Seen, months: int) -> list[int]:
    """Return the sum of *payments* in each month on record, the latest first."""
    return [
        money(p for p in payments if month * MONTH < seen.age(p) <= (month + 1) * MONTH)
        for month in range(months_on_record(seen, months))
    ]


def surplus(seen: Seen, months: int) -> list[int]:
    """Return income minus spending in each month on record, the latest first."""
    came = monthly(earned(seen), seen, months)
    went = monthly(spent(seen), seen, months)
    return [one - other for one, other in zip(came, went, strict=True)]


def months_covered(seen: Seen) -> float:
    """Return the months of thirty days since the first payment on record, 1 to 6."""
    return min(6.0, max(1.0, max(seen.age(p) for p in seen.payments) / MONTH))


def by_payer(seen: Seen) -> dict[str, list[Payment]]:
    """Return the income of each payer whose name is known."""
    payers: dict[str, list[Payment]] = defaultdict(list)
    for payment in earned(seen):
        if payment["counterparty"] is not None:
            payers[payment["counterparty"]].append(payment)
    return payers


def by_day(payments: list[Payment], seen: Seen) -> dict[int, list[Payment]]:
    """Return the payments of each day that has any; day 0 is the one before the application."""
    days: dict[int, list[Payment]] = defaultdict(list)
    for payment in payments:
        days[(seen.age(payment) - 1) // DAY].append(payment)
    return days


# Money coming in and going out.


@recomputes
def history_months(seen: Seen) -> float:
    return max((seen.age(p) / DAY / 30 for p in seen.payments), default=NAN)


@recomputes
def active_day_share(seen: Seen) -> float:
    recent = seen.last(90)
    return len(by_day(recent.payments, recent)) / 90 if seen.payments else NAN


@recomputes
def longest_gap_days(seen: Seen) -> float:
    # The time before the first payment on record is no gap; a longer one counts from day 180.
    opens = seen.application["as_of"] - 180 * DAY
    moments = [max(p["occurred_at"], opens) for p in seen.payments] + [seen.application["as_of"]]
    gaps = [later - sooner for sooner, later in itertools.pairwise(moments)]
    return max(gaps, default=NAN) / DAY


@recomputes
def median_monthly_income(seen: Seen) -> float:
    return float(statistics.median(monthly(earned(seen), seen, 6))) if seen.payments else NAN


@recomputes
def weakest_month_income(seen: Seen) -> float:
    return min(monthly(earned(seen), seen, 6), default=NAN)


@recomputes
def income_variation(seen: Seen) -> float:
    income = monthly(earned(seen), seen, 12)
    return variation(income, income) if len(income) >= 3 else NAN


@recomputes
def income_trend(seen: Seen) -> float:
    before = money(earned(seen.between(90, 180)))
    return min(3.0, quotient(money(earned(seen.last(90))), before)) if before else NAN


@recomputes
def months_without_income(seen: Seen) -> float:
    return monthly(earned(seen), seen, 6).count(0) if seen.payments else NAN


@recomputes
def payer_concentration(seen: Seen) -> float:
    sums = [money(payments) for payments in by_payer(seen.last(180)).values()]
    return quotient(sum(value**2 for value in sums), sum(sums) ** 2)


@recomputes
def returning_payer_share(seen: Seen) -> float:
    payers = by_payer(seen.last(180))
    returning = [payer for payer, payments in payers.items() if len(payments) > 1]
    return quotient(len(returning), len(payers))


@recomputes
def spending_to_income(seen: Seen) -> float:
    recent = seen.last(180)
    return quotient(money(spent(recent)), money(earned(recent)))


@recomputes
def monthly_net_cash_flow(seen: Seen) -> float:
    return float(statistics.median(surplus(seen, 6))) if seen.payments else NAN


@recomputes
def spending_variation(seen: Seen) -> float:
    spending = monthly(spent(seen), seen, 12)
    return variation(spending, spending) if len(spending) >= 3 else NAN


@recomputes
def surplus_variation(seen: Seen) -> float:
    kept = surplus(seen, 12)
    return variation(kept, monthly(earned(seen), seen, 12)) if len(kept) >= 3 else NAN


@recomputes
def negative_months(seen: Seen) -> float:
    return sum(kept < 0 for kept in surplus(seen, 6)) if seen.payments else NAN


@recomputes
def household_share(seen: Seen) -> float:
    spending = spent(seen.last(180))
    return quotient(money(p for p in spending if p["kind"] == "household"), money(spending))


@recomputes
def cash_spending_share(seen: Seen) -> float:
    spending = spent(seen.last(180))
    return quotient(money(p for p in spending if p["channel"] == "cash"), money(spending))


@recomputes
def bank_payments_per_month(seen: Seen) -> float:
    # Rent, bills and instalments are spending: moving one's own money by bank is not meant.
    paid = [p for p in spent(seen.last(180)) if p["channel"] == "bank"]
    return len(paid) / months_covered(seen) if seen.payments else NAN


@recomputes
def cash_income_share(seen: Seen) -> float:
    income = earned(seen.last(180))
    return quotient(money(p for p in income if p["channel"] == "cash"), money(income))


@recomputes
def largest_income_share(seen: Seen) -> float:
    income = earned(seen.last(180))
    return quotient(max((p["amount"] for p in income), default=0), money(income))


@recomputes
def daily_income_variation(seen: Seen) -> float:
    days = by_day(earned(seen.last(90)), seen)
    sums = [money(payments) for payments in days.values()]
    return variation(sums, sums) if len(sums) >= 2 else NAN


@recomputes
def penalties(seen: Seen) -> float:
    charged = [
        p for p in seen.last(365).payments if p["kind"] == "penalty" and p["direction"] == "out"
    ]
    return len(charged) if seen.payments else NAN


@recomputes
def fees_to_income(seen: Seen) -> float:
    recent = seen.last(180)
    fees = money(p for p in recent.payments if p["kind"] == "fee" and p["direction"] == "out")
    return quotient(fees, money(earned(recent)))


# The balance.


@recomputes
def latest_balance(seen: Seen) -> float:
    stated = balances(seen.last(180))
    return stated[-1] if stated else NAN


@recomputes
def lowest_balance(seen: Seen) -> float:
    return min(balances(seen.last(180)), default=NAN)


@recomputes
def lowest_balance_ever(seen: Seen) -> float:
    return min(balances(seen), default=NAN)


@recomputes
def mean_balance(seen: Seen) -> float:
    stated = balances(seen.last(180))
    return float(mean(stated)) if stated else NAN


@recomputes
def balance_variation(seen: Seen) -> float:
    stated = balances(seen.last(180))
    return variation(stated, stated) if len(stated) >= 2 else NAN


@recomputes
def balance_trend(seen: Seen) -> float:
    # A mean below zero in the last 60 days counts as zero: the declared lowest value.
    recent, before = balances(seen.last(60)), balances(seen.between(60, 180))
    if not recent or not before or mean(before) <= 0:
        return NAN
    return min(3.0, max(0.0, quotient(mean(recent), mean(before))))


@recomputes
def overdrawn_share(seen: Seen) -> float:
    stated = balances(seen.last(365))
    return quotient(sum(balance < 0 for balance in stated), len(stated))


@recomputes
def months_of_buffer(seen: Seen) -> float:
    recent = seen.last(180)
    stated = balances(recent)
    if not stated:
        return NAN
    return quotient(mean(stated), Fraction(money(spent(recent)) / months_covered(seen)))


# What is asked.


def cover(own: float, seen: Seen) -> float:
    """Return how many times *own*, or zero where it is below, pays one repayment."""
    if math.isnan(own) or not seen.instalment():
        return NAN
    return float(max(Fraction(own), Fraction(0)) / seen.instalment())


@recomputes
def amount_asked(seen: Seen) -> float:
    return seen.application["amount"]


@recomputes
def instalment_asked(seen: Seen) -> float:
    return float(seen.instalment())


@recomputes
def income_cover(seen: Seen) -> float:
    return cover(median_monthly_income(seen), seen)


@recomputes
def weakest_month_cover(seen: Seen) -> float:
    return cover(weakest_month_income(seen), seen)


@recomputes
def surplus_cover(seen: Seen) -> float:
    return cover(monthly_net_cash_flow(seen), seen)


@recomputes
def balance_cover(seen: Seen) -> float:
    return cover(mean_balance(seen), seen)


@recomputes
def lowest_balance_cover(seen: Seen) -> float:
    return cover(lowest_balance(seen), seen)


@recomputes
def thin_balance_share(seen: Seen) -> float:
    stated = balances(seen.last(365))
    return quotient(sum(balance < 2 * seen.instalment() for balance in stated), len(stated))
