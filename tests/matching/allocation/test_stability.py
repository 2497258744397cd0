"""A pair blocks when both would rather have each other, counted again one pair at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.allocation.pool import Ints, Pool
from matching.allocation.preference import applicants_order, lenders_order
from matching.allocation.programme import Limit, Programme
from matching.allocation.stability import blocking_pairs
from tests.matching.allocation import cases
from tests.matching.allocation.cases import Ask, Got, lent, pool_of, programme, town
from tests.matching.allocation.relaxed import system


def blocks(asked: Programme, pool: Pool, got: Got, pair: tuple[int, int], lenders: Ints) -> bool:
    """Return whether a lender would take an applicant, every maximum kept."""
    i, j = pair
    holding = [k for k, product in got.items() if product == j]
    leaving = [None, *(k for k in holding if lenders[k, j] > lenders[i, j])]
    limits = cases.all_limits(asked, pool)
    return any(
        cases.within(limits, pool, {**{k: one for k, one in got.items() if k != other}, i: j})
        for other in leaving
    )


def counted(asked: Programme, pool: Pool, got: Got, lenders: Ints, applicants: Ints) -> int:
    return sum(
        blocks(asked, pool, got, (i, j), lenders)
        for i, products in cases.choices(pool).items()
        for j in products
        if i not in got or applicants[i, j] < applicants[i, got[i]]
    )


@settings(max_examples=60, deadline=None)
@given(st.data(), cases.pools)
def test_pairs_are_those_that_a_look_at_each_finds(data: st.DataObject, pool: Pool) -> None:
    asked = programme(*(data.draw(cases.limits(pool, name)) for name in ("one", "other")))
    kept = [got for got in cases.every_allocation(pool) if cases.keeps(asked, pool, got)]
    got = data.draw(st.sampled_from(kept))
    orders = lenders_order(asked, pool), applicants_order(pool)
    chosen = np.array([got.get(i, -1) for i in range(len(pool))], dtype=np.int64)
    assert blocking_pairs(system(asked, pool), chosen, *orders) == counted(
        asked, pool, got, *orders
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_a_town_filled_at_random_pairs_are_those_that_a_look_at_each_finds(seed: int) -> None:
    drawn, pool = town(60, seed)
    limits = [limit for limit in drawn.limits if limit.at_least is None]
    asked = programme(*limits)
    got: dict[int, int] = {}
    random = np.random.default_rng(seed)
    for i in random.permutation(len(pool)).tolist():
        for j in random.permutation(cases.choices(pool)[i]).tolist():
            after = {**got, i: j}
            got = after if cases.within(cases.all_limits(asked, pool), pool, after) else got
    orders = lenders_order(asked, pool), applicants_order(pool)
    chosen = np.array([got.get(i, -1) for i in range(len(pool))], dtype=np.int64)
    pairs = counted(asked, pool, got, *orders)
    assert blocking_pairs(system(asked, pool), chosen, *orders) == pairs
    assert pairs > 0


def test_one_who_came_first_and_got_nothing_blocks_with_the_lender_of_one_who_came_later() -> None:
    asks = [Ask({"a": 1}, asked_at=1), Ask({"a": 1}, asked_at=2)]
    pool = pool_of(asks, [lent("a", quota=1)])
    asked = programme(Limit(name="all", unit="businesses", at_most=5))
    orders = lenders_order(asked, pool), applicants_order(pool)
    pairs = [
        blocking_pairs(system(asked, pool), np.array(chosen), *orders)
        for chosen in ([0, -1], [-1, 0], [-1, -1])
    ]
    assert pairs == [0, 1, 2]


def test_without_products_nothing_blocks() -> None:
    pool = pool_of([Ask({})], [])
    orders = lenders_order(programme(), pool), applicants_order(pool)
    assert blocking_pairs(system(programme(), pool), np.array([-1]), *orders) == 0
