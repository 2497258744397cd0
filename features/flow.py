"""An ordinary month of a business: what affordability asks, beside what the model learns.

Medians over the last six months on record, so one good or bad month does not
decide. Repayments of loans are left out of the spending: what is owed already
is asked for by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from features.cashflow import all_spending, median_monthly_income
from features.known import Known
from features.months import median, monthly
from features.rows import Floats

MONTHS = 6


@dataclass(frozen=True)
class Flow:
    """What moves in an ordinary month, minor units; each (n,), missing without payments.

    Args:
        income: income_rows, as the features count it.
        spending: money out, without loan repayments and transfers.
        purchases: the part of the spending that went to suppliers.
    """

    income: Floats
    spending: Floats
    purchases: Floats


def ordinary_month(known: Known) -> Flow:
    """Return the medians over the last six months on record."""
    out = all_spending(known)
    kinds = out.table.column("kind").values
    lived = out.where(kind=tuple(kind for kind in kinds if kind != "loan"))
    return Flow(
        income=median_monthly_income(known),
        spending=median(monthly(lived, known.payments, MONTHS)),
        purchases=median(monthly(out.where(kind="supplier"), known.payments, MONTHS)),
    )
