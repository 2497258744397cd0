"""Intervals hold what is published of them, and behave as shares, differences and ratios do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.fairness.estimate import (
    Z95,
    Estimate,
    difference,
    mean,
    quantile,
    ratio,
    share,
    size,
    wilson,
)


def of(ones: int, n: int, weight: float = 1.0) -> Estimate:
    return share(np.repeat([1.0, 0.0], [ones, n - ones]), np.full(n, weight), Z95)


counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("ones", "n", "low", "high"),
    [(18, 30, 0.42, 0.75), (120, 200, 0.53, 0.67), (5, 100, 0.02, 0.11)],
)
def test_a_share_has_the_interval_of_wilson(ones: int, n: int, low: float, high: float) -> None:
    """The three that are quoted of it: 60% of 30 and of 200, 5% of 100."""
    found = of(ones, n)
    assert found.value == ones / n
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.006)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090)],
)
def test_a_difference_has_the_interval_of_newcombe(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe (1998), table II, contrasts (a) and (c), method 10."""
    found = difference(of(*one), of(*other))
    assert found.value == pytest.approx(one[0] / one[1] - other[0] / other[1])
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(counts, counts)
def test_a_gap_read_the_other_way_is_the_same_gap(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    a, b = of(*one), of(*other)
    there, back = difference(a, b), difference(b, a)
    assert (there.value, there.low, there.high) == pytest.approx(
        (-back.value, -back.high, -back.low)
    )
    if a.value and b.value:
        there, back = ratio(a, b), ratio(b, a)
        assert there.value == pytest.approx(1 / back.value)
        assert there.low == pytest.approx(1 / back.high)
        assert there.low <= there.value <= there.high


@given(counts, counts)
def test_a_ratio_is_never_below_zero_and_lies_in_its_interval(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    found = ratio(of(*one), of(*other))
    assert 0 <= found.low <= found.value <= found.high


def test_nothing_against_nothing_says_nothing() -> None:
    assert ratio(of(0, 50), of(0, 50)) == Estimate(1.0, 0.0, math.inf)
    assert ratio(of(5, 50), of(0, 50)).value == math.inf


@given(counts, st.floats(0.01, 100))
def test_only_ratios_of_weights_count(one: tuple[int, int], weight: float) -> None:
    a, b = of(*one), of(*one, weight)
    assert (a.value, a.low, a.high) == pytest.approx((b.value, b.low, b.high))


def test_uneven_weights_say_less() -> None:
    weights = np.array([1.0, 3.0])
    assert size(weights) == pytest.approx(16 / 10)
    assert size(np.ones(7)) == pytest.approx(7)
    assert size(np.ones(0)) == 0


def test_a_mean_has_the_standard_error_of_a_mean() -> None:
    values = np.array([1.0, 2.0, 4.0, 9.0])
    found = mean(values, np.ones(4), 1.0)
    error = (sum((x - 4) ** 2 for x in (1, 2, 4, 9)) / 3 / 4) ** 0.5
    assert (found.value, found.high - found.value) == pytest.approx((4.0, error))


def test_a_quantile_is_that_of_a_normal() -> None:
    assert quantile(0.975) == Z95 == pytest.approx(1.959964, abs=1e-6)


def test_wilson_bounds_solve_the_equation_they_are_of() -> None:
    """At a bound b, |p - b| is *z* standard errors of b."""
    found = wilson(0.3, 57.0, 2.5)
    for bound in (found.low, found.high):
        assert abs(0.3 - bound) == pytest.approx(2.5 * math.sqrt(bound * (1 - bound) / 57.0))


@given(bad=st.integers(0, 500), good=st.integers(0, 500))
def test_the_bounds_are_the_rates_that_lie_just_z_errors_away(bad: int, good: int) -> None:
    """Wilson: |rate - p| = z · √(p(1 - p) ÷ n), solved for p."""
    n = bad + good
    if n == 0:
        return
    found = wilson(bad / n, n, Z95)
    assert 0 <= found.low <= found.value <= found.high <= 1
    for bound in (found.low, found.high):
        error = Z95 * math.sqrt(bound * (1 - bound) / n)
        assert abs(bad / n - bound) == pytest.approx(error, abs=1e-7)


def test_equal_weights_count_each_loan_and_one_heavy_loan_counts_alone() -> None:
    assert size(np.full(7, 3.0)) == pytest.approx(7)
    assert size(np.array([1e9, 1.0, 1.0])) == pytest.approx(1, abs=1e-6)
    assert size(np.empty(0)) == 0
