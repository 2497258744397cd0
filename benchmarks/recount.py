"""An allocation counted again from the raw pool: what it comes to, and whether it may stand.

It shares no line with `matching.allocation`: every loan is looked at by itself and added up
in whole rupiah, so that no method is believed about its own result; and a bound is added up
again from the prices that are said to prove it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from matching.allocation.pool import Bools, Floats, Ints, Pool
from matching.allocation.programme import Limit, Programme

Loan = tuple[int, int]
"""An application's and a product's place in the pool."""


@dataclass(frozen=True)
class Recount:
    """What an allocation comes to.

    Args:
        worth: rupiah expected back; lent, cost: rupiah; served: businesses.
        broken: what it may not do, in words; empty where it may stand.
    """

    worth: float
    served: int
    lent: int
    cost: int
    broken: tuple[str, ...]


def recount(programme: Programme, pool: Pool, chosen: Ints) -> Recount:
    """Return what an allocation, (n) the product of each application or -1, comes to."""
    loans = [(i, j) for i, j in enumerate(chosen.tolist()) if j >= 0]
    return Recount(
        worth=sum(int(pool.amount[i]) * (1 - float(pool.probability[i])) for i, _ in loans),
        served=len({pool.business_ids[i] for i, _ in loans}),
        lent=sum(int(pool.amount[i]) for i, _ in loans),
        cost=sum(int(pool.cost[i, j]) for i, j in loans),
        broken=(*_wrong(pool, loans), *_beyond(programme, pool, loans)),
    )


def _wrong(pool: Pool, loans: Sequence[Loan]) -> list[str]:
    counts = latest(pool)
    businesses = [pool.business_ids[i] for i, _ in loans]
    wrong = {
        "do not fit": sum(not pool.fits[i, j] for i, j in loans),
        "second loans": len(businesses) - len(set(businesses)),
        "for an earlier request": sum(not counts[i] for i, _ in loans),
    }
    return [f"{many} {what}" for what, many in wrong.items() if many]


def _beyond(programme: Programme, pool: Pool, loans: Sequence[Loan]) -> list[str]:
    broken = []
    for limit in programme.limits:
        counts = about(limit, pool)
        used = sum(_weight(limit.unit, pool, i) for i, j in loans if counts[i, j])
        if limit.at_most is not None and used > limit.at_most:
            broken.append(f"{limit.name}: {used - limit.at_most:,} {limit.unit} too much")
        if limit.at_least is not None and used < limit.at_least:
            broken.append(f"{limit.name}: {limit.at_least - used:,} {limit.unit} too little")
    for floor in programme.floors:
        total = sum(_weight(floor.of, pool, i) for i, _ in loans)
        reached = sum(_weight(floor.of, pool, i) for i, _ in loans if pool.groups[floor.group][i])
        if reached < Fraction(floor.share) * total:
            broken.append(f"{floor.name}: {reached:,} of {total:,}")
    return broken


def _weight(unit: str, pool: Pool, i: int) -> int:
    return int(pool.amount[i]) if unit == "rupiah" else 1


def about(limit: Limit, pool: Pool) -> Bools:
    """Return (n, p) which loans a limit counts."""
    products = [
        (not limit.lenders or one.lender.id in limit.lenders)
        and (not limit.products or one.product_id in limit.products)
        for one in pool.products
    ]
    applications = [
        (not limit.kecamatan or place in limit.kecamatan)
        and (not limit.kbli or activity.startswith(limit.kbli))
        for place, activity in zip(pool.kecamatan, pool.kbli, strict=True)
    ]
    who = np.array(applications, dtype=bool)
    if limit.groups:
        who &= np.any([pool.groups[name] for name in limit.groups], axis=0)
    return np.asarray(who[:, None] & np.array(products, dtype=bool)[None, :])


def latest(pool: Pool) -> Bools:
    """Return (n) whether an application is the latest of its business."""
    last: dict[str, tuple[int, str]] = {}
    instants = list(zip(pool.asked_at.tolist(), pool.application_ids, strict=True))
    for business, instant in zip(pool.business_ids, instants, strict=True):
        last[business] = max(instant, last.get(business, instant))
    pairs = zip(pool.business_ids, instants, strict=True)
    return np.array([last[business] == instant for business, instant in pairs], dtype=bool)


def proven(programme: Programme, pool: Pool, prices: Mapping[str, float]) -> float:
    """Return what no allocation can be worth more than, by weak duality, rupiah.

    Args:
        programme: without minimums, every floor holding.
        pool: who asks.
        prices: zero or more, of a unit of each limit and floor by its name.
    """
    net: Floats = np.repeat((pool.amount * (1 - pool.probability))[:, None], len(pool.products), 1)
    counted = {"rupiah": pool.amount.astype(float), "businesses": np.ones(len(pool))}
    bound = 0.0
    for limit in programme.limits:
        if prices[limit.name] and limit.at_most is not None:
            bound += prices[limit.name] * limit.at_most
            net -= about(limit, pool) * (prices[limit.name] * counted[limit.unit])[:, None]
    for floor in programme.floors:
        over = counted[floor.of] * (pool.groups[floor.group] - float(floor.share))
        net += (prices[floor.name] * over)[:, None]
    best = np.where(pool.fits & latest(pool)[:, None], net, 0).max(axis=1, initial=0)
    return bound + float(best.sum())
