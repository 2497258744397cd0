"""An allocation is the best there is within its limits, to the rupiah, against a plain recount."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import Refused
from matching.allocation.allocate import allocate
from matching.allocation.pool import Pool
from matching.allocation.programme import Floor, Limit, Objective, Programme
from tests.matching.allocation import cases
from tests.matching.allocation.cases import MILLION, Ask, Got, lent, pool_of, programme, town

tried = settings(max_examples=40, deadline=None)

CHEAPER = 1e-4
"""How far the cost to borrowers may count against the objective."""


def in_anothers_place(tried: Programme, pool: Pool, got: Got, floor: Floor) -> bool:
    """Return whether somebody of a group could be served, with room or in one other's place.

    Every limit stays kept, and no other floor falls shorter than it was.
    """
    members = pool.groups.get(floor.group, np.zeros(len(pool), dtype=bool))
    others = [one for one in tried.floors if one is not floor]
    limits = cases.all_limits(tried, pool)
    leaving = [None, *(i for i in got if not members[i])]
    for i, products in cases.choices(pool).items():
        for j in products if members[i] and i not in got else ():
            for other in leaving:
                after = {**{k: one for k, one in got.items() if k != other}, i: j}
                kept = all(
                    cases.short(one, pool, after) <= cases.short(one, pool, got) for one in others
                )
                if kept and cases.within(limits, pool, after):
                    return True
    return False


@tried
@given(st.data(), cases.pools, cases.objectives)
def test_the_optimum_is_what_a_look_at_every_allocation_finds(
    data: st.DataObject, pool: Pool, objective: Objective
) -> None:
    asked = programme(
        data.draw(cases.limits(pool, "one", at_least=True)),
        data.draw(cases.limits(pool, "other")),
        objective=objective,
    )
    best = cases.best(asked, pool)
    if best is None:
        with pytest.raises(Refused):
            allocate(asked, pool, gap=0)
        return
    told = allocate(asked, pool, gap=0)
    got = cases.given_out(pool, told)
    assert cases.keeps(asked, pool, got)
    assert told.sums.worth == pytest.approx(cases.worth(objective, pool, got))
    assert best * (1 - CHEAPER) - 1 <= told.sums.worth <= best * (1 + 1e-12)
    if objective != "expected_repaid":
        assert told.sums.worth == best
    assert told.bound >= best * (1 - 1e-9)
    assert told.gap == pytest.approx((told.bound - told.sums.worth) / (told.bound or 1))
    assert told.gap <= 1e-3


@tried
@given(st.data(), cases.pools, cases.objectives, st.lists(cases.floors, min_size=1, max_size=2))
def test_a_floor_holds_or_nobody_else_of_its_group_could_be_served(
    data: st.DataObject, pool: Pool, objective: Objective, drawn: list[Floor]
) -> None:
    floors = [one.model_copy(update={"name": f"floor {k}"}) for k, one in enumerate(drawn)]
    limit = data.draw(cases.limits(pool))
    asked = programme(limit, floors=floors, objective=objective)
    told = allocate(asked, pool, gap=0)
    got = cases.given_out(pool, told)
    assert cases.within(cases.all_limits(asked, pool), pool, got)
    for floor, held in zip(floors, told.floors, strict=True):
        assert (held.used, held.total) == cases.reached(floor, pool, got)
        assert held.short == cases.short(floor, pool, got)
        assert not held.short or held.exhausted
        assert not (held.exhausted and in_anothers_place(asked, pool, got, floor))
    best = cases.best(asked, pool)
    assert best is not None
    assert told.sums.worth >= best * (1 - CHEAPER) - 1


@tried
@given(st.data(), cases.pools)
def test_more_budget_never_helps_fewer(data: st.DataObject, pool: Pool) -> None:
    one, other = data.draw(cases.limits(pool, "one")), data.draw(cases.limits(pool, "other"))
    assert one.at_most is not None
    more = one.model_copy(update={"at_most": one.at_most + data.draw(cases.amounts)})
    before = allocate(programme(one, other), pool, gap=0)
    after = allocate(programme(more, other), pool, gap=0)
    assert after.sums.served >= before.sums.served


def test_a_floor_may_have_the_place_of_who_holds_another_product_of_the_lender() -> None:
    """Few large loans of one product fill the lender's quota; the group fits only the other."""
    asks = [Ask({"b": 1}, amount=100 * MILLION)] * 3
    asks += [Ask({"a": 1}, amount=MILLION, groups=frozenset({"coast"}))] * 6
    asks += [Ask({"c": 1}, amount=2 * MILLION)] * 8
    pool = pool_of(asks, [lent("a"), lent("b"), lent("c", lender="barn")])
    six = Limit(name="six", unit="businesses", at_most=6, lenders=("granary",))
    half = Floor(name="coast", group="coast", share="0.5")
    told = allocate(programme(six, floors=[half], objective="expected_repaid"), pool, gap=0)
    assert (told.floors[0].used, told.floors[0].short, told.sums.served) == (3, 0, 6)


def test_a_floor_of_whom_nobody_asks_holds_nobody_back() -> None:
    asks = [Ask({"a": MILLION})] * 3
    floor = Floor(name="coast", group="coast", share="0.4")
    told = allocate(programme(floors=[floor]), pool_of(asks, [lent("a")]))
    assert told.sums.served == 3
    held = told.floors[0]
    assert (held.used, held.total, held.short, held.exhausted) == (0, 3, 2, True)


