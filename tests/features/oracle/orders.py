"""Features of the orders on marketplaces, once more from what their docstrings say."""

from __future__ import annotations

import statistics
from fractions import Fraction

from tests.features.oracle.words import (
    NAN,
    Row,
    Seen,
    by,
    having,
    money,
    months_on_record,
    months_since,
    quotient,
    recomputes,
    stating,
    sums,
    trend,
    variation,
)


def sold(seen: Seen) -> list[Row]:
    """What was ordered and, so far as known, not cancelled."""
    return [order for order in seen.orders if order["status"] != "cancelled"]


def monthly(orders: list[Row], seen: Seen, months: int, column: str) -> list[int]:
    """Return sums of the months on record by all orders, the latest first."""
    return sums(orders, seen, months_on_record(seen.orders, seen, months), column)


@recomputes
def order_history_months(seen: Seen) -> float:
    return max((months_since(order["occurred_at"], seen) for order in seen.orders), default=NAN)


@recomputes
def median_monthly_payout(seen: Seen) -> float:
    paid_out = stating(seen.orders, "net")
    return float(statistics.median(monthly(paid_out, seen, 6, "net"))) if paid_out else NAN


@recomputes
def order_variation(seen: Seen) -> float:
    gross = monthly(sold(seen), seen, 12, "gross")
    return variation(gross, gross) if len(gross) >= 3 else NAN


@recomputes
def order_trend(seen: Seen) -> float:
    recent, before = sold(seen.last(90)), sold(seen.between(90, 180))
    return trend(money(recent, "gross"), money(before, "gross"))


@recomputes
def seller_cancel_share(seen: Seen) -> float:
    closed = stating(seen.last(180).orders, "status")
    cancelled = having(closed, status="cancelled")
    unknown = having(cancelled, cancelled_by=None)
    if cancelled and unknown == cancelled:
        return NAN
    by_seller = having(cancelled, cancelled_by="seller")
    return quotient(len(by_seller), len(closed) - len(unknown))


@recomputes
def return_share(seen: Seen) -> float:
    orders = seen.last(180).orders
    delivered, returned = having(orders, status="delivered"), having(orders, status="returned")
    return quotient(len(returned), len(delivered) + len(returned))


@recomputes
def order_rating(seen: Seen) -> float:
    stars = [order["rating"] for order in stating(seen.last(365).orders, "rating")]
    return float((10 * Fraction(9, 2) + sum(stars)) / (10 + len(stars))) if stars else NAN


@recomputes
def returning_buyer_share(seen: Seen) -> float:
    buyers = by(sold(seen.last(180)), "buyer")
    return quotient(sum(len(orders) > 1 for orders in buyers.values()), len(buyers))


@recomputes
def top_item_share(seen: Seen) -> float:
    items = [money(orders, "gross") for orders in by(sold(seen.last(180)), "item").values()]
    return quotient(max(items, default=0), sum(items))
