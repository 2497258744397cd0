"""A broken row is mended before all else, to the rupiah; then the most worth is chosen."""

from __future__ import annotations

import numpy as np
import pytest

from matching.allocation.mending import better, broken, mended
from matching.allocation.programme import Limit
from tests.matching.allocation.cases import MILLION, Ask, lent, pool_of, programme
from tests.matching.allocation.relaxed import system

SIZES = (50, 50, 60, 1, 1, 1)
SIXTY = Limit(name="sixty", unit="rupiah", at_least=60 * MILLION + 1)


def test_a_minimum_that_is_a_rupiah_short_is_mended_though_it_costs_two_businesses() -> None:
    asks = [Ask({"a": 1}, amount=size * MILLION) for size in (60, 30, 30, 61)]
    budget = Limit(name="budget", unit="rupiah", at_most=91 * MILLION)
    least = Limit(name="least", unit="rupiah", at_least=90 * MILLION + 1)
    asked = system(programme(budget, least), pool_of(asks, [lent("a")]))
    short = np.array([0, 0, -1, -1])
    assert broken(asked, short) == pytest.approx(1 / (61 * MILLION))
    found = mended(asked, short, np.arange(4), gap=0, seconds=5)
    assert sorted(np.flatnonzero(found.chosen >= 0).tolist()) in ([1, 3], [2, 3])
    assert broken(asked, found.chosen) == 0


def test_the_optimum_of_everyone_is_proven() -> None:
    asks = [Ask({"a": 1}, amount=size * MILLION) for size in SIZES]
    budget = Limit(name="budget", unit="rupiah", at_most=102 * MILLION)
    asked = system(programme(budget), pool_of(asks, [lent("a")]))
    nobody = np.full(len(SIZES), -1)
    found = mended(asked, nobody, np.arange(len(SIZES)), gap=0, seconds=5)
    assert found.bound == pytest.approx(asked.worth(found.chosen))
    assert (found.chosen >= 0).sum() == 4


def test_who_is_not_freed_keeps_what_they_have() -> None:
    asks = [Ask({"a": 1}, amount=size * MILLION) for size in SIZES]
    budget = Limit(name="budget", unit="rupiah", at_most=61 * MILLION)
    asked = system(programme(budget), pool_of(asks, [lent("a")]))
    large = np.array([-1, -1, 0, -1, -1, -1])
    found = mended(asked, large, np.array([3, 4, 5]), gap=0, seconds=5)
    assert found.chosen[2] == 0
    assert (found.chosen >= 0).sum() == 2
    assert found.bound == pytest.approx(asked.worth(found.chosen))


def test_of_two_the_one_that_breaks_less_is_better_whatever_it_is_worth() -> None:
    asks = [Ask({"a": 1}, amount=size * MILLION) for size in SIZES]
    asked = system(programme(SIXTY), pool_of(asks, [lent("a")]))
    many, enough = np.array([0, -1, -1, 0, 0, 0]), np.array([0, 0, -1, -1, -1, -1])
    assert better(asked, many, enough) is enough
    assert better(asked, enough, np.array([0, 0, 0, -1, -1, -1])).tolist() == [0, 0, 0, -1, -1, -1]
