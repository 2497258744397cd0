"""Features of what is sold on marketplaces, in pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.joined import MONTH
from benchmarks.plain.months import monthly, variation
from benchmarks.plain.seen import (
    Found,
    by_application,
    by_party,
    codes,
    count,
    given,
    last,
    of_parties,
    oldest,
    ratio,
    stated,
    trend,
)

COLUMNS = (
    "gross",
    "net",
    "payout_at",
    "closed_at",
    "status",
    "cancelled_by",
    "rating",
    "buyer",
    "item",
)


def as_known(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the orders as they were known: without how they ended or paid out after that."""
    closed = orders["closed_at"] < orders["as_of"]
    return orders[["application", "age", "gross"]].assign(
        net=orders["net"].where(orders["payout_at"] < orders["as_of"]),
        status=orders["status"].where(closed),
        cancelled_by=orders["cancelled_by"].where(closed),
        rating=orders["rating"].where(closed),
        buyer=codes(orders["buyer"]),
        item=codes(orders["item"]),
    )


def features(orders: pd.DataFrame) -> Found:
    """Return the features of the orders."""
    orders, reach = as_known(orders), oldest(orders)
    settled, sold = stated(orders, "net"), orders[orders["status"] != "cancelled"]
    sold_180 = last(sold, 180)

    closed = stated(last(orders, 180), "status")
    cancelled = closed[closed["status"] == "cancelled"]
    count_cancelled = count(cancelled)
    count_told = count(stated(cancelled, "cancelled_by"))
    by_seller = count(cancelled[cancelled["cancelled_by"] == "seller"])
    seller_share = ratio(by_seller, count(closed) - count_cancelled + count_told)
    arrived = closed[closed["status"] != "cancelled"]
    rating = by_application(stated(last(orders, 365), "rating"))["rating"]
    buyers = by_party(sold_180[sold_180["buyer"] >= 0], "buyer")
    items = by_party(sold_180[sold_180["item"] >= 0], "item")["gross"].sum()
    return {
        "order_history_months": reach / MONTH,
        "median_monthly_payout": given(
            count(settled), monthly(settled, "net", reach).iloc[:, :6].median(axis=1)
        ),
        "order_variation": variation(monthly(sold, "gross", reach)),
        "order_trend": trend(sold, "gross"),
        "seller_cancel_share": np.where(
            (count_cancelled > 0) & (count_told == 0), np.nan, seller_share
        ),
        "return_share": by_application(arrived.assign(returned=arrived["status"] == "returned"))[
            "returned"
        ].mean(),
        "order_rating": ((45 + rating.sum()) / (10 + rating.count())).where(rating.count() > 0),
        "returning_buyer_share": of_parties(buyers.size() > 1).mean(),
        "top_item_share": ratio(of_parties(items).max(), of_parties(items).sum()),
    }
