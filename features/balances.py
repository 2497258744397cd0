"""Features of the account's balance, from the payments that state one."""

from __future__ import annotations

import numpy as np

from features.cashflow import all_spending
from features.feature import feature
from features.known import Known
from features.months import months_covered
from features.rows import Floats, Rows, ratio

NO_BALANCE = "no payment in the window states a balance"
NO_TREND = "no balance in one of the windows, or the earlier mean not above zero"


def _stated(known: Known, days: int) -> Rows:
    return known.payments.known("balance_after").last(days)


@feature("money", -1, "R27", missing=NO_BALANCE, low=-np.inf)
def latest_balance(known: Known) -> Floats:
    """Balance after the latest payment of the last 180 days that states one."""
    return _stated(known, 180).latest("balance_after")


@feature("money", -1, "R27", missing=NO_BALANCE, low=-np.inf)
def lowest_balance(known: Known) -> Floats:
    """Lowest balance of the last 180 days."""
    return _stated(known, 180).min("balance_after")


@feature("money", -1, "R27", missing=NO_BALANCE, low=-np.inf)
def lowest_balance_ever(known: Known) -> Floats:
    """Lowest balance of the last two years."""
    return _stated(known, 730).min("balance_after")


@feature("money", -1, "R27", missing=NO_BALANCE, low=-np.inf)
def mean_balance(known: Known) -> Floats:
    """Mean of the balances after the payments of the last 180 days."""
    return _stated(known, 180).mean("balance_after")


@feature("ratio", 0, "R27", missing="fewer than two balances, or their mean is not above zero")
def balance_variation(known: Known) -> Floats:
    """Standard deviation ÷ mean of the balances of the last 180 days."""
    return _stated(known, 180).cv("balance_after")


@feature("ratio", -1, "R27", missing=NO_TREND, high=3.0)
def balance_trend(known: Known) -> Floats:
    """Mean balance of the last 60 days ÷ mean balance of the 120 days before, at most 3.

    A mean below zero in the last 60 days counts as zero.
    """
    before = _stated(known, 180).before(60).mean("balance_after")
    return np.clip(ratio(_stated(known, 60).mean("balance_after"), before), 0.0, 3.0)


@feature("share", 1, "R27", missing=NO_BALANCE)
def overdrawn_share(known: Known) -> Floats:
    """Payments of the last year that left the balance below zero ÷ those that state a balance."""
    stated = _stated(known, 365)
    return ratio(stated.keep(stated["balance_after"] < 0).count(), stated.count())


@feature("ratio", -1, "R27", missing="no balance stated, or nothing spent", low=-np.inf)
def months_of_buffer(known: Known) -> Floats:
    """Mean balance ÷ mean monthly spending, over the last 180 days, or the record if shorter."""
    spending = all_spending(known).last(180).sum("amount")
    return ratio(
        _stated(known, 180).mean("balance_after"), spending / months_covered(known.payments, 6)
    )
