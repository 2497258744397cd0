"""Instalments of every kind of loan are exact to the rupiah."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.price import Repaid, months_of, number_of, periods_a_year, price_of
from tests.matching.cases import FLAT, amounts, every_terms, product, rates, tenors, untimed

TEN_MILLION = 10_000_000

MEKAAR = {
    "price_kind": "margin",
    "rate": "0.25",
    "repayment": "flat",
    "period": "weekly",
    "instalments_max": 50,
}


def _repaid(amount: int, tenor: int, **terms: object) -> Repaid:
    return price_of(product(**terms), tenor).repaid(amount)


def _rupiah(exact: Decimal) -> int:
    return int(exact.to_integral_value(ROUND_HALF_UP))


def test_ten_million_over_two_years_at_six_percent_effective_is_443_206_a_month() -> None:
    assert _repaid(TEN_MILLION, 24, rate="0.06").instalment == 443_206


def test_ten_million_over_two_years_at_six_percent_flat_is_466_667_a_month() -> None:
    repaid = _repaid(TEN_MILLION, 24, rate="0.06", **FLAT)
    assert repaid == (466_667, 466_659, 24)
    assert repaid.total == 11_200_000


def test_seven_percent_effective_over_three_years_is_the_3_72_flat_that_bank_jateng_states() -> (
    None
):
    total = _repaid(25_000_000, 36, rate="0.07").total
    assert round(100 * (total - 25_000_000) / 25_000_000 / 3, 2) == 3.72


def test_two_million_of_mekaar_is_fifty_weeks_of_50_000() -> None:
    assert _repaid(2_000_000, 12, **MEKAAR) == (50_000, 50_000, 50)


def test_a_daily_price_is_charged_for_every_day_of_the_year() -> None:
    # 0.1% · 365 = 36.5% of the amount lent over twelve months.
    repaid = _repaid(TEN_MILLION, 12, price_kind="per_day", rate="0.001", repayment="flat")
    assert repaid.total == 13_650_000
    weekly = _repaid(
        TEN_MILLION, 12, price_kind="per_day", rate="0.001", repayment="flat", period="weekly"
    )
    assert weekly.total == TEN_MILLION + 52 * 7 * 10_000


def test_a_margin_is_the_same_however_long_it_takes() -> None:
    terms = {"price_kind": "margin", "repayment": "flat", "contract": "murabahah", "rate": "0.15"}
    assert [_repaid(TEN_MILLION, tenor, **terms).total for tenor in (3, 7, 36)] == [11_500_000] * 3


def test_a_bullet_pays_its_price_each_period_and_the_loan_at_the_end() -> None:
    # 12% a year is 4% a season of four months.
    terms = {"rate": "0.12", "repayment": "bullet", "period": "seasonal", "season_months": 4}
    terms["tenor_min"] = 4
    assert _repaid(TEN_MILLION, 12, **terms) == (400_000, 10_400_000, 3)
    assert _repaid(TEN_MILLION, 4, **terms) == (10_400_000, 10_400_000, 1)


@pytest.mark.parametrize(
    ("terms", "tenor", "number", "months"),
    [
        ({}, 24, 24, 24),
        ({"instalments_max": 10}, 24, 10, 10),
        # 365/7 weeks are 52.14 a year: 12 months have 52 whole ones, 6 have 26, 1 has 4.
        ({"period": "weekly"}, 12, 52, 12),
        ({"period": "weekly"}, 6, 26, 6),
        ({"period": "weekly"}, 1, 4, 1),
        ({"period": "weekly", "instalments_max": 50}, 12, 50, 12),
        ({"period": "weekly", "instalments_max": 46}, 12, 46, 11),
        ({"period": "seasonal", "season_months": 4}, 12, 3, 12),
        ({"period": "seasonal", "season_months": 4}, 11, 2, 8),
        ({"period": "seasonal", "season_months": 4}, 3, 1, 4),
        ({"period": "seasonal", "season_months": 4, "instalments_max": 1}, 12, 1, 4),
    ],
)
def test_there_is_an_instalment_for_each_whole_period(
    terms: dict[str, object], tenor: int, number: int, months: int
) -> None:
    loan = product(tenor_min=4, **terms)
    assert number_of(loan, tenor) == number
    assert months_of(loan, number) == months


@pytest.mark.parametrize(
    ("terms", "periods"),
    [({}, 12), ({"period": "weekly"}, 52), ({"period": "seasonal", "season_months": 4}, 3)],
)
def test_a_year_has_so_many_periods(terms: dict[str, object], periods: int) -> None:
    assert periods_a_year(product(tenor_min=4, **terms)) == periods


@untimed
@given(amount=amounts, tenor=tenors, rate=rates)
def test_the_annuity_is_the_formula_rounded_once(amount: int, tenor: int, rate: Decimal) -> None:
    with localcontext() as context:
        context.prec = 80
        i = rate / 12
        exact = amount * i / (1 - (1 + i) ** -tenor) if i else Decimal(amount) / tenor
        repaid = _repaid(amount, tenor, rate=rate)
        assert repaid.instalment == _rupiah(exact)
        owed = Decimal(amount)
        for _ in range(tenor - 1):
            owed = owed * (1 + i) - repaid.instalment
        assert repaid.last == _rupiah(owed * (1 + i))


@untimed
@given(amount=amounts, tenor=tenors, rate=rates)
def test_the_flat_instalment_is_the_formula_rounded_once(
    amount: int, tenor: int, rate: Decimal
) -> None:
    with localcontext() as context:
        context.prec = 60
        repaid = _repaid(amount, tenor, rate=rate, **FLAT)
        assert repaid.instalment == _rupiah(Decimal(amount) / tenor + amount * rate / 12)
        assert repaid.total == amount + _rupiah(amount * rate / 12 * tenor)


@untimed
@given(amount=st.integers(1, 500_000_000), tenor=st.integers(3, 120), rate=rates, terms=every_terms)
def test_no_instalment_is_below_zero_and_all_is_repaid(
    amount: int, tenor: int, rate: Decimal, terms: dict[str, object]
) -> None:
    repaid = _repaid(amount, tenor, rate=rate, tenor_min=3, **terms)
    assert min(repaid.instalment, repaid.last) >= 0
    assert repaid.total >= amount
    assert repaid.largest == max(repaid.instalment, repaid.last)
    assert repaid.total == repaid.instalment * (repaid.number - 1) + repaid.last


@untimed
@given(amount=amounts, tenor=tenors, rate=rates, terms=every_terms)
def test_the_last_instalment_differs_only_by_rounding_unless_it_repays_the_loan(
    amount: int, tenor: int, rate: Decimal, terms: dict[str, object]
) -> None:
    loan = product(rate=rate, **terms)
    price = price_of(loan, tenor)
    repaid = price.repaid(amount)
    lent = amount if loan.repayment == "bullet" and repaid.number > 1 else 0
    # Half a rupiah is rounded off each instalment, and grows with the price until the end.
    rounding = 1 + (price.earlier / price.bottom + 1) / 2
    assert abs(repaid.last - repaid.instalment - lent) <= rounding


@untimed
@given(amount=amounts, tenor=tenors, terms=every_terms, pair=st.tuples(rates, rates))
def test_a_higher_rate_costs_more(
    amount: int, tenor: int, terms: dict[str, object], pair: tuple[Decimal, Decimal]
) -> None:
    low, high = sorted(pair)
    cheap = _repaid(amount, tenor, rate=low, **terms)
    dear = _repaid(amount, tenor, rate=min(high, Decimal(1)), **terms)
    assert (cheap.total < dear.total) == (low < high)


@untimed
@given(amount=amounts, tenor=tenors, rate=rates.filter(bool))
def test_flat_costs_more_than_the_same_rate_effective(
    amount: int, tenor: int, rate: Decimal
) -> None:
    effective = _repaid(amount, tenor, rate=rate).total
    assert _repaid(amount, tenor, rate=rate, **FLAT).total > effective


@untimed
@given(amount=amounts, tenor=tenors, terms=every_terms)
def test_a_loan_without_a_price_repays_what_was_lent(
    amount: int, tenor: int, terms: dict[str, object]
) -> None:
    assert _repaid(amount, tenor, rate="0", **terms).total == amount


@untimed
@given(amount=amounts, tenor=tenors, terms=every_terms)
def test_fewer_instalments_are_never_smaller(
    amount: int, tenor: int, terms: dict[str, object]
) -> None:
    fewer, more = (_repaid(amount, months, **terms) for months in (tenor, 2 * tenor))
    assume(more.number > fewer.number > 1)
    assert more.instalment <= fewer.instalment
