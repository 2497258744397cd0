"""Wilson's interval against its defining equation, and what weights do to it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.validation.rates import Z, bad_rate, wilson


@given(bad=st.integers(0, 500), good=st.integers(0, 500))
def test_the_bounds_are_the_rates_that_lie_just_z_errors_away(bad: int, good: int) -> None:
    """Wilson: |rate - p| = z · √(p(1 - p) ÷ n), solved for p."""
    n = bad + good
    if n == 0:
        return
    figure = wilson(bad / n, n)
    assert 0 <= figure.low <= figure.value <= figure.high <= 1
    for bound in (figure.low, figure.high):
        error = Z * math.sqrt(bound * (1 - bound) / n)
        assert abs(bad / n - bound) == pytest.approx(error, abs=1e-7)


@pytest.mark.parametrize(
    ("bad", "n", "low", "high"),
    [(18, 30, 0.42, 0.75), (120, 200, 0.53, 0.67), (5, 100, 0.02, 0.11), (0, 30, 0.0, 0.11)],
)
def test_bounds_known_to_two_digits(bad: int, n: int, low: float, high: float) -> None:
    figure = wilson(bad / n, n)
    assert (round(figure.low, 2), round(figure.high, 2)) == (low, high)


def test_of_no_loans_there_is_no_rate() -> None:
    assert bad_rate(np.array([], dtype=int), np.array([])) is None


def test_equal_weights_change_nothing_however_large() -> None:
    bad = np.array([1, 0, 0, 0, 1, 0])
    assert bad_rate(bad, np.ones(6)) == wilson(2 / 6, 6)
    heavy = bad_rate(bad, np.full(6, 50.0))
    assert heavy is not None
    assert heavy.value == pytest.approx(2 / 6)
    assert heavy.low == pytest.approx(wilson(2 / 6, 6).low)


def test_unequal_weights_move_the_rate_and_widen_the_interval() -> None:
    bad, weights = np.array([1, 0, 0, 1]), np.array([10.5, 49.3, 49.3, 10.5])
    found = bad_rate(bad, weights)
    n = (2 * 10.5 + 2 * 49.3) ** 2 / (2 * 10.5**2 + 2 * 49.3**2)
    assert n < 4
    assert found is not None
    expected = wilson(21 / (21 + 98.6), n)
    assert (found.value, found.low, found.high) == pytest.approx(
        (expected.value, expected.low, expected.high)
    )
