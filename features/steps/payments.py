"""What can be done about payments."""

from __future__ import annotations

import numpy as np

from features.cashflow import active_day_share, all_income, longest_gap_days
from features.known import Known
from features.rows import DAY, Rows
from features.sources import PAYMENTS
from features.steps.edits import added
from features.steps.step import step

SMALL = 0.1
"""The share of a business's own sales that are smaller than the one it is taken to have made."""


@step("payments", active_day_share, longest_gap_days, horizons=(30, 60, 90), effort=3)
def trade_more_days(known: Known, days: int) -> Rows | None:
    """Every day within the days without a payment has one small sale by QRIS.

    As large as the smallest tenth of the business's own sales of half a year: what is recorded on
    quiet days is taken to be little.
    """
    payments = known.payments
    sales = all_income(known).last(180).where(kind="sale")
    if not sales.any:
        return None
    since = min(days, int(payments.age[0] // DAY))
    busy = (payments.last(since).age - 1) // DAY
    (quiet,) = (np.bincount(busy, minlength=since) == 0).nonzero()
    if not quiet.size:
        return None
    when, small = quiet + 0.5, int((sales.size - 1) * SMALL)
    code = {name: PAYMENTS.column(name).values.index for name in ("direction", "channel", "kind")}
    return added(
        payments,
        when,
        known_at=when,
        amount=float(np.partition(sales["amount"], small)[small]),
        direction=code["direction"]("in"),
        channel=code["channel"]("qris"),
        kind=code["kind"]("sale"),
    )
