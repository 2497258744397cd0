"""An allocation is the best there is within its limits, to the rupiah, against a plain recount."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import Refused
from matching.allocation.allocate import allocate
from matching.allocation.pool import Pool
from matching.allocation.programme import Floor, Programme
from tests.matching.allocation import cases
from tests.matching.allocation.cases import Got, programme

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
    data: st.DataObject, pool: Pool, objective: cases.Objective
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
    data: st.DataObject, pool: Pool, objective: cases.Objective, drawn: list[Floor]
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
