"""Schedules are exact to the rupiah, and their price is the one a borrower really pays."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from features.errors import BadInput
from matching.schedule import REPAYMENTS, Schedule, annuity, apr, flat, schedule_of
from tests.matching.cases import FLAT, amounts, product, rates, tenors, untimed

TEN_MILLION = 10_000_000
repayments = st.sampled_from(sorted(REPAYMENTS))


def _annuity_by_decimals(amount: int, tenor: int, rate: Decimal) -> Decimal:
    """Return P·i ÷ (1 - (1 + i)^-n) to sixty digits, not yet rounded."""
    with localcontext() as context:
        context.prec = 60
        i = rate / 12
        return amount * i / (1 - (1 + i) ** -tenor) if i else Decimal(amount) / tenor


def _flat_by_decimals(amount: int, tenor: int, rate: Decimal) -> Decimal:
    """Return P/n + P·f/12 to sixty digits, not yet rounded."""
    with localcontext() as context:
        context.prec = 60
        return Decimal(amount) / tenor + amount * rate / 12


def _rupiah(exact: Decimal) -> int:
    return int(exact.to_integral_value(ROUND_HALF_UP))


def _effective_percent(schedule: Schedule) -> float:
    return round(100 * apr(schedule.instalments, schedule.amount), 1)


def test_ten_million_over_two_years_at_six_percent_effective_is_443_206_a_month() -> None:
    assert annuity(TEN_MILLION, 24, Decimal("0.06")).instalment == 443_206


def test_ten_million_over_two_years_at_six_percent_flat_is_466_667_a_month() -> None:
    schedule = flat(TEN_MILLION, 24, Decimal("0.06"))
    assert schedule.instalment == 466_667
    assert schedule.last_instalment == 466_659
    assert (schedule.total, schedule.total_interest) == (11_200_000, 1_200_000)


@pytest.mark.parametrize(
    ("percent", "effective"), [(3, 5.7), (6, 11.1), (12, 21.6), (18, 31.5), (24, 40.9)]
)
def test_a_flat_price_over_two_years_is_nearly_twice_as_much_effective(
    percent: int, effective: float
) -> None:
    assert _effective_percent(flat(TEN_MILLION, 24, Decimal(percent) / 100)) == effective


def test_seven_percent_effective_over_three_years_is_the_3_72_flat_that_bank_jateng_states() -> (
    None
):
    schedule = annuity(25_000_000, 36, Decimal("0.07"))
    assert round(100 * schedule.total_interest / schedule.amount / 3, 2) == 3.72


def test_a_tenth_of_a_percent_a_day_on_the_amount_lent_is_about_62_percent_a_year() -> None:
    assert round(_effective_percent(flat(TEN_MILLION, 12, Decimal("0.365")))) == 62


def test_fees_of_one_percent_and_100_000_lift_six_percent_to_eight() -> None:
    schedule = annuity(TEN_MILLION, 24, Decimal("0.06"))
    assert round(100 * apr(schedule.instalments, TEN_MILLION - 200_000), 1) == 8.0


def test_a_schedule_worked_out_on_paper() -> None:
    # 1% a month on 3000, 2010, 1010 … with 1020 a month: 3000·0.01/(1 - 1.01^-3) = 1020.07.
    schedule = annuity(3_000, 3, Decimal("0.12"))
    assert schedule.interest == (30, 20, 10)
    assert schedule.principal == (990, 1_000, 1_010)
    assert schedule.instalments == (1_020, 1_020, 1_020)


@untimed
@given(amount=amounts, tenor=tenors, rate=rates)
def test_the_annuity_is_the_formula_rounded_once(amount: int, tenor: int, rate: Decimal) -> None:
    expected = _rupiah(_annuity_by_decimals(amount, tenor, rate))
    assert annuity(amount, tenor, rate).instalment == expected


@untimed
@given(amount=amounts, tenor=tenors, rate=rates)
def test_the_flat_instalment_is_the_formula_rounded_once(
    amount: int, tenor: int, rate: Decimal
) -> None:
    assert flat(amount, tenor, rate).instalment == _rupiah(_flat_by_decimals(amount, tenor, rate))


@untimed
@given(kind=repayments, amount=st.integers(1, 500_000_000), tenor=st.integers(1, 120), rate=rates)
def test_principal_sums_to_the_loan_and_nothing_is_below_zero(
    kind: str, amount: int, tenor: int, rate: Decimal
) -> None:
    schedule = REPAYMENTS[kind](amount, tenor, rate)
    assert sum(schedule.principal) == schedule.amount == amount
    assert len(schedule.instalments) == tenor
    assert min(schedule.principal) >= 0
    assert min(schedule.interest) >= 0
    assert schedule.total == amount + schedule.total_interest


@untimed
@given(kind=repayments, amount=amounts, tenor=tenors, rate=rates)
def test_all_instalments_are_the_same_and_the_last_differs_only_by_rounding(
    kind: str, amount: int, tenor: int, rate: Decimal
) -> None:
    schedule = REPAYMENTS[kind](amount, tenor, rate)
    assert set(schedule.instalments[:-1]) == {schedule.instalment}
    # Each month rounds off at most half a rupiah twice, which then grows with interest.
    rounding = sum((1 + float(rate) / 12) ** month for month in range(tenor)) + 1
    assert abs(schedule.last_instalment - schedule.instalment) <= rounding


@untimed
@given(amount=amounts, tenor=tenors, rate=rates)
def test_interest_is_charged_on_what_is_still_owed(amount: int, tenor: int, rate: Decimal) -> None:
    schedule = annuity(amount, tenor, rate)
    for month, charged in enumerate(schedule.interest):
        owed = amount - sum(schedule.principal[:month])
        assert abs(charged - float(owed * rate / 12)) <= 0.5


@untimed
@given(kind=repayments, amount=amounts, tenor=tenors, pair=st.tuples(rates, rates))
def test_a_higher_rate_costs_more(
    kind: str, amount: int, tenor: int, pair: tuple[Decimal, Decimal]
) -> None:
    low, high = sorted(pair)
    cheap, dear = REPAYMENTS[kind](amount, tenor, low), REPAYMENTS[kind](amount, tenor, high)
    assert (cheap.total_interest < dear.total_interest) == (low < high)


@untimed
@given(amount=amounts, tenor=tenors, rate=rates.filter(bool))
def test_flat_costs_more_than_the_same_rate_effective(
    amount: int, tenor: int, rate: Decimal
) -> None:
    assert flat(amount, tenor, rate).total > annuity(amount, tenor, rate).total


@pytest.mark.parametrize("kind", sorted(REPAYMENTS))
def test_a_loan_without_a_price_repays_what_was_lent(kind: str) -> None:
    schedule = REPAYMENTS[kind](1_000_000, 3, Decimal(0))
    assert schedule.instalments == (333_333, 333_333, 333_334)
    assert schedule.total_interest == 0
    assert apr(schedule.instalments, schedule.amount) == 0.0


@untimed
@given(
    kind=repayments,
    amount=amounts,
    tenor=tenors,
    rate=rates.filter(bool),
    kept=st.integers(0, 200),
)
def test_apr_agrees_with_an_independent_rate_of_return(
    kind: str, amount: int, tenor: int, rate: Decimal, kept: int
) -> None:
    schedule = REPAYMENTS[kind](amount, tenor, rate)
    received = amount - amount * kept // 1000
    monthly = pyxirr.irr([-received, *schedule.instalments])
    assert monthly is not None
    assert apr(schedule.instalments, received) == pytest.approx(12 * monthly, rel=1e-7, abs=1e-10)


@untimed
@given(amount=amounts, tenor=tenors, rate=rates)
def test_apr_without_fees_is_the_effective_rate(amount: int, tenor: int, rate: Decimal) -> None:
    schedule = annuity(amount, tenor, rate)
    # A rupiah of rounding in an instalment of the smallest loan moves the rate by this much.
    assert apr(schedule.instalments, amount) == pytest.approx(float(rate), abs=2e-5)


@untimed
@given(amount=amounts, tenor=tenors, rate=rates, fee=st.integers(1, 200))
def test_apr_with_fees_is_above_the_nominal_rate(
    amount: int, tenor: int, rate: Decimal, fee: int
) -> None:
    schedule = annuity(amount, tenor, rate)
    received = amount - amount * fee // 1000
    assert apr(schedule.instalments, received) > apr(schedule.instalments, amount)
    assert apr(schedule.instalments, received) > rate


def test_a_price_of_many_times_the_loan_is_still_found() -> None:
    # One instalment of 100 for 1 received: (1 + i) = 100.
    assert apr((100,), 1) == pytest.approx(12 * 99)
    assert apr((0,) * 59 + (10**9,), 1) == pytest.approx(12 * (10 ** (9 / 60) - 1))


@pytest.mark.parametrize(("instalments", "received"), [((5, 5), 0), ((5, 5), -1), ((5, 5), 11)])
def test_a_price_that_does_not_exist_is_refused(
    instalments: tuple[int, ...], received: int
) -> None:
    with pytest.raises(BadInput) as caught:
        apr(instalments, received)
    assert caught.value.code == "bad-loan"


def test_a_product_makes_the_schedule_of_its_terms() -> None:
    assert schedule_of(product(), TEN_MILLION, 24) == annuity(TEN_MILLION, 24, Decimal("0.06"))
    flat_terms = product(**FLAT, rate="0.12")
    assert schedule_of(flat_terms, TEN_MILLION, 12) == flat(TEN_MILLION, 12, Decimal("0.12"))
