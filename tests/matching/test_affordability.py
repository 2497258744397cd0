"""A loan is affordable when a weaker month still carries it, and unknown is not unaffordable."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.affordability import Policy, burden, failures, measure
from tests.matching.cases import APPLICANT, product, untimed

money = st.integers(0, 40_000_000)


def test_cover_and_share_are_what_is_left_over_against_all_instalments() -> None:
    applicant = replace(APPLICANT, existing_instalments=200_000)
    measured = measure(applicant, 600_000)
    assert measured is not None
    assert measured.instalments == 800_000
    assert measured.dscr == pytest.approx(2_400_000 / 800_000)
    assert measured.share == pytest.approx(800_000 / 4_000_000)
    assert failures(applicant, 600_000) == ()


def test_an_income_too_low_for_the_stress_is_told_with_the_income_it_takes() -> None:
    # 1.25 · 2 000 000 + 4 000 000 = 6 500 000 must be left of 80% of the income.
    tight = replace(APPLICANT, monthly_income=8_000_000.0)
    codes = {reason.code: reason for reason in failures(tight, 2_000_000)}
    assert (codes["R01"].found, codes["R01"].required) == (8_000_000, 8_125_000)
    assert (codes["R02"].found, codes["R02"].required) == (0.5, 0.4)
    assert not codes["R01"].unknown


def test_purchases_fall_with_sales_and_the_rest_of_the_spending_stays() -> None:
    # 8 in, 4 out of which 3 buy stock: the stress leaves 0.8 · (8 - 3) - (4 - 3) = 3.
    trader = replace(APPLICANT, monthly_purchases=3_000_000.0)
    measured = measure(trader, 1_000_000)
    assert measured is not None
    assert measured.dscr == pytest.approx(3.0)


def test_the_income_a_trader_needs_keeps_the_purchases_they_have() -> None:
    # (1.25 · 3 000 000 + 1 000 000) / 0.8 + 3 000 000 = 8 937 500
    trader = replace(APPLICANT, monthly_purchases=3_000_000.0)
    codes = {reason.code: reason for reason in failures(trader, 3_000_000)}
    assert codes["R01"].required == 8_937_500


def test_the_thresholds_themselves_are_affordable() -> None:
    # 2 400 000 ÷ 1.25 = 1 920 000 for the cover; 0.4 · 4 000 000 = 1 600 000 for the share.
    cover_alone = Policy(largest_share=1.0)
    assert failures(APPLICANT, 1_920_000, cover_alone) == ()
    assert [r.code for r in failures(APPLICANT, 1_920_001, cover_alone)] == ["R01"]
    assert failures(APPLICANT, 1_600_000) == ()
    assert [r.code for r in failures(APPLICANT, 1_600_001)] == ["R02"]


def test_a_wide_margin_is_held_back_by_the_share_alone() -> None:
    # 10 in, 1 out: the stress leaves 7, cover 7/4 = 1.75; the share is 4/9.
    wide = replace(APPLICANT, monthly_income=10_000_000.0, monthly_spending=1_000_000.0)
    assert [reason.code for reason in failures(wide, 4_000_000)] == ["R02"]


def test_a_business_that_keeps_nothing_has_no_share_and_too_little_income() -> None:
    spent = replace(APPLICANT, monthly_spending=8_000_000.0)
    measured = measure(spent, 100_000)
    assert measured is not None
    assert measured.share is None
    assert measured.dscr == pytest.approx(-16.0)
    assert [reason.code for reason in failures(spent, 100_000)] == ["R01"]


@pytest.mark.parametrize(
    ("income", "spending", "fields"),
    [
        (None, 1.0, ["monthly_income"]),
        (1.0, None, ["monthly_spending"]),
        (None, None, ["monthly_income", "monthly_spending"]),
    ],
)
def test_what_is_not_known_is_told_as_unknown(
    income: float | None, spending: float | None, fields: list[str]
) -> None:
    unknown = replace(APPLICANT, monthly_income=income, monthly_spending=spending)
    reasons = failures(unknown, 100_000)
    assert measure(unknown, 100_000) is None
    assert [reason.field for reason in reasons] == fields
    assert {(reason.code, reason.op, reason.unknown) for reason in reasons} == {
        ("R25", "known", True)
    }


@pytest.mark.parametrize(
    ("terms", "monthly"),
    [
        ({}, 50_000),
        # 50,000 a week is 52 · 50,000 ÷ 12 = 216,666.67 a month.
        ({"period": "weekly"}, 216_667),
        # 50,000 at each harvest is 50,000 ÷ 3 = 16,666.67 a month.
        ({"period": "seasonal", "season_months": 3}, 16_667),
    ],
)
def test_an_instalment_of_another_period_counts_by_the_month(
    terms: dict[str, object], monthly: int
) -> None:
    assert burden(product(**terms), 50_000) == monthly


@untimed
@given(income=money, spending=money, owed=st.integers(0, 3_000_000), new=st.integers(1, 9_000_000))
def test_the_answer_is_the_two_inequalities_in_exact_numbers(
    income: int, spending: int, owed: int, new: int
) -> None:
    cover = Fraction(8, 10) * income - spending - Fraction(5, 4) * (owed + new)
    share = Fraction(2, 5) * (income - spending) - (owed + new)
    assume(abs(cover) > 1 and abs(share) > 1)
    applicant = replace(
        APPLICANT,
        monthly_income=float(income),
        monthly_spending=float(spending),
        existing_instalments=owed,
    )
    assert (failures(applicant, new) == ()) == (cover > 0 and share > 0)


@untimed
@given(income=money, spending=money, first=st.integers(1, 9_000_000), more=st.integers(0, 10**7))
def test_a_larger_instalment_is_never_more_affordable(
    income: int, spending: int, first: int, more: int
) -> None:
    applicant = replace(APPLICANT, monthly_income=float(income), monthly_spending=float(spending))
    if failures(applicant, first):
        assert failures(applicant, first + more)


def test_the_policy_sets_the_thresholds() -> None:
    strict = Policy(sales_kept=0.6, least_dscr=1.5, largest_share=0.1)
    assert failures(APPLICANT, 500_000) == ()
    reasons = failures(APPLICANT, 500_000, strict)
    # (1.5 · 500 000 + 4 000 000) ÷ 0.6 = 7 916 667; the share is 0.125.
    assert [(reason.code, reason.required) for reason in reasons] == [("R02", 0.1)]
    assert (
        failures(replace(APPLICANT, monthly_income=7_916_667.0), 500_000, strict)[0].code == "R02"
    )
    assert (
        failures(replace(APPLICANT, monthly_income=7_916_666.0), 500_000, strict)[0].code == "R01"
    )
