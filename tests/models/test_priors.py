"""Prior correction: the shift that Bayes' rule gives, and whose it is."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.priors import shift_between, shift_of

rates = st.floats(0.001, 0.999)


@given(probability=rates, base_rate=rates, stated=rates)
def test_the_shift_is_bayes_rule_with_another_prior(
    probability: float, base_rate: float, stated: float
) -> None:
    """Saerens and others (2002): reweigh both outcomes, and make them add up to 1."""
    bad = probability * stated / base_rate
    good = (1 - probability) * (1 - stated) / (1 - base_rate)
    log_odds = math.log(probability / (1 - probability)) + shift_between(base_rate, stated)
    assert 1 / (1 + math.exp(-log_odds)) == pytest.approx(bad / (bad + good), rel=1e-9)


@given(base_rate=rates, stated=rates)
def test_there_and_back_is_no_shift(base_rate: float, stated: float) -> None:
    assert shift_between(base_rate, base_rate) == 0
    there, back = shift_between(base_rate, stated), shift_between(stated, base_rate)
    assert there == pytest.approx(-back)
    assert (there > 0) == (stated > base_rate)


PRIORS = {"granary": 0.7, "granary/seed": -0.2, "barn/husk": 0.4}


@pytest.mark.parametrize(
    ("portfolio", "shift"),
    [
        ("granary", 0.7),
        ("granary/seed", -0.2),
        ("granary/husk", 0.7),
        ("barn", 0.0),
        ("barn/husk", 0.4),
        ("barn/seed", 0.0),
        ("silo", 0.0),
        ("", 0.0),
        (None, 0.0),
    ],
)
def test_a_product_has_its_own_shift_or_its_partners(portfolio: str | None, shift: float) -> None:
    assert shift_of(PRIORS, portfolio) == shift
    assert shift_of({}, portfolio) == 0
