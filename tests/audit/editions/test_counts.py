"""What is hidden of overlapping counts cannot be found: an attacker with another solver fails."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from audit.cells import LEAST
from audit.editions.counts import Counts, Part, counts
from features.rows import Flags


def made(n: int, seed: int) -> dict[str, Part]:
    """Return parts of made-up applications that overlap in every way."""
    random = np.random.default_rng(seed)
    stage = random.choice(6, n, p=[0.4, 0.1, 0.06, 0.24, 0.15, 0.05])
    approved = stage > 1
    parts = {
        "decided": Part(np.ones(n, dtype=bool), fixed=True),
        "approved": Part(approved, "decided", fixed=True),
    }
    parts |= {f"stage:{at}": Part(stage == at, "decided") for at in range(6)}
    parts |= {
        f"reason:{at}": Part(~approved & (random.random(n) < 0.08 * at), "decided")
        for at in range(8)
    }
    parts |= {
        f"lender:{at}": Part(approved & (random.random(n) < 0.1 * at), "decided") for at in range(5)
    }
    return parts


def most(parts: dict[str, Part], told: Counts, goal: Flags) -> float:
    """Return the most people that there may be in a part, for who knows all that is told.

    Unknown is how many there are of every kind that there is; the solver is scipy's.
    """
    kinds = np.unique(np.array([*(one.holds for one in parts.values()), goal]), axis=1)
    known = [at for at, name in enumerate(parts) if told[name] is not None]
    equal = [told[name] for name in parts if told[name] is not None]
    found = linprog(
        -kinds[-1].astype(float),
        A_eq=kinds[known].astype(float),
        b_eq=np.array(equal, dtype=float),
        bounds=(0, None),
    )
    return np.inf if found.status == 3 else -found.fun  # 3: unbounded


@pytest.mark.parametrize(("n", "seed"), [(120, 1), (200, 2), (200, 3), (150, 4)])
def test_an_attacker_who_knows_all_that_is_told_finds_nobody(n: int, seed: int) -> None:
    parts = made(n, seed)
    told = counts(parts)
    small = 0
    for name, one in parts.items():
        for holds in (one.holds, parts[one.of].holds & ~one.holds if one.of else one.holds):
            there = int(holds.sum())
            if one.fixed or not 0 < there < LEAST:
                continue
            small += 1
            assert told[name] is None
            assert most(parts, told, holds) >= there + LEAST - 1e-6
    assert small


def test_hiding_the_small_ones_alone_would_not_do() -> None:
    """The attack is one: where only the small are hidden, it finds them to the person."""
    at = np.arange(100)
    parts = {
        "decided": Part(at >= 0, fixed=True),
        "approved": Part(at < 60, "decided", fixed=True),
        "not_yet": Part(at >= 67, "decided"),
        "to_person": Part((at >= 60) & (at < 67), "decided"),
    }
    bare = {"decided": 100, "approved": 60, "not_yet": 33, "to_person": None}
    assert most(parts, bare, parts["to_person"].holds) == 7
    assert counts(parts) == {**bare, "not_yet": None}


def test_many_are_all_told_as_they_are_and_nobody_is_told_of_too() -> None:
    parts = made(3_000, 5)
    assert counts(parts) == {name: int(one.holds.sum()) for name, one in parts.items()}


def test_of_a_few_whose_number_is_known_nothing_else_is_told() -> None:
    n = 300
    approved = np.arange(n) < 4
    odd = np.arange(n) % 2 == 1
    parts = {
        "decided": Part(np.ones(n, dtype=bool), fixed=True),
        "approved": Part(approved, "decided", fixed=True),
        "odd": Part(odd, "decided"),
        "late": Part((np.arange(n) > 99), "decided"),
    }
    assert counts(parts) == {"decided": n, "approved": 4, "odd": None, "late": 200}


def test_where_only_fixed_numbers_could_be_hidden_nothing_else_is_told() -> None:
    n = 100
    approved, first = np.arange(n) < 12, np.arange(n) < 6
    parts = {
        "decided": Part(np.ones(n, dtype=bool), fixed=True),
        "approved": Part(approved, "decided", fixed=True),
        "first": Part(first, "decided"),
        "second": Part(approved & ~first, "decided"),
    }
    told = counts(parts)
    assert told == {"decided": n, "approved": 12, "first": None, "second": None}
