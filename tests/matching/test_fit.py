"""What would make a product fit does make it fit, and nothing less does."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import affordability
from matching.affordability import burden
from matching.applicant import Applicant
from matching.fit import Change, fits, largest_affordable_amount, least_change
from matching.offer import match
from matching.price import price_of
from matching.product import Product
from matching.shelf import load_products
from tests.matching.cases import (
    APPLICANT,
    FLAT,
    TODAY,
    amounts,
    every_terms,
    product,
    rates,
    rule,
    untimed,
)
from tests.matching.test_many import applicants, shelves

# Thousands of calls of few lines, which other tests cover too: counting them takes as long again.
pytestmark = pytest.mark.no_cover

EXAMPLES = load_products()

PAPERS = ("ktp", "kk", "sku", "nib", "npwp")

money = st.integers(0, 40_000_000)


def _change(applicant: Applicant, **terms: object) -> Change | None:
    return least_change(applicant, product(**terms), PAPERS)


def _offered(applicant: Applicant, loan: Product) -> bool:
    return bool(match(applicant, [loan], on=TODAY, examples=True).offers)


def test_an_amount_or_tenor_outside_the_limits_moves_to_the_limit() -> None:
    rich = replace(APPLICANT, monthly_income=80_000_000.0)
    assert _change(replace(rich, amount=60_000_000)) == Change(50_000_000, 24)
    assert _change(replace(rich, amount=400_000)) == Change(1_000_000, 24)
    assert _change(replace(rich, tenor_months=48)) == Change(10_000_000, 36)
    assert _change(replace(rich, tenor_months=1)) == Change(10_000_000, 3)
    assert _change(replace(rich, amount=60_000_000, tenor_months=48)) == Change(50_000_000, 36)


def test_what_is_too_heavy_takes_longer_or_is_less_whichever_is_the_smaller_change() -> None:
    # 1,600,000 a month are affordable: 40 million at 6% take 27 months and 36 million 24 months.
    heavy = replace(APPLICANT, amount=40_000_000)
    tenor_only, amount_only = _change(heavy), _change(heavy, tenor_max=24)
    assert tenor_only is not None
    assert amount_only is not None
    assert (amount_only.tenor_months, amount_only.documents) == (24, ())
    assert 36_000_000 < amount_only.amount < 36_200_000
    assert tenor_only in {amount_only, Change(40_000_000, 27)}
    assert tenor_only.size(heavy) <= min(
        amount_only.size(heavy), Change(40_000_000, 27).size(heavy)
    )


def test_both_change_where_neither_alone_is_enough() -> None:
    heavy = replace(APPLICANT, amount=90_000_000, tenor_months=12)
    change = _change(heavy, amount_max=80_000_000, tenor_min=24)
    assert change is not None
    assert (change.tenor_months, change.documents) == (24, ())
    assert 36_000_000 < change.amount < 36_200_000


def test_papers_that_can_be_brought_are_told_and_no_more_than_needed() -> None:
    rules = [
        rule(field="documents", op="has_all", value=["ktp", "npwp"]),
        rule(field="documents", op="has_any", value=["nib", "sku"]),
    ]
    bare = replace(APPLICANT, documents=None)
    asked = (APPLICANT.amount, APPLICANT.tenor_months)
    assert _change(bare, eligibility=rules) == Change(*asked, ("ktp", "npwp", "sku"))
    assert _change(APPLICANT, eligibility=rules) == Change(*asked, ("npwp",))


def test_a_paper_that_nobody_can_just_bring_is_never_told() -> None:
    title = rule(field="documents", op="has_any", value=["land"], above_amount=5_000_000)
    assert _change(APPLICANT, eligibility=[title]) == Change(5_000_000, 24)
    always = rule(field="documents", op="has_any", value=["land"])
    assert _change(APPLICANT, eligibility=[always]) is None


@pytest.mark.parametrize(
    ("changes", "terms"),
    [
        ({"months_running": 3}, {"eligibility": [rule()]}),
        ({"months_running": None}, {"eligibility": [rule()]}),
        ({"monthly_income": None}, {}),
        ({"monthly_income": 4_000_000.0}, {}),
        ({"probability_of_default": 0.2}, {"max_pd": 0.1}),
        ({"probability_of_default": None}, {"max_pd": 0.1}),
    ],
)
def test_what_is_in_nobodys_hands_is_no_change(
    changes: dict[str, object], terms: dict[str, object]
) -> None:
    assert _change(replace(APPLICANT, **changes), **terms) is None  # type: ignore[arg-type]


@untimed
@given(applicant=applicants, shelf=shelves)
def test_a_product_fits_after_its_change_and_not_before(
    applicant: Applicant, shelf: list[Product]
) -> None:
    for loan in (*(one for one in EXAMPLES if one.offerable(TODAY, examples=True)), *shelf):
        change = least_change(applicant, loan, PAPERS)
        if change is not None:
            assert _offered(change.made(applicant), loan)
            assert set(change.documents) <= set(PAPERS) - (applicant.documents or frozenset())
        nothing = Change(applicant.amount, applicant.tenor_months)
        assert (change == nothing) == _offered(applicant, loan)


@untimed
@given(applicant=applicants, loan=shelves.filter(bool).map(lambda shelf: shelf[0]))
def test_where_no_change_is_told_no_simple_one_helps(applicant: Applicant, loan: Product) -> None:
    if least_change(applicant, loan, PAPERS) is None:
        held = (applicant.documents or frozenset()) | set(PAPERS)
        for amount in (loan.amount_min, min(applicant.amount, loan.amount_max)):
            for tenor in (loan.tenor_min, applicant.tenor_months, loan.tenor_max):
                asked = replace(applicant, amount=amount, tenor_months=tenor, documents=held)
                assert not _offered(asked, loan)


@untimed
@given(applicant=applicants)
def test_every_product_on_offer_is_answered_as_the_matcher_answers(applicant: Applicant) -> None:
    told = fits(applicant, EXAMPLES, on=TODAY, examples=True, papers=PAPERS)
    matches = match(applicant, EXAMPLES, on=TODAY, examples=True)
    assert tuple(one.unfit for one in told if one.unfit) == matches.unfit
    offered = {offer.product_id for offer in matches.offers}
    assert {one.product.product_id for one in told if one.unfit is None} == offered
    assert all(one.change is None for one in told if one.unfit is None)
    for one in told:
        if one.unfit is None:
            assert one.largest_affordable_amount is not None
            assert one.largest_affordable_amount >= applicant.amount


def test_nothing_is_told_of_what_may_not_be_offered() -> None:
    assert fits(APPLICANT, EXAMPLES, on=TODAY, examples=False, papers=PAPERS) == ()


def _affordable(loan: Product, applicant: Applicant, amount: int, tenor: int) -> bool:
    monthly = burden(loan, price_of(loan, tenor).repaid(amount).largest)
    return not affordability.failures(applicant, monthly)


@untimed
@given(
    income=money,
    spending=money,
    tenor=st.integers(3, 60),
    rate=rates,
    terms=every_terms,
    top=amounts,
)
def test_the_largest_affordable_amount_is_the_last_one_that_is(
    income: int, spending: int, tenor: int, rate: Decimal, terms: dict[str, object], top: int
) -> None:
    loan = product(rate=rate, amount_max=top, **terms)
    applicant = replace(APPLICANT, monthly_income=float(income), monthly_spending=float(spending))
    largest = largest_affordable_amount(loan, applicant, tenor)
    assert largest is not None
    if largest:
        assert loan.amount_min <= largest <= loan.amount_max
        assert _affordable(loan, applicant, largest, tenor)
    # Rounding moves an instalment by a rupiah, and the last by as many as there are instalments.
    first = max(largest + 1, loan.amount_min)
    for amount in range(first, min(first + 300, loan.amount_max + 1)):
        assert not _affordable(loan, applicant, amount, tenor)


@untimed
@given(
    income=st.integers(0, 400),
    tenor=st.integers(3, 60),
    rate=rates,
    terms=every_terms,
)
def test_even_of_loans_of_some_rupiah_none_larger_is_affordable(
    income: int, tenor: int, rate: Decimal, terms: dict[str, object]
) -> None:
    loan = product(rate=rate, amount_min=1, amount_max=1_500, **terms)
    applicant = replace(APPLICANT, monthly_income=float(income), monthly_spending=0.0)
    affordable = [a for a in range(1, 1_501) if _affordable(loan, applicant, a, tenor)]
    assert largest_affordable_amount(loan, applicant, tenor) == max(affordable, default=0)


def test_the_largest_affordable_amount_is_the_worth_of_the_affordable_instalment() -> None:
    # The share allows 0.4 · 4 000 000 = 1 600 000; the stress 2 400 000 ÷ 1.25 = 1 920 000.
    largest = largest_affordable_amount(product(), APPLICANT, 24)
    # The last instalment may be some rupiah larger than the others, which costs some.
    worth = sum(1_600_000 / 1.005**month for month in range(1, 25))
    assert largest == pytest.approx(worth, abs=30)
    flat = largest_affordable_amount(product(**FLAT), APPLICANT, 24)
    assert flat == pytest.approx(1_600_000 / (1 / 24 + 0.005), abs=30)


def test_the_largest_affordable_amount_is_not_known_without_a_cash_flow() -> None:
    unknown = replace(APPLICANT, monthly_income=None)
    assert largest_affordable_amount(product(), unknown, 24) is None
    poor = replace(APPLICANT, monthly_income=4_000_000.0)
    assert largest_affordable_amount(product(), poor, 24) == 0
