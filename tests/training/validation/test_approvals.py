"""A trial of randomly approved loans keeps its promises, recounted term by term."""

from __future__ import annotations

import math

import numpy as np
import pytest

from features.errors import BadInput
from tests.conftest import ROOT
from tests.training.cases import refused
from training.validation.approvals import ALPHA, POWER, RATES, Design, design, table


def at_most(c: int, n: int, rate: float) -> float:
    """Return P(X <= c) of a binomial, by its definition."""
    return math.fsum(math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(c + 1))


def keeps(c: int, n: int, hoped: float, bound: float) -> bool:
    return at_most(c, n, bound) <= ALPHA and at_most(c, n, hoped) >= POWER


@pytest.mark.parametrize(("hoped", "bound"), RATES)
def test_a_design_keeps_both_promises_and_none_smaller_does(hoped: float, bound: float) -> None:
    found = design(hoped, bound)
    assert keeps(found.most_bad, found.loans, hoped, bound)
    smaller = range(max(1, found.loans - 12), found.loans)
    assert not any(keeps(c, n, hoped, bound) for n in smaller for c in range(n + 1))


def test_without_any_bad_loan_hoped_for_the_rule_of_three_holds() -> None:
    """0.9ⁿ ≤ 0.05 from n = 29 on, and none may go bad."""
    assert design(0.0, 0.1) == Design(0.0, 0.1, 29, 0)


def test_stopping_at_one_bad_loan_too_many_opens_the_band_as_rarely_as_it_says() -> None:
    """Simulated at the bound: the trial that stops opens exactly when the whole one would."""
    trial = design(0.05, 0.15)
    draws = np.random.default_rng(3).random((20_000, trial.loans)) < trial.bound
    opened = (np.cumsum(draws, axis=1) <= trial.most_bad).all(axis=1).mean()
    exact = at_most(trial.most_bad, trial.loans, trial.bound)
    assert exact <= ALPHA
    assert opened == pytest.approx(exact, abs=4 * math.sqrt(exact / 20_000))


def test_losses_are_counted_in_the_unit_of_the_amount() -> None:
    trial = Design(0.1, 0.2, 80, 10)
    assert trial.expected_loss(5_000_000, 0.5) == pytest.approx(80 * 0.1 * 0.5 * 5_000_000)
    assert trial.worst_loss(5_000_000, 0.5) == pytest.approx(11 * 0.5 * 5_000_000)


@pytest.mark.parametrize(
    ("hoped", "bound"), [(0.1, 0.1), (0.2, 0.1), (-0.1, 0.1), (0.1, 1.0), (math.nan, 0.1)]
)
def test_rates_that_are_not_in_order_are_refused(hoped: float, bound: float) -> None:
    with pytest.raises(BadInput, match="rate") as caught:
        design(hoped, bound)
    refused(caught, "bad-trial")


def test_rates_that_thousands_of_loans_do_not_tell_apart_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("training.validation.approvals.MOST", 100)
    with pytest.raises(BadInput, match="tell apart") as caught:
        design(0.10, 0.101)
    refused(caught, "bad-trial")


def test_the_page_has_the_table_that_the_command_prints() -> None:
    page = (ROOT / "docs" / "declined-applicants.md").read_text(encoding="utf-8")
    assert table() in page
