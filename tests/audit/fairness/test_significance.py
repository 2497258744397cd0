"""P-values say what intervals say, and sizes are those that show a gap as often as stated."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import NormalIndPower

from audit.fairness.estimate import Z95, Estimate, difference, mean, quantile, ratio, wilson
from audit.fairness.significance import among, detectable, holm, needed, p_value


def of_shares(p: float, n: int, q: float, m: int, z: float) -> Estimate:
    return difference(wilson(p, n, z), wilson(q, m, z))


def test_the_p_value_of_a_mean_is_the_textbooks() -> None:
    values = np.random.default_rng(1).normal(0.2, 1, 500)
    z = values.mean() / (values.std(ddof=1) / math.sqrt(500))
    found = p_value(lambda reach: mean(values, np.ones(500), reach), 0.0)
    assert found == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-4)


@pytest.mark.parametrize(("a", "b"), [(40, 60), (50, 55), (20, 80)])
def test_the_p_value_of_two_shares_is_near_that_of_the_chi_square_test(a: int, b: int) -> None:
    found = p_value(lambda z: of_shares(a / 100, 100, b / 120, 120, z), 0.0)
    table = [[a, 100 - a], [b, 120 - b]]
    theirs = stats.chi2_contingency(table, correction=False).pvalue
    assert math.log10(found) == pytest.approx(math.log10(theirs), rel=0.05)


@given(st.integers(0, 60), st.integers(0, 70))
def test_a_p_value_below_a_level_is_an_interval_of_that_level_that_rules_no_gap_out(
    a: int, b: int
) -> None:
    found = p_value(lambda z: of_shares(a / 60, 60, b / 70, 70, z), 0.0)
    at = of_shares(a / 60, 60, b / 70, 70, Z95)
    if abs(found - 0.05) > 1e-4:
        assert (found < 0.05) is not (at.low <= 0 <= at.high)


def test_no_gap_at_all_has_a_p_value_of_one_and_a_certain_one_of_nought() -> None:
    assert p_value(lambda z: Estimate(0.0, -z, z), 0.0) == pytest.approx(1, abs=1e-5)
    assert p_value(lambda z: Estimate(50.0, 50 - z, 50 + z), 0.0) < 1e-300


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holms_correction_goes_down_step_by_step(p_values: list[float]) -> None:
    """The k-th smallest of n counts n - k + 1 times, and none is smaller than one before it."""
    found = holm(p_values)
    so_far = 0.0
    for step, place in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        so_far = max(so_far, min(1.0, (len(p_values) - step) * p_values[place]))
        assert found[place] == pytest.approx(so_far, abs=1e-12)


def test_what_is_one_comparison_counts_once_with_the_larger_of_its_p_values() -> None:
    """Three comparisons of four p-values: 0.01 · 3, then 0.02 · 2, then 0.5 · 1."""
    found = among([0.01, 0.5, 0.02, 0.015], ["a", "b", "c", "c"])
    assert found == pytest.approx([0.03, 0.5, 0.04, 0.04])


def test_holms_correction_by_hand() -> None:
    """In order 4·0.005, 3·0.01, 2·0.03, 1·0.04, the last raised to the one before it."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_a_size_is_near_that_of_another_method() -> None:
    """Theirs takes arcsines of the roots of the shares; both are approximations."""
    for share, gap, of in ((0.6, 0.1, 1.0), (0.6, 0.05, 2.0), (0.9, 0.1, 1.0)):
        effect = 2 * (math.asin(math.sqrt(share)) - math.asin(math.sqrt(share - gap)))
        theirs = NormalIndPower().solve_power(effect, alpha=0.05, power=0.8, ratio=of)
        assert needed(gap, share, of, Z95) == pytest.approx(theirs, rel=0.05)


@pytest.mark.parametrize(("gap", "share"), [(0.3, 0.2), (0.0, 0.5), (0.1, 1.1)])
def test_a_size_for_shares_that_cannot_be_is_refused(gap: float, share: float) -> None:
    with pytest.raises(ValueError, match="a gap of"):
        needed(gap, share, 1.0, Z95)


def test_a_gap_said_to_be_detectable_is_seen_in_four_of_five_samples() -> None:
    n = 400
    gap = -detectable(of_shares(0.55, n, 0.55, n, Z95), 0.0, Z95, ratio=False)
    random = np.random.default_rng(5)
    shares = random.binomial(n, [0.55 - gap, 0.55], (2_000, 2)) / n
    seen = [not (e.low <= 0 <= e.high) for p, q in shares for e in [of_shares(p, n, q, n, Z95)]]
    assert np.mean(seen) == pytest.approx(0.8, abs=0.05)


def test_a_detectable_ratio_is_that_of_the_logarithms() -> None:
    found = ratio(wilson(0.5, 300, Z95), wilson(0.5, 300, Z95))
    reach = math.log(found.high)
    bound = math.exp(-reach * (1 + quantile(0.8) / Z95))
    assert detectable(found, 1.0, Z95, ratio=True) == pytest.approx(bound)
    assert math.isnan(detectable(Estimate(0.0, 0.0, 2.0), 1.0, Z95, ratio=True))
