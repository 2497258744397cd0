"""The all-in price per year is the one a borrower really pays."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from features.errors import BadInput
from matching.apr import Flows, apr
from matching.price import Repaid, periods_a_year, price_of
from tests.matching.cases import FLAT, amounts, every_terms, product, rates, tenors, untimed
from tests.matching.schedule import schedule_of
from tests.matching.test_price import MEKAAR, TEN_MILLION


def _apr(repaid: Repaid, received: int, periods: float = 12, deposit: int = 0) -> float:
    parts = (received, repaid.instalment, repaid.last - deposit, repaid.number)
    flows = Flows(*(np.array([part], np.float64) for part in parts))
    return float(apr(flows, np.array([periods]))[0])


def _percent(tenor: int, **terms: object) -> float:
    """Return the price of ten million, per cent, to one decimal."""
    return round(100 * _apr(price_of(product(**terms), tenor).repaid(TEN_MILLION), TEN_MILLION), 1)


@pytest.mark.parametrize(
    ("percent", "effective"), [(3, 5.7), (6, 11.1), (12, 21.6), (18, 31.5), (24, 40.9)]
)
def test_a_flat_price_over_two_years_is_nearly_twice_as_much_effective(
    percent: int, effective: float
) -> None:
    assert _percent(24, rate=Decimal(percent) / 100, **FLAT) == effective


def test_a_tenth_of_a_percent_a_day_on_the_amount_lent_is_about_62_percent_a_year() -> None:
    terms = {"price_kind": "per_day", "rate": "0.001", "repayment": "flat"}
    assert round(_percent(12, **terms)) == 62


def test_fees_of_one_percent_and_100_000_lift_six_percent_to_eight() -> None:
    repaid = price_of(product(rate="0.06"), 24).repaid(TEN_MILLION)
    assert round(100 * _apr(repaid, TEN_MILLION - 200_000), 1) == 8.0


def test_mekaar_is_47_percent_and_52_with_its_deposit() -> None:
    repaid = price_of(product(**MEKAAR), 12).repaid(2_000_000)
    assert round(100 * _apr(repaid, 2_000_000, 52)) == 47
    assert round(100 * _apr(repaid, 1_900_000, 52, deposit=100_000)) == 52


@untimed
@given(
    amount=amounts,
    tenor=tenors,
    rate=rates.filter(bool),
    terms=every_terms,
    kept=st.integers(0, 200),
    withheld=st.integers(0, 200),
)
def test_it_agrees_with_an_independent_rate_of_return(
    amount: int, tenor: int, rate: Decimal, terms: dict[str, object], kept: int, withheld: int
) -> None:
    loan = product(rate=rate, **terms)
    paid = list(schedule_of(loan, amount, tenor).instalments)
    deposit = amount * withheld // 1000
    received = amount - deposit - amount * kept // 1000
    paid[-1] -= deposit
    found = _apr(price_of(loan, tenor).repaid(amount), received, periods_a_year(loan), deposit)
    worth = sum(flow / (1 + found / periods_a_year(loan)) ** k for k, flow in enumerate(paid, 1))
    assert worth == pytest.approx(received, rel=1e-7)
    independent = pyxirr.irr([-received, *paid], guess=0.01)
    assert independent is not None
    if independent >= 0:  # with a deposit there may be a second one, below zero
        assert found == pytest.approx(periods_a_year(loan) * independent, rel=1e-6, abs=1e-9)


@untimed
@given(amount=amounts, tenor=tenors, rate=rates)
def test_without_fees_it_is_the_effective_rate(amount: int, tenor: int, rate: Decimal) -> None:
    repaid = price_of(product(rate=rate), tenor).repaid(amount)
    # A rupiah of rounding in an instalment of the smallest loan moves the rate by this much.
    assert _apr(repaid, amount) == pytest.approx(float(rate), abs=2e-5)


@untimed
@given(amount=amounts, tenor=tenors, rate=rates, fee=st.integers(1, 200))
def test_fees_lift_it(amount: int, tenor: int, rate: Decimal, fee: int) -> None:
    repaid = price_of(product(rate=rate), tenor).repaid(amount)
    received = amount - amount * fee // 1000
    assert _apr(repaid, received) > max(_apr(repaid, amount), float(rate))


@untimed
@given(amount=amounts, tenor=tenors, rate=rates, terms=every_terms)
def test_many_at_a_time_have_the_price_of_each_alone(
    amount: int, tenor: int, rate: Decimal, terms: dict[str, object]
) -> None:
    repaid = price_of(product(rate=rate, **terms), tenor).repaid(amount)
    rows = [(amount, *repaid), (1, 100, 100, 1), (amount, amount, 0, 2)]
    together = apr(Flows(*np.array(rows, np.float64).T[[0, 1, 2, 3]]), np.full(3, 12.0))
    alone = [_apr(Repaid(*row[1:]), row[0]) for row in rows]
    assert together == pytest.approx(alone, abs=1e-9)


def test_a_price_of_many_times_the_loan_is_still_found() -> None:
    # One instalment of 100 for 1 received: (1 + i) = 100.
    assert _apr(Repaid(100, 100, 1), 1) == pytest.approx(12 * 99)
    assert _apr(Repaid(0, 10**9, 60), 1) == pytest.approx(12 * (10 ** (9 / 60) - 1))


def test_what_gains_nothing_costs_nothing() -> None:
    assert _apr(Repaid(333_333, 333_334, 3), 1_000_000) == 0.0
    assert _apr(Repaid(50_000, 50_000, 40), 1_900_000, deposit=100_000) == 0.0


@pytest.mark.parametrize("received", [0, -1, 11])
def test_a_price_that_does_not_exist_is_refused(received: int) -> None:
    with pytest.raises(BadInput) as caught:
        _apr(Repaid(5, 5, 2), received)
    assert caught.value.code == "bad-loan"
