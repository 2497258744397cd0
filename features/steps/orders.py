"""What can be done about marketplace orders."""

from __future__ import annotations

import numpy as np

from features.known import Known
from features.orders import return_share, seller_cancel_share
from features.rows import DAY, Flags, Rows
from features.steps.edits import altered
from features.steps.step import step


@step("orders", seller_cancel_share, horizons=(30, 60, 90), effort=3)
def fewer_cancellations(known: Known, days: int) -> Rows | None:
    """Every order placed within the days that the seller cancelled was delivered."""
    orders = known.orders
    by_seller = orders.table.column("cancelled_by").values.index("seller")
    return _delivered(orders, orders["cancelled_by"] == by_seller, days)


@step("orders", return_share, horizons=(30, 60, 90), effort=4)
def fewer_returns(known: Known, days: int) -> Rows | None:
    """Every order placed within the days that was sent back was kept by its buyer."""
    orders = known.orders
    returned = orders.table.column("status").values.index("returned")
    return _delivered(orders, orders["status"] == returned, days)


def _delivered(orders: Rows, wrong: Flags, days: int) -> Rows | None:
    """Return the orders with those within the days delivered, and not paid out yet."""
    wrong = wrong & (orders.age <= days * DAY)
    if not wrong.any():
        return None
    delivered = float(orders.table.column("status").values.index("delivered"))
    return altered(
        orders,
        wrong,
        status=delivered,
        cancelled_by=np.nan,
        net=np.nan,
        fees=np.nan,
        payout_at=np.nan,
    )
