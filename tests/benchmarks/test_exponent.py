"""The exponent of growth is that of the law the costs were made by, and says what it can tell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.exponent import Exponent, exponent

SIZES = (10, 30, 100, 300, 1_000)


@given(st.floats(-1, 3), st.floats(1e-6, 1e6))
def test_costs_by_a_power_of_size_have_that_exponent(power: float, first: float) -> None:
    found = exponent({size: [first * size**power] * 2 for size in SIZES})
    assert found.value == pytest.approx(power, abs=1e-9)
    assert found.low <= found.value <= found.high
    assert found.above == 100


def test_the_smaller_half_counts_for_nothing() -> None:
    costs = {size: [float(size)] for size in SIZES}
    assert exponent({**costs, 10: [1e9], 30: [1e9]}) == exponent(costs)


def test_the_interval_is_that_of_students_t() -> None:
    found = exponent({10: [1.0, 2.0], 100: [10.0, 40.0]})
    x, y = np.log([10, 10, 100, 100]), np.log([1, 2, 10, 40])
    residual = y - np.polyval(np.polyfit(x, y, 1), x)
    error = np.sqrt(residual @ residual / 2 / ((x - x.mean()) @ (x - x.mean())))
    assert found.high - found.value == pytest.approx(4.302652730 * error)  # t of 2, 97.5%


def test_fewer_than_three_costs_tell_no_interval() -> None:
    with pytest.raises(ValueError, match="2 costs"):
        exponent({10: [1.0], 100: [10.0]})


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.1, 0.99, "better than linear"),
        (0.9, 1.1, "linear"),
        (0.5, 1.5, "not told"),
        (1.01, 1.1, "worse than linear"),
    ],
)
def test_what_an_interval_tells(low: float, high: float, told: str) -> None:
    assert Exponent((low + high) / 2, low, high, 1).told == told
