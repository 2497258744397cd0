"""Features of what is asked, once more from what their docstrings say."""

from __future__ import annotations

import math
from fractions import Fraction

from tests.features.oracle.payments import (
    balances,
    lowest_balance,
    mean_balance,
    median_monthly_income,
    monthly_net_cash_flow,
    weakest_month_income,
)
from tests.features.oracle.words import NAN, Seen, quotient, recomputes


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
