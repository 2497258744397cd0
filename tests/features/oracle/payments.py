"""Features of the payments and of the balance, once more from what their docstrings say."""

from __future__ import annotations

import statistics
from fractions import Fraction

from tests.features.oracle.words import (
    DAY,
    MONTH,
    NAN,
    Row,
    Seen,
    by,
    by_day,
    concentration,
    having,
    longest_gap,
    mean,
    money,
    months_on_record,
    quotient,
    recomputes,
    sums,
    trend,
    variation,
)


def earned(seen: Seen) -> list[Row]:
    """Income: money in, but not interest, a loan, a refund or a transfer."""
    return [
        p
        for p in having(seen.payments, direction="in")
        if p["kind"] not in ("interest", "loan", "refund", "transfer")
    ]


def spent(seen: Seen) -> list[Row]:
    """Spending: money out, but not a transfer."""
    return [p for p in having(seen.payments, direction="out") if p["kind"] != "transfer"]


def balances(seen: Seen) -> list[int]:
    """Return the balances stated, the latest last."""
    return [p["balance_after"] for p in seen.payments if p["balance_after"] is not None]


def monthly(payments: list[Row], seen: Seen, months: int) -> list[int]:
    """Return the sum of *payments* in each month on record, the latest first."""
    return sums(payments, seen, months_on_record(seen.payments, seen, months))


def surplus(seen: Seen, months: int) -> list[int]:
    """Return income minus spending in each month on record, the latest first."""
    came = monthly(earned(seen), seen, months)
    went = monthly(spent(seen), seen, months)
    return [one - other for one, other in zip(came, went, strict=True)]


def months_covered(seen: Seen) -> float:
    """Return the months of thirty days since the first payment on record, 1 to 6."""
    return min(6.0, max(1.0, max(seen.age(p) for p in seen.payments) / MONTH))


@recomputes
def history_months(seen: Seen) -> float:
    return max((seen.age(p) / DAY / 30 for p in seen.payments), default=NAN)


@recomputes
def active_day_share(seen: Seen) -> float:
    recent = seen.last(90)
    return len(by_day(recent.payments, recent)) / 90 if seen.payments else NAN


@recomputes
def longest_gap_days(seen: Seen) -> float:
    return longest_gap(seen.payments, seen, 180)


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
    return trend(money(earned(seen.last(90))), money(earned(seen.between(90, 180))))


@recomputes
def months_without_income(seen: Seen) -> float:
    return monthly(earned(seen), seen, 6).count(0) if seen.payments else NAN


@recomputes
def payer_concentration(seen: Seen) -> float:
    payers = by(earned(seen.last(180)), "counterparty")
    return concentration([money(payments) for payments in payers.values()])


@recomputes
def returning_payer_share(seen: Seen) -> float:
    payers = by(earned(seen.last(180)), "counterparty")
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
    return quotient(money(having(spending, kind="household")), money(spending))


@recomputes
def cash_spending_share(seen: Seen) -> float:
    spending = spent(seen.last(180))
    return quotient(money(having(spending, channel="cash")), money(spending))


@recomputes
def bank_payments_per_month(seen: Seen) -> float:
    # Rent, bills and instalments are spending: moving one's own money by bank is not meant.
    paid = having(spent(seen.last(180)), channel="bank")
    return len(paid) / months_covered(seen) if seen.payments else NAN


@recomputes
def cash_income_share(seen: Seen) -> float:
    income = earned(seen.last(180))
    return quotient(money(having(income, channel="cash")), money(income))


@recomputes
def largest_income_share(seen: Seen) -> float:
    income = earned(seen.last(180))
    return quotient(max((p["amount"] for p in income), default=0), money(income))


@recomputes
def daily_income_variation(seen: Seen) -> float:
    days = [money(payments) for payments in by_day(earned(seen.last(90)), seen).values()]
    return variation(days, days) if len(days) >= 2 else NAN


@recomputes
def penalties(seen: Seen) -> float:
    charged = having(seen.last(365).payments, kind="penalty", direction="out")
    return len(charged) if seen.payments else NAN


@recomputes
def fees_to_income(seen: Seen) -> float:
    recent = seen.last(180)
    fees = having(recent.payments, kind="fee", direction="out")
    return quotient(money(fees), money(earned(recent)))


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
    return max(0.0, trend(mean(recent), mean(before)))


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
