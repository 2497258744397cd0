"""What a column says alone: as the pairs of a good and a bad loan count it, and beyond chance."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.training.gates.cases import of_one_column
from training.gates.leaks.alone import alone


def test_it_is_the_share_of_pairs_in_order_either_way_round() -> None:
    random = np.random.default_rng(0)
    bad = (np.arange(80) % 4 == 0).astype(int)
    values = random.normal(size=80) + bad
    pairs = [
        (b > g) + 0.5 * (b == g)
        for b, g in itertools.product(values[bad == 1].tolist(), values[bad == 0].tolist())
    ]
    expected = sum(pairs) / len(pairs)
    for sign in (1, -1):
        table = of_one_column(sign * values, bad)
        assert alone(table.vectors[:, 0], table) == pytest.approx(expected, abs=1e-12)


def test_a_code_tells_by_its_values_and_not_by_their_order() -> None:
    """Of eight codes, the odd ones are bad: in order they tell little, by value everything."""
    codes = np.random.default_rng(0).integers(0, 8, 600).astype(float)
    table = of_one_column(codes, (codes % 2).astype(int))
    assert alone(table.vectors[:, 0], table) == 1.0


@pytest.mark.parametrize("value", [np.nan, 3.0])
def test_a_column_that_never_changes_says_nothing(value: float) -> None:
    table = of_one_column(np.full(50, value), np.arange(50) % 2)
    assert alone(table.vectors[:, 0], table) == 0.5


def test_each_loan_is_read_without_its_own_outcome() -> None:
    """A column with a value of its own for every loan would else tell each outcome."""
    bad = (np.random.default_rng(1).random(400) < 0.3).astype(int)
    table = of_one_column(np.random.default_rng(2).permutation(400).astype(float), bad)
    assert alone(table.vectors[:, 0], table) < 0.6


def test_what_chance_may_reach_counts_as_nothing() -> None:
    bad = np.array([1, 1, 1, *[0] * 40])
    table = of_one_column(np.arange(43)[::-1] * 1.0, bad)
    assert alone(table.vectors[:, 0], table) == 1.0
    assert alone(table.vectors[:, 0], table, strict=4.0) == 0.5
