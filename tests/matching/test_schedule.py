"""Every instalment of a loan is told, and what of it repays the loan."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from matching.price import price_of
from tests.matching.cases import FLAT, amounts, every_terms, product, rates, tenors, untimed
from tests.matching.schedule import schedule_of


def test_a_schedule_worked_out_on_paper() -> None:
    # 1% a month on 3000, 2010, 1010 … with 1020 a month: 3000·0.01/(1 - 1.01^-3) = 1020.07.
    schedule = schedule_of(product(rate="0.12"), 3_000, 3)
    assert schedule.interest == (30, 20, 10)
    assert schedule.principal == (990, 1_000, 1_010)
    assert schedule.instalments == (1_020, 1_020, 1_020)
    assert (schedule.amount, schedule.total, schedule.total_interest) == (3_000, 3_060, 60)


def test_a_harvest_loan_pays_its_price_each_season_and_itself_at_the_last() -> None:
    terms = {"repayment": "bullet", "period": "seasonal", "season_months": 4, "tenor_min": 4}
    schedule = schedule_of(product(rate="0.12", **terms), 1_000_000, 12)
    assert schedule.interest == (40_000, 40_000, 40_000)
    assert schedule.principal == (0, 0, 1_000_000)


def test_a_loan_without_a_price_has_parts_of_what_was_lent() -> None:
    for terms in ({}, FLAT):
        schedule = schedule_of(product(rate="0", **terms), 1_000_000, 3)
        assert schedule.instalments == (333_333, 333_333, 333_334)


@untimed
@given(amount=st.integers(1, 500_000_000), tenor=st.integers(3, 120), rate=rates, terms=every_terms)
def test_the_parts_are_those_of_the_price_and_none_is_below_zero(
    amount: int, tenor: int, rate: Decimal, terms: dict[str, object]
) -> None:
    loan = product(rate=rate, tenor_min=3, **terms)
    schedule, repaid = schedule_of(loan, amount, tenor), price_of(loan, tenor).repaid(amount)
    assert schedule.instalments == (*[repaid.instalment] * (repaid.number - 1), repaid.last)
    assert sum(schedule.principal) == schedule.amount == amount
    assert min(schedule.principal) >= 0
    assert min(schedule.interest) >= 0
    assert schedule.total == repaid.total == amount + schedule.total_interest


@untimed
@given(amount=amounts, tenor=tenors, rate=rates)
def test_an_annuity_charges_what_is_still_owed(amount: int, tenor: int, rate: Decimal) -> None:
    schedule = schedule_of(product(rate=rate), amount, tenor)
    for month, charged in enumerate(schedule.interest[:-1]):
        owed = amount - sum(schedule.principal[:month])
        # What is owed and what fell due are each rounded, by half a rupiah at most.
        assert abs(charged - Fraction(rate) / 12 * owed) <= 1 + Fraction(rate) / 24


@untimed
@given(amount=amounts, tenor=tenors, rate=rates)
def test_a_flat_loan_charges_the_same_each_month_but_for_a_rupiah(
    amount: int, tenor: int, rate: Decimal
) -> None:
    schedule = schedule_of(product(rate=rate, **FLAT), amount, tenor)
    exact = Fraction(rate) / 12 * amount
    assert all(abs(charged - exact) <= 1 for charged in schedule.interest)
