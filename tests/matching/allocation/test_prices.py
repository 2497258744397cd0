"""Prices prove a bound that an independent solver agrees with, and say what a limit costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.allocation.prices import prices_of
from matching.allocation.programme import Limit
from matching.allocation.system import System
from tests.matching.allocation.cases import MILLION, Ask, lent, pool_of, programme, town
from tests.matching.allocation.relaxed import relaxed, system


@pytest.fixture(scope="module", params=[1, 2, 3])
def towns(request: pytest.FixtureRequest) -> System:
    asked, pool = town(200, seed=request.param)
    return system(asked, pool)


def moved(systems: System, k: int, by: int) -> float:
    row = replace(systems.rows[k], limit=systems.rows[k].limit + by)
    worth = relaxed(systems, [*systems.rows[:k], row, *systems.rows[k + 1 :]])
    assert worth is not None
    return worth


def test_the_bound_is_above_the_linear_optimum_and_near_it(towns: System) -> None:
    best = relaxed(towns, towns.rows)
    assert best is not None
    bound = prices_of(towns).bound
    assert best * (1 - 1e-9) <= bound <= best * (1 + 2e-3)


def test_a_price_is_what_the_optimum_gains_when_its_limit_moves(towns: System) -> None:
    prices, compared = prices_of(towns).of, 0
    for k, row in enumerate(towns.rows):
        step = max(int(towns.unit[k]) // 100, 1) if row.unit == "rupiah" else 1
        less, same, more = (moved(towns, k, by) for by in (-step, 0, step))
        left, right = (each * towns.unit[k] / step for each in (same - less, more - same))
        if left == pytest.approx(right, rel=0.02, abs=0.005):
            compared += 1
            assert prices[k] == pytest.approx(right, rel=0.05, abs=0.03)
        else:
            assert right - 0.05 <= prices[k] <= left + 0.05
    assert compared >= 5


def test_prices_are_zero_where_no_limit_binds() -> None:
    asks = [Ask({"a": MILLION}), Ask({"a": 2 * MILLION})]
    wide = Limit(name="wide", unit="businesses", at_most=1000)
    loose = system(programme(wide), pool_of(asks, [lent("a")]))
    prices = prices_of(loose)
    assert prices.of.tolist() == [0.0]
    assert prices.bound == pytest.approx(float(loose.value.sum()))


def test_prices_of_no_limits_and_of_nobody_are_none() -> None:
    asks = [Ask({"a": MILLION}), Ask({})]
    free = system(programme(), pool_of(asks, [lent("a")]))
    assert prices_of(free).bound == pytest.approx(float(free.value[0, 0]))
    nobody = system(programme(), pool_of([], [lent("a")]))
    assert prices_of(nobody).bound == 0.0


def test_a_price_has_the_largest_that_it_is_given() -> None:
    asks = [Ask({"a": MILLION})] * 9
    tight = system(
        programme(Limit(name="l", unit="businesses", at_most=3)), pool_of(asks, [lent("a")])
    )
    capped = prices_of(tight, np.array([0.25]))
    assert capped.of.tolist() == [0.25]
    assert capped.bound == pytest.approx(3 * 0.25 + 9 * (float(tight.value[0, 0]) - 0.25))
