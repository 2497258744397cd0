"""Vintages counted again by hand, and a cohort against those before it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from audit.drift.seen import Loans
from audit.drift.vintages import compared, curve, vintages
from tests.audit.drift.cases import FIRST


def cohorts(*of: tuple[int, int, int, int]) -> Loans:
    """Return loans of a quarter each: its number from 2025, loans, bad from day 40 on, watched."""
    parts = [
        (
            np.full(n, FIRST + 92 * quarter),
            np.where(np.arange(n) < bad, 40.0, np.nan),
            np.full(n, float(watched)),
        )
        for quarter, n, bad, watched in of
    ]
    return Loans(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def test_a_curve_ends_where_a_loan_was_watched_no_longer() -> None:
    """Month 2 ends with day 60, month 3 with day 91."""
    defaulted = np.array([59.0, 60.0, np.nan, np.nan])
    found = curve(defaulted, np.array([400.0, 400.0, 91.0, 400.0]), np.array([1.0, 2.0, 3.0, 4.0]))
    assert found.tolist() == [0.0, 0.0, 0.1, pytest.approx(0.3)]


def test_a_share_is_told_once_ten_more_are_in_it() -> None:
    of = cohorts((0, 60, 0, 400))
    days = np.full(60, np.nan)
    days[:9], days[9], days[10:19], days[19] = 40.0, 70.0, 100.0, 200.0
    (found,) = vintages(Loans(of.disbursed, days, of.watched))
    # 9 by month 2 and 10 by month 3; 19 by month 4 and 20 by month 7
    assert found.defaulted == {0: 0.0, 1: 0.0, 3: 10 / 60, 7: 20 / 60}
    assert (found.cohort, found.loans) == (date(2025, 1, 1), 60)


def test_a_cohort_of_few_is_not_told() -> None:
    assert [one.loans for one in vintages(cohorts((0, 9, 0, 400), (1, 10, 0, 400)))] == [10]


def test_the_newest_cohort_of_three_months_is_held_against_those_before_at_its_age() -> None:
    of = cohorts((0, 200, 20, 400), (1, 200, 20, 50), (2, 100, 30, 95), (3, 100, 60, 80))
    (found,) = compared(of)
    assert found.found.value == pytest.approx(0.3 / 0.1)
    assert found.found.low > 1.5
    assert found.p < 0.001


def test_fewer_than_ten_in_default_are_compared_with_nobody() -> None:
    assert not [*compared(cohorts((0, 200, 20, 400), (1, 200, 9, 400)))]
    assert not [*compared(cohorts((0, 200, 20, 400)))]
    assert not [*compared(cohorts((0, 200, 20, 80)))]
