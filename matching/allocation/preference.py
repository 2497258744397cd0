"""What both sides would rather have: the cheaper product, and whom a lender's order says."""

from __future__ import annotations

import numpy as np

from matching.allocation.pool import Floats, Ints, Pool
from matching.allocation.programme import Programme


def lenders_order(programme: Programme, pool: Pool) -> Ints:
    """Return (n, p) each application's place in the order of each product's lender, from 0.

    Who states no order takes the earliest first; so do lenders between those whom their own order
    puts level, and of the same instant the application with the lower id.
    """
    stated = {one.lender: one.order for one in programme.preferences}
    orders: dict[str, Floats] = {
        "earliest": np.zeros(len(pool)),
        "lowest_risk": np.nan_to_num(pool.probability, nan=1.0),
        "smallest": pool.amount.astype(float),
        "largest": -pool.amount.astype(float),
    }
    ids = np.array(pool.application_ids)
    places = np.empty((len(pool), len(orders)), dtype=np.int64)
    for column, key in enumerate(orders.values()):
        places[np.lexsort((ids, pool.asked_at, key)), column] = np.arange(len(pool))
    named = [stated.get(product.lender.id, "earliest") for product in pool.products]
    return places[:, np.array([list(orders).index(name) for name in named], dtype=np.int64)]


def applicants_order(pool: Pool) -> Ints:
    """Return (n, p) each product's place in the order of each applicant, the cheapest 0.

    Products of the same cost keep the order of the pool; those that do not fit come last.
    """
    last = np.iinfo(np.int64).max
    ranked = np.argsort(np.where(pool.fits, pool.cost, last), axis=1, kind="stable")
    places = np.empty_like(ranked)
    np.put_along_axis(places, ranked, np.arange(len(pool.products))[None, :], axis=1)
    return places