def test_the_price_of_a_floor_that_gave_way_is_what_one_of_the_group_less_would_bring() -> None:
    """All two of the group are served; in the place of one the programme could serve another."""
    asks = [Ask({"a": 1}, amount=MILLION, groups=frozenset({"coast"}))] * 2
    asks += [Ask({"a": 1}, amount=10 * MILLION)] * 10
    four = Limit(name="four", unit="businesses", at_most=4)
    floor = Floor(name="coast", group="coast", share="0.9")
    asked = programme(four, floors=[floor], objective="expected_repaid")
    (held,) = allocate(asked, pool_of(asks, [lent("a")])).floors
    assert (held.used, held.total, held.exhausted) == (2, 4, True)
    assert held.price == pytest.approx(0.9 * (10 - 1) * MILLION, rel=0.02)


@pytest.mark.parametrize("seed", [1, 2])
def test_in_a_town_limits_hold_the_gap_is_small_and_the_order_of_the_pool_does_not_matter(
    seed: int,
) -> None:
    asked, pool = town(300, seed)
    told = allocate(asked, pool, gap=0.005)
    got = cases.given_out(pool, told)
    assert cases.keeps(asked, pool, got)
    assert told.gap == pytest.approx(1 - told.sums.worth / told.bound)
    assert told.gap <= 0.006
    limits = cases.all_limits(asked, pool)
    assert [one.used for one in told.limits] == [cases.used(one, pool, got) for one in limits]
    assert told.sums.lent == sum(int(pool.amount[i]) for i in got)
    assert told.sums.cost == sum(int(pool.cost[i, j]) for i, j in got.items())
    again = allocate(asked, pool, gap=0.005)
    assert again.outcomes == told.outcomes
    turned = allocate(asked, reversed_(pool), gap=0.005)
    assert turned.sums.worth == pytest.approx(told.sums.worth, rel=0.006)
    assert turned.bound == pytest.approx(told.bound, rel=0.002)


def reversed_(pool: Pool) -> Pool:
    """Return a pool with its last application first."""
    turned = {
        name: getattr(pool, name)[::-1]
        for name in (
            "application_ids",
            "business_ids",
            "amount",
            "probability",
            "employees",
            "asked_at",
            "kecamatan",
            "kbli",
            "fits",
            "cost",
        )
    }
    groups = {name: members[::-1] for name, members in pool.groups.items()}
    return replace(pool, **turned, groups=groups)


ANY = Limit(name="any", unit="businesses", at_most=9)
ONE = Ask({"a": MILLION})


@pytest.mark.parametrize(
    ("asked", "pool", "served"),
    [
        (programme(), pool_of([], []), 0),
        (programme(ANY), pool_of([], [lent("a")]), 0),
        (programme(ANY), pool_of([ONE, ONE], []), 0),
        (programme(ANY), pool_of([Ask({}), Ask({})], [lent("a")]), 0),
        (programme(), pool_of([ONE, ONE], [lent("a")]), 2),
        (programme(ANY.model_copy(update={"at_most": 0})), pool_of([ONE], [lent("a")]), 0),
        (programme(ANY), pool_of([ONE], [lent("a", quota=10**15)]), 1),
        (programme(ANY), pool_of([replace(ONE, business="x")] * 4, [lent("a")]), 1),
        (programme(ANY), pool_of([replace(ONE, probability=math.nan)] * 2, [lent("a")]), 2),
        (programme(ANY), pool_of([ONE] * 50, [lent("a")]), 9),
        (
            programme(ANY.model_copy(update={"at_most": 0, "groups": ("unknown",)})),
            pool_of([ONE], [lent("a")]),
            1,
        ),
        (
            programme(
                *(ANY.model_copy(update={"name": f"n{k}", "at_most": k + 3}) for k in range(200))
            ),
            pool_of([ONE] * 6, [lent("a")]),
            3,
        ),
        (
            programme(Limit(name="rupiah", unit="rupiah", at_most=10**12 + 1)),
            pool_of([Ask({"a": 1}, amount=amount) for amount in (1, 10**12, 1)], [lent("a")]),
            2,
        ),
    ],
)
def test_the_ends_of_what_may_be_asked(asked: Programme, pool: Pool, served: int) -> None:
    told = allocate(asked, pool, gap=0)
    assert told.sums.served == served
    assert cases.keeps(asked, pool, cases.given_out(pool, told))
    assert len(told.outcomes) == len(pool)


def test_a_long_share_of_large_amounts_adds_up() -> None:
    """Counted in hundredths of a percent of a trillion rupiah, several times over."""
    shore = frozenset({"coast"})
    asks = [Ask({"a": 1}, amount=10**12)] * 6
    asks += [Ask({"a": 1}, amount=10**12, groups=shore)] * 3
    floor = Floor(name="coast", group="coast", share="0.3333", of="rupiah")
    told = allocate(programme(floors=[floor]), pool_of(asks, [lent("a")]), gap=0)
    assert (told.sums.served, told.floors[0].short) == (9, 0)


def test_a_minimum_that_can_be_had_is_had_in_a_pool_of_many_choices() -> None:
    asked, pool = town(600, seed=1, lenders=8)
    limits = [one for one in asked.limits if one.name != "trade"]
    least = Limit(name="least", unit="rupiah", at_least=0, kbli=("10",))
    free = allocate(programme(*limits, least), pool, gap=0.02)
    named = {one.name: one for one in free.limits}
    more = least.model_copy(update={"at_least": named["least"].used + 1})
    told = allocate(programme(*limits, more), pool, gap=0.02)
    assert cases.keeps(programme(*limits, more), pool, cases.given_out(pool, told))
