"""A solved system, told in the programme's own words and units."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from matching.allocation.deferred import deferred_acceptance
from matching.allocation.floors import exhausted, reached
from matching.allocation.greedy import greedy
from matching.allocation.outcome import outcomes
from matching.allocation.pool import Floats, Ints, Pool
from matching.allocation.preference import applicants_order, lenders_order
from matching.allocation.prices import prices_of
from matching.allocation.programme import Floor, Programme
from matching.allocation.result import Allocation, Held, Method, Sums, Used
from matching.allocation.rows import Row, about, counted, limits_of
from matching.allocation.solving import UNCLEAR, Solved
from matching.allocation.stability import blocking_pairs
from matching.allocation.system import System, most_of, worth_of
from matching.rule import MOST


def told(
    programme: Programme, pool: Pool, system: System, solved: Solved, seconds: float
) -> Allocation:
    """Return the allocation that a solved system is, and beside it what other ways come to.

    Args:
        programme: what was asked for.
        pool: who asked.
        system: the rows as they were kept at last.
        solved: what it came to.
        seconds: how long that took.
    """
    worth = worth_of(programme.objective, pool)
    orders = lenders_order(programme, pool), applicants_order(pool)
    sums = _sums(pool, system, solved.chosen, (worth, *orders), seconds)
    bound = max(most_of(system, solved.bound), sums.worth)
    prices = _prices(system, solved)
    return Allocation(
        programme_id=programme.programme_id,
        objective=programme.objective,
        applications=len(pool),
        fitting=len(system.choosing),
        sums=sums,
        bound=bound,
        gap=(bound - sums.worth) / bound if bound else 0.0,
        limits=_limits(programme, pool, solved.chosen, prices),
        floors=tuple(
            _held(floor, pool, system, solved.chosen, prices) for floor in programme.floors
        ),
        outcomes=outcomes(pool, system, solved),
        beside=_beside(pool, system, worth, orders),
    )


def _prices(system: System, solved: Solved) -> Mapping[str, float]:
    """Return what one unit of each limit and floor is worth, in the objective's unit."""
    prices: dict[str, float] = {}
    each = _clear(system, solved) * system.scale / system.unit
    for row, price in zip(system.rows, each.tolist(), strict=True):
        prices[row.name] = prices.get(row.name, 0.0) + price
    return prices


def _clear(system: System, solved: Solved) -> Floats:
    """Return the prices, of what is kept of a floor that gave way with a little less of it kept.

    Where all who could be served must be, any price that is high enough proves the bound.
    """
    kept = np.array([row.kind == "kept" for row in system.rows], dtype=bool)
    if not (solved.prices[kept] > 0).any():
        return solved.prices
    eased = prices_of(replace(system, rows=tuple(map(_eased, system.rows)))).of
    return np.where(kept, np.where(eased < UNCLEAR, 0.0, eased), solved.prices)


def _eased(row: Row) -> Row:
    """Return a row of which, where it is kept, half of the least that counts may be missing."""
    least = np.abs(row.weight[row.weight < 0]).min(initial=MOST)
    if row.kind != "kept" or least == MOST:
        return row
    return replace(row, weight=2 * row.weight, limit=2 * row.limit + int(least))


def _limits(
    programme: Programme, pool: Pool, chosen: Ints, prices: Mapping[str, float]
) -> tuple[Used, ...]:
    told = []
    for limit in limits_of(programme, pool.products):
        who, which = about(limit, pool)
        counts = who & np.append(which, False)[chosen]
        used = int(counted(limit.unit, pool)[counts].sum())
        price = prices[limit.name]
        told.append(Used(limit.name, limit.unit, limit.at_most, limit.at_least, used, price))
    return tuple(told)


def _held(
    floor: Floor, pool: Pool, system: System, chosen: Ints, prices: Mapping[str, float]
) -> Held:
    used = reached(floor, pool, chosen)
    total = int(counted(floor.of, pool)[chosen >= 0].sum())
    short = max(math.ceil(floor.share * total) - used, 0)
    _, parts = floor.share.as_integer_ratio()
    kept = next(row.kind for row in system.rows if row.name == floor.name) == "kept"
    return Held(
        name=floor.name,
        group=floor.group,
        share=floor.share,
        of=floor.of,
        used=used,
        total=total,
        short=short,
        exhausted=exhausted(floor, pool, system, chosen),
        price=prices[floor.name] * (1 if kept else parts),
    )


def _beside(
    pool: Pool, system: System, worth: Floats, orders: tuple[Ints, Ints]
) -> Mapping[Method, Sums]:
    """Return what other methods come to; a floor that gave way asks nothing of them either."""
    asked = replace(system, rows=tuple(row for row in system.rows if row.kind != "kept"))
    methods: dict[Method, Callable[[], Ints]] = {
        "greedy": lambda: greedy(asked),
        "deferred_acceptance": lambda: deferred_acceptance(asked, *orders),
    }
    beside: dict[Method, Sums] = {}
    for method, way in methods.items():
        began = time.monotonic()
        chosen = way()
        took = time.monotonic() - began
        beside[method] = _sums(pool, system, chosen, (worth, *orders), took)
    return beside


def _sums(
    pool: Pool, system: System, chosen: Ints, known: tuple[Floats, Ints, Ints], seconds: float
) -> Sums:
    served = np.flatnonzero(chosen >= 0)
    worth, *orders = known
    missed = np.flatnonzero(system.room(chosen) < 0).tolist()
    return Sums(
        worth=float(worth[served].sum()),
        served=len(served),
        lent=int(pool.amount[served].sum()),
        cost=int(pool.cost[served, chosen[served]].sum()),
        blocking_pairs=blocking_pairs(system, chosen, *orders),
        seconds=seconds,
        missed=tuple(dict.fromkeys(system.rows[row].name for row in missed)),
    )
