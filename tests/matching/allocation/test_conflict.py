"""Limits that cannot all hold are found, named, and no more of them than that takes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import Refused
from matching.allocation.allocate import allocate
from matching.allocation.conflict import conflict, refuse
from matching.allocation.pool import Pool
from matching.allocation.programme import Floor, Limit, Programme
from matching.allocation.system import System
from tests.matching.allocation import cases
from tests.matching.allocation.cases import MILLION, Ask, lent, pool_of, programme, town
from tests.matching.allocation.relaxed import relaxed, system

SHORE = frozenset({"coast"})


def ten() -> Pool:
    """Return ten applications of ten million each, four of them of the coast."""
    asks = [Ask({"a": MILLION}, groups=SHORE if i < 4 else frozenset()) for i in range(10)]
    return pool_of(asks, [lent("a")])


def businesses(name: str, **sides: object) -> Limit:
    return Limit.model_validate({"name": name, "unit": "businesses", **sides})


def rupiah(name: str, **sides: object) -> Limit:
    return Limit.model_validate({"name": name, "unit": "rupiah", **sides})


BUDGET = rupiah("budget", at_most=50 * MILLION)
WIDE = rupiah("wide", at_most=900 * MILLION)
HALF = Floor(name="coast", group="coast", share="0.5")


def hold(systems: System, left_out: str | None = None) -> bool:
    """Return whether all rows but one can hold, loans cut as need be."""
    rows = [row for row in systems.rows if row.name != left_out]
    return relaxed(systems, rows, anything=True) is not None


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (programme(businesses("more than ask", at_least=11), WIDE), ["more than ask"]),
        (programme(businesses("five", at_least=5, groups=("coast",)), WIDE), ["five"]),
        (programme(businesses("six", at_least=6), BUDGET, WIDE), ["budget", "six"]),
        (programme(businesses("nine", at_least=9), WIDE, floors=[HALF]), ["coast", "nine"]),
        (
            programme(
                businesses("coast", at_least=3, groups=("coast",)),
                rupiah("much", at_least=60 * MILLION, products=("a",)),
                BUDGET,
            ),
            ["budget", "much"],
        ),
        (programme(businesses("one", at_least=7, at_most=6), WIDE), ["one"]),
        (programme(businesses("nobody", at_least=1, groups=("hill",))), ["nobody"]),
        (programme(businesses("nothing", at_least=1, products=("b",))), ["nothing"]),
    ],
)  # fmt: skip
def test_a_conflict_names_the_limits_that_make_it_and_no_others(
    asked: Programme, named: list[str]
) -> None:
    systems = system(asked, ten())
    assert sorted({row.name for row in conflict(systems)}) == named
    assert not hold(systems)
    with pytest.raises(Refused) as refused:
        allocate(asked, ten())
    assert refused.value.code == "programme-infeasible"
    assert all(f"“{name}”" in refused.value.found for name in named)


def test_two_minimums_against_one_budget_are_named_together() -> None:
    coast = businesses("coast", at_least=3, groups=("coast",))
    hill = businesses("hill", at_least=3, kbli=("47",))
    asks = [Ask({"a": MILLION}, groups=SHORE) for _ in range(4)]
    asks += [Ask({"a": MILLION}, kbli="47112") for _ in range(4)]
    systems = system(programme(coast, hill, BUDGET, WIDE), pool_of(asks, [lent("a")]))
    rows = conflict(systems)
    assert sorted(row.name for row in rows) == ["budget", "coast", "hill"]
    assert not hold(systems)
    assert all(hold(systems, row.name) for row in rows)


def test_minimums_that_can_be_had_are_no_conflict() -> None:
    asked = programme(businesses("five", at_least=5), BUDGET, floors=[HALF])
    assert conflict(system(asked, ten())) == ()
    told = allocate(asked, ten())
    assert (told.sums.served, told.floors[0].short) == (5, 0)


@pytest.mark.parametrize("seed", [1, 2])
def test_in_a_town_a_conflict_is_found_and_each_of_its_limits_is_needed(seed: int) -> None:
    asked, pool = town(120, seed)
    assert conflict(system(asked, pool)) == ()
    needs = sum(budget.at_most or 0 for budget in asked.limits if budget.unit == "rupiah")
    much = rupiah("much", at_least=needs + 60 * MILLION)
    systems = system(asked.model_copy(update={"limits": (*asked.limits, much)}), pool)
    rows = conflict(systems)
    assert "much" in {row.name for row in rows}
    assert not hold(systems)
    assert relaxed(systems, rows, anything=True) is None
    for row in rows:
        others = [one for one in rows if one is not row]
        assert relaxed(systems, others, anything=True) is not None, row.name


@settings(max_examples=40, deadline=None)
@given(st.data(), cases.pools)
def test_what_can_be_kept_is_never_refused(data: st.DataObject, pool: Pool) -> None:
    limits = [data.draw(cases.limits(pool, name, at_least=True)) for name in ("one", "other")]
    asked = programme(*limits)
    if cases.best(asked, pool) is not None:
        assert conflict(system(asked, pool)) == ()
        assert cases.keeps(asked, pool, cases.given_out(pool, allocate(asked, pool, gap=0)))


def test_a_refusal_says_each_limit_in_its_own_words() -> None:
    rows = system(programme(businesses("six", at_least=6), BUDGET, floors=[HALF]), ten()).rows
    refused = refuse(rows)
    assert refused.found == (
        "limits that cannot all be kept: “six” (at least 6 businesses) and "
        "“budget” (at most 50,000,000 rupiah) and “coast” (a floor)"
    )
    assert (refused.where, refused.exit_status) == ("six", 3)


def test_where_only_whole_loans_do_not_fit_it_is_not_called_a_proof() -> None:
    """Eleven to nineteen million could be had of loans cut in two, and of whole ones never."""
    between = rupiah("between", at_least=11 * MILLION, at_most=19 * MILLION)
    with pytest.raises(Refused, match="limits that no allocation found keeps: “between”"):
        allocate(programme(between), ten())
