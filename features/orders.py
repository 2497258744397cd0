"""Features of what is sold on marketplaces, from the orders.

An order counts by the day it was placed. How it ended, what it paid out and how it was
rated count once they were known. *Sold* is what was ordered and, so far as known, not
cancelled: an order placed and cancelled among friends sells nothing.
"""

from __future__ import annotations

import numpy as np

from features.feature import feature
from features.known import Known
from features.lazy import shared
from features.months import median, monthly, variation
from features.rows import Floats, Rows, given, ratio

NO_ORDERS = "no orders on record"

USUAL_RATING = 4.5
USUAL_RATINGS = 10.0
"""A rating is drawn towards the usual one as though ten buyers had given it already."""


def _closed(known: Known) -> Rows:
    return known.orders.last(180).known("status")


@shared
def _sold(known: Known) -> Rows:
    orders = known.orders
    cancelled = orders.table.column("status").values.index("cancelled")
    return orders.keep(orders["status"] != cancelled)


@feature("months", -1, "R05", missing=NO_ORDERS, high=24.4)
def order_history_months(known: Known) -> Floats:
    """Months of thirty days since the first order, at most the two years kept."""
    return known.orders.days_since_first() / 30


@feature("money", -1, "R01", missing="no order on record was paid out")
def median_monthly_payout(known: Known) -> Floats:
    """Median of what orders of a month paid out, over the last six months on record."""
    settled = known.orders.known("net")
    return given(settled, median(monthly(settled, known.orders, 6, "net")))


@feature("ratio", 1, "R03", missing="fewer than three months of orders on record, or none sold")
def order_variation(known: Known) -> Floats:
    """Standard deviation ÷ mean of the monthly gross sold, over the last twelve months on record.

    On record by all orders.
    """
    sold = monthly(_sold(known), known.orders, 12, "gross")
    return variation(sold)


@feature("ratio", -1, "R04", missing="nothing sold in the 90 days before the last 90", high=3.0)
def order_trend(known: Known) -> Floats:
    """Gross sold in the last 90 days ÷ gross sold in the 90 days before, at most 3."""
    sold = _sold(known)
    before = sold.last(180).before(90).sum("gross")
    return np.minimum(ratio(sold.last(90).sum("gross"), before), 3.0)


@feature(
    "share",
    1,
    "R21",
    missing="no order of the window was closed, or of none cancelled it is known by whom",
    days_to_change=90,
)
def seller_cancel_share(known: Known) -> Floats:
    """Orders the seller cancelled ÷ orders closed, of those placed in the last 180 days.

    Without the cancelled ones of which it is not known by whom.
    """
    closed = _closed(known)
    cancelled = closed.where(status="cancelled")
    told = cancelled.known("cancelled_by")
    by_whom = closed.count() - cancelled.count() + told.count()
    share = ratio(told.where(cancelled_by="seller").count(), by_whom)
    return np.where((cancelled.count() > 0) & (told.count() == 0), np.nan, share)


@feature("share", 1, "R21", missing="no order of the window was delivered", days_to_change=90)
def return_share(known: Known) -> Floats:
    """Orders sent back ÷ orders delivered or sent back, of those placed in the last 180 days."""
    closed = _closed(known)
    arrived = closed.where(status=("delivered", "returned"))
    return ratio(arrived.where(status="returned").count(), arrived.count())


@feature("ratio", -1, "R39", missing="no order of the window was rated", low=1.0, high=5.0)
def order_rating(known: Known) -> Floats:
    """(10 · 4.5 + sum of stars) ÷ (10 + ratings), over the orders placed in the last year."""
    rated = known.orders.last(365).known("rating")
    stars, count = rated.sum("rating"), rated.count()
    drawn = (USUAL_RATINGS * USUAL_RATING + stars) / (USUAL_RATINGS + count)
    return np.where(count > 0, drawn, np.nan)


@feature("share", -1, "R08", missing="nothing sold to a known buyer in the window")
def returning_buyer_share(known: Known) -> Floats:
    """Buyers to whom more than one order was sold ÷ all buyers, over the last 180 days."""
    sold = _sold(known).last(180).known("buyer")
    buyers = sold.by(sold["buyer"], "gross")
    return ratio(buyers.keep(buyers["rows"] > 1).count(), buyers.count())


@feature("share", 1, "R38", missing="nothing sold of a known item in the window")
def top_item_share(known: Known) -> Floats:
    """Gross sold of the item that sold most ÷ that of all known items, over the last 180 days."""
    sold = _sold(known).last(180).known("item")
    items = sold.by(sold["item"], "gross")
    return ratio(items.max("gross"), sold.sum("gross"))
