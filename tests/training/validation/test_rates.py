"""Wilson's interval against its defining equation, and what weights do to it."""

from __future__ import annotations

import numpy as np
import pytest

from audit.fairness.estimate import Z95, wilson
from training.validation.rates import bad_rate


@pytest.mark.parametrize(
    ("bad", "n", "low", "high"),
    [(18, 30, 0.42, 0.75), (120, 200, 0.53, 0.67), (5, 100, 0.02, 0.11), (0, 30, 0.0, 0.11)],
)
def test_bounds_known_to_two_digits(bad: int, n: int, low: float, high: float) -> None:
    figure = wilson(bad / n, n, Z95)
    assert (round(figure.low, 2), round(figure.high, 2)) == (low, high)


def test_of_no_loans_there_is_no_rate() -> None:
    assert bad_rate(np.array([], dtype=int), np.array([])) is None


def test_equal_weights_change_nothing_however_large() -> None:
    bad = np.array([1, 0, 0, 0, 1, 0])
    expected = wilson(2 / 6, 6, Z95)
    once = bad_rate(bad, np.ones(6))
    assert once is not None
    assert (once.value, once.low, once.high) == pytest.approx(
        (expected.value, expected.low, expected.high)
    )
    heavy = bad_rate(bad, np.full(6, 50.0))
    assert heavy is not None
    assert heavy.value == pytest.approx(2 / 6)
    assert heavy.low == pytest.approx(expected.low)


def test_unequal_weights_move_the_rate_and_widen_the_interval() -> None:
    bad, weights = np.array([1, 0, 0, 1]), np.array([10.5, 49.3, 49.3, 10.5])
    found = bad_rate(bad, weights)
    n = (2 * 10.5 + 2 * 49.3) ** 2 / (2 * 10.5**2 + 2 * 49.3**2)
    assert n < 4
    assert found is not None
    expected = wilson(21 / (21 + 98.6), n, Z95)
    assert (found.value, found.low, found.high) == pytest.approx(
        (expected.value, expected.low, expected.high)
    )
