"""Everyone in turn takes the cheapest product that has room, and nobody is left who finds any."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.allocation.greedy import greedy
from matching.allocation.pool import Pool
from matching.allocation.programme import Floor, Limit, Objective
from tests.matching.allocation import cases
from tests.matching.allocation.cases import MILLION, Ask, lent, pool_of, programme
from tests.matching.allocation.relaxed import system


@settings(max_examples=60, deadline=None)
@given(st.data(), cases.pools, st.lists(cases.floors, max_size=1), cases.objectives)
def test_limits_are_kept_and_nobody_is_left_who_finds_room(
    data: st.DataObject, pool: Pool, floors: list[Floor], objective: Objective
) -> None:
    limits = [data.draw(cases.limits(pool, name)) for name in ("one", "other")]
    asked = programme(*limits, floors=floors, objective=objective)
    chosen = greedy(system(asked, pool))
    got = {i: int(j) for i, j in enumerate(chosen) if j >= 0}
    assert cases.keeps(asked, pool, got)
    for i, products in cases.choices(pool).items():
        for j in products if i not in got else ():
            assert not cases.keeps(asked, pool, {**got, i: j})


def test_the_better_of_two_orders_is_taken() -> None:
    budget = Limit(name="budget", unit="rupiah", at_most=10 * MILLION)
    large, small = Ask({"a": 1}, amount=10 * MILLION), Ask({"a": 2}, amount=2 * MILLION)
    many = pool_of([large, *[small] * 5], [lent("a")])
    assert greedy(system(programme(budget), many)).tolist() == [-1, 0, 0, 0, 0, 0]
    few = pool_of([large, *[small] * 4], [lent("a")])
    repaid = programme(budget, objective="expected_repaid")
    assert greedy(system(repaid, few)).tolist() == [0, -1, -1, -1, -1]


def test_the_cheapest_product_with_room_is_taken() -> None:
    asks = [Ask({"a": 3, "b": 2}), Ask({"a": 3, "b": 1})]
    pool = pool_of(asks, [lent("a"), lent("b", quota=1)])
    assert greedy(system(programme(), pool)).tolist() == [0, 1]
