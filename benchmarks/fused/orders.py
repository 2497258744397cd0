"""Features of what is sold on marketplaces, in pandas."""

from __future__ import annotations

import numpy as np

from benchmarks.fused.months import median, on_record, variation
from benchmarks.fused.seen import HALF, QUARTER, QUARTER_BEFORE, YEAR, Array, Seen, ratio
from benchmarks.joined import DAY


def features(orders: Seen) -> dict[str, Array]:
    """Return the features of the orders."""
    known = orders["closed_at"] < orders["as_of"]
    closed = orders.stated("status", "closed_at")
    cancelled = orders.one_of("status", "cancelled") & known
    settled = orders.stated("net", "payout_at")
    sold = ~cancelled
    sums = orders.sums(
        gross=np.where(sold, orders["gross"], 0.0),
        net=np.where(settled, orders["net"], 0.0),
        settled=settled * 1.0,
        closed=closed * 1.0,
        cancelled=cancelled * 1.0,
        told=(cancelled & orders.stated("cancelled_by")) * 1.0,
        by_seller=(cancelled & orders.one_of("cancelled_by", "seller")) * 1.0,
        arrived=(known & orders.one_of("status", "delivered", "returned")) * 1.0,
        returned=(known & orders.one_of("status", "returned")) * 1.0,
        stars=np.where(known, np.nan_to_num(orders["rating"]), 0.0),
        ratings=orders.stated("rating", "closed_at") * 1.0,
    )
    half = {name: grid[:, HALF].sum(axis=1) for name, grid in sums.items()}
    stars, ratings = sums["stars"][:, YEAR].sum(axis=1), sums["ratings"][:, YEAR].sum(axis=1)
    trend = ratio(sums["gross"][:, QUARTER].sum(1), sums["gross"][:, QUARTER_BEFORE].sum(1))
    payout = median(on_record(sums["net"], orders.oldest, 6))
    by_seller = ratio(half["by_seller"], half["closed"] - half["cancelled"] + half["told"])
    untold = (half["cancelled"] > 0) & (half["told"] == 0)
    recent = sold & orders.last(180)
    buyers = orders.keep(recent & orders.stated("buyer")).parties("buyer", "gross")
    returning = buyers.totals(share=(buyers["rows"] > 1) * 1.0, count=np.ones(len(buyers.rows)))
    items = orders.keep(recent & orders.stated("item")).parties("item", "gross")
    of_items = items.totals(gross=items["amount"])["gross"]
    top_item = -items.smallest(gross=-items["amount"])["gross"]
    return {
        "order_history_months": orders.oldest / DAY / 30,
        "median_monthly_payout": np.where(sums["settled"].sum(axis=1) > 0, payout, np.nan),
        "order_variation": variation(on_record(sums["gross"], orders.oldest, 12)),
        "order_trend": np.minimum(trend, 3.0),
        "seller_cancel_share": np.where(untold, np.nan, by_seller),
        "return_share": ratio(half["returned"], half["arrived"]),
        "order_rating": np.where(ratings > 0, (45 + stars) / (10 + ratings), np.nan),
        "returning_buyer_share": ratio(returning["share"], returning["count"]),
        "top_item_share": ratio(top_item, of_items),
    }
