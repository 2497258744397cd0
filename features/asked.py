"""Features of what is asked, against what comes in and what is kept.

Each is a cover: how many times something of the applicant's own pays one
month's repayment before interest. What is below zero counts as zero, so asking
for more never raises a cover, and never raises the score.

Of one application the amounts and tenors may be many: then each feature that reads them has so
many values, and what is read of records is computed once (`audit.steps.revised`).
"""

from __future__ import annotations

import numpy as np

from features.balances import NO_BALANCE, lowest_balance, mean_balance
from features.cashflow import (
    NO_PAYMENTS,
    median_monthly_income,
    monthly_net_cash_flow,
    weakest_month_income,
)
from features.feature import feature
from features.known import Known
from features.rows import Floats, ratio


def _cover(own: Floats, known: Known) -> Floats:
    return ratio(np.maximum(own, 0.0), known.instalment())


@feature("money", 1, "R23", missing="never", days_to_change=0)
def amount_asked(known: Known) -> Floats:
    """The amount asked."""
    return known.amount


@feature("money", 1, "R02", missing="never", days_to_change=0)
def instalment_asked(known: Known) -> Floats:
    """The amount asked ÷ tenor: one month's repayment before interest."""
    return known.instalment()


@feature("ratio", -1, "R02", missing=NO_PAYMENTS, days_to_change=0)
def income_cover(known: Known) -> Floats:
    """Median monthly income ÷ one month's repayment before interest."""
    return _cover(median_monthly_income(known), known)


@feature("ratio", -1, "R02", missing=NO_PAYMENTS, days_to_change=0)
def weakest_month_cover(known: Known) -> Floats:
    """Smallest monthly income of the last six months ÷ one month's repayment before interest."""
    return _cover(weakest_month_income(known), known)


@feature("ratio", -1, "R02", missing=NO_PAYMENTS, days_to_change=0)
def surplus_cover(known: Known) -> Floats:
    """Median monthly income minus spending ÷ one month's repayment before interest."""
    return _cover(monthly_net_cash_flow(known), known)


@feature("ratio", -1, "R02", missing=NO_BALANCE, days_to_change=0)
def balance_cover(known: Known) -> Floats:
    """Mean balance of the last 180 days ÷ one month's repayment before interest."""
    return _cover(mean_balance(known), known)


@feature("ratio", -1, "R02", missing=NO_BALANCE, days_to_change=0)
def lowest_balance_cover(known: Known) -> Floats:
    """Lowest balance of the last 180 days ÷ one month's repayment before interest."""
    return _cover(lowest_balance(known), known)


@feature("share", 1, "R02", missing="no payment of the last year states a balance")
def thin_balance_share(known: Known) -> Floats:
    """Payments of the last year that left less than two repayments ÷ those that state a balance."""
    stated = known.payments.known("balance_after").last(365)
    return ratio(stated.below("balance_after", 2 * known.instalment()), stated.count())
