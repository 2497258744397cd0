"""What an application is told about its outcome is true, one product at a time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import Refused
from matching.allocation.allocate import allocate
from matching.allocation.pool import Pool
from matching.allocation.programme import Floor, Limit, Objective, Programme
from matching.allocation.result import Allocation, Outcome
from tests.matching.allocation import cases
from tests.matching.allocation.cases import MILLION, Ask, Got, lent, pool_of, programme, town


def breaks(asked: Programme, pool: Pool, got: Got, name: str) -> bool:
    """Return whether an allocation breaks the limit or floor of a name."""
    quotas = {f"quota {one.products[0]}": one for one in cases.all_limits(programme(), pool)}
    limits = {**quotas, **{one.name: one for one in asked.limits}}
    if name in limits:
        return not cases.within([limits[name]], pool, got)
    return any(cases.short(one, pool, got) > 0 for one in asked.floors if one.name == name)


def check(asked: Programme, pool: Pool, i: int, got: Got, told: Outcome) -> None:
    """Hold one outcome against what was given out."""
    place = {product.product_id: j for j, product in enumerate(pool.products)}
    open_to = cases.choices(pool)
    fitting = sorted(
        (j for j in place.values() if pool.fits[i, j]), key=lambda j: (int(pool.cost[i, j]), j)
    )
    assert told.fitting == len(fitting)
    if i not in open_to:
        assert (told.code, told.no_room, told.choice) == ("another_request", (), None)
        return
    if i in got:
        assert (told.code, told.choice) == ("allocated", fitting.index(got[i]) + 1)
        fitting = [j for j in fitting if pool.cost[i, j] < pool.cost[i, got[i]]]
    else:
        assert told.code == ("no_room" if fitting else "no_product_fits")
        assert told.choice is None
    assert [place[one.product_id] for one in told.no_room] == fitting
    for one in told.no_room:
        assert breaks(asked, pool, {**got, i: place[one.product_id]}, one.limit)
        assert (one.last is None) == (one.place is None)
        if one.place is not None and one.last is not None:
            assert 0 <= one.last < one.place <= len(open_to)


def check_all(asked: Programme, pool: Pool, told: Allocation) -> None:
    got = cases.given_out(pool, told)
    for i, outcome in enumerate(told.outcomes):
        check(asked, pool, i, got, outcome)


@settings(max_examples=40, deadline=None)
@given(st.data(), cases.pools, st.lists(cases.floors, max_size=1), cases.objectives)
def test_whatever_is_out_of_reach_would_break_the_limit_that_is_named(
    data: st.DataObject, pool: Pool, floors: list[Floor], objective: Objective
) -> None:
    one = data.draw(cases.limits(pool, "one", at_least=True))
    other = data.draw(cases.limits(pool, "other"))
    asked = programme(one, other, floors=floors, objective=objective)
    try:
        told = allocate(asked, pool, gap=0)
    except Refused:
        return
    check_all(asked, pool, told)


@pytest.mark.parametrize("seed", [1, 2])
def test_in_a_town_all_outcomes_are_true(seed: int) -> None:
    asked, pool = town(150, seed)
    told = allocate(asked, pool, gap=0.01)
    check_all(asked, pool, told)
    placed = [one for outcome in told.outcomes for one in outcome.no_room if one.place]
    assert len({(one.limit, one.last) for one in placed}) == len({one.limit for one in placed})
    assert placed


def test_who_is_told_a_place_behind_the_last_got_nothing_of_that_limit() -> None:
    asks = [Ask({"a": MILLION * (1 + k)}, probability=k / 10) for k in range(6)]
    budget = Limit(name="budget", unit="rupiah", at_most=40 * MILLION)
    pool = pool_of(asks, [lent("a")])
    told = allocate(programme(budget, objective="expected_repaid"), pool, gap=0)
    last = [(one.no_room[0].place, one.no_room[0].last) for one in told.outcomes if one.no_room]
    assert last == [(5, 4), (6, 4)]


def test_a_product_that_costs_the_same_is_not_told_to_be_out_of_reach() -> None:
    """The first in the order of the pool is taken by one; the other loses nothing by the second."""
    asks = [Ask({"a": MILLION, "b": MILLION})] * 2
    told = allocate(programme(), pool_of(asks, [lent("a", quota=1), lent("b")]), gap=0)
    assert [one.no_room for one in told.outcomes] == [(), ()]
    assert [one.code for one in told.outcomes] == ["allocated", "allocated"]


def test_a_cheaper_product_is_taken_whatever_it_costs() -> None:
    """Also where both cost more than is lent."""
    asks = [Ask({"a": 50 * MILLION, "b": 40 * MILLION})]
    told = allocate(programme(), pool_of(asks, [lent("a"), lent("b")]), gap=0)
    assert (told.outcomes[0].product_id, told.outcomes[0].choice) == ("b", 1)
