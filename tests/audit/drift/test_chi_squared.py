"""χ², central and not, as SciPy has it."""

from __future__ import annotations

import pytest
from scipy import stats

from audit.drift.chi_squared import above, away_where


@pytest.mark.parametrize("degrees", [3, 4.5, 9, 10])
def test_its_tail_is_that_of_chi_squared(degrees: float) -> None:
    for chance in (0.5, 0.05, 0.01):
        assert above(stats.chi2.isf(chance, degrees), degrees) == pytest.approx(chance, rel=0.02)


@pytest.mark.parametrize("degrees", [1, 3, 9])
def test_far_in_the_tail_it_errs_on_the_quiet_side(degrees: float) -> None:
    for chance in (1e-3, 2.5e-4, 1e-5):
        assert chance <= above(stats.chi2.isf(chance, degrees), degrees) < 3 * chance


@pytest.mark.parametrize("away", [0.5, 5, 500])
def test_its_tail_is_that_of_non_central_chi_squared(away: float) -> None:
    for chance in (0.975, 0.5, 0.025):
        x = stats.ncx2.isf(chance, 9, away)
        assert above(x, 9, away) == pytest.approx(chance, abs=0.002)
        assert away_where(chance, x, 9) == pytest.approx(away, rel=0.03, abs=0.1)


def test_nothing_lies_below_zero_and_no_shift_is_the_least() -> None:
    assert above(0, 9) == 1
    assert away_where(0.025, 9, 9) == 0
