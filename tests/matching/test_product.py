"""A product says what its lender means, and is offered only while that holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from matching.product import Fee, Product
from tests.matching.cases import HUNDRED_THOUSAND, ONE_PERCENT, TODAY, product, rule, untimed

days = st.dates(date(2025, 1, 1), date(2028, 1, 1))


def test_a_verified_product_in_force_may_be_offered() -> None:
    assert product().offerable(TODAY, examples=False)


@untimed
@given(on=days, start=days, length=st.integers(0, 900), verified=st.none() | days)
def test_a_product_expired_or_unverified_is_never_offerable(
    on: date, start: date, length: int, verified: date | None
) -> None:
    end = start + timedelta(days=length)
    terms = product(
        effective_from=start,
        effective_to=end,
        verified_at=verified,
        verified_by=None if verified is None else "an officer",
    )
    stale = on < start or on > end or verified is None or verified > on
    assert terms.offerable(on, examples=True) is not stale
    assert terms.offerable(on, examples=False) is not stale


@pytest.mark.parametrize(
    ("on", "changes", "state"),
    [
        (TODAY, {}, "offered"),
        (TODAY, {"example": True}, "example"),
        (TODAY, {"verified_by": None, "verified_at": None}, "unverified"),
        (date(2026, 1, 4), {}, "unverified"),
        (date(2026, 1, 5), {"effective_from": date(2026, 1, 6)}, "not_yet_in_force"),
        (date(2026, 12, 31), {}, "offered"),
        (date(2027, 1, 1), {}, "expired"),
        (date(2027, 1, 1), {"verified_by": None, "verified_at": None}, "expired"),
    ],
)
def test_a_product_has_one_state_on_a_day(on: date, changes: dict[str, object], state: str) -> None:
    assert product(**changes).state(on) == state


@untimed
@given(on=days)
def test_an_example_is_never_offerable_in_earnest(on: date) -> None:
    assert not product(example=True).offerable(on, examples=False)


def test_an_example_is_offerable_for_demonstration_from_its_first_to_its_last_day() -> None:
    example = product(example=True, verified_at=date(2025, 12, 1))
    offered = [
        example.offerable(day, examples=True)
        for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    ]
    assert offered == [False, True, True, False]


@pytest.mark.parametrize(
    ("fee", "amount", "rupiah"),
    [
        (ONE_PERCENT, 10_000_000, 100_000),
        (ONE_PERCENT, 149, 1),
        (ONE_PERCENT, 150, 2),
        ({"name": "survey", "kind": "percent", "value": "0.0125"}, 3_333_333, 41_667),
        (HUNDRED_THOUSAND, 1, 100_000),
        (HUNDRED_THOUSAND, 10_000_000, 100_000),
    ],
)
def test_a_fee_is_rounded_half_up_to_the_rupiah(
    fee: dict[str, str], amount: int, rupiah: int
) -> None:
    assert Fee.model_validate(fee).on(amount) == rupiah


def test_the_fees_of_a_product_add_up() -> None:
    assert product(fees=[ONE_PERCENT, HUNDRED_THOUSAND]).fees_on(10_000_000) == 200_000
    assert product().fees_on(10_000_000) == 0


def test_a_product_survives_the_way_to_json_and_back() -> None:
    terms = product(
        fees=[ONE_PERCENT, HUNDRED_THOUSAND],
        eligibility=[
            rule(relaxed={"document": "training", "value": 3}),
            rule(field="documents", op="has_any", value=["bpkb", "land"], reason_code="R22"),
            rule(field="programme_loan", op="is", value=False, reason_code="R14"),
        ],
        collateral="additional",
        max_pd=0.08,
    )
    again = Product.model_validate_json(terms.model_dump_json())
    assert again == terms
    assert str(again.rate) == "0.06"


def test_a_product_cannot_be_changed() -> None:
    terms = product()
    for name in ("rate", "lender", "max_pd"):
        with pytest.raises(ValidationError):
            setattr(terms, name, None)


def test_no_rule_can_ask_about_a_protected_attribute() -> None:
    for field in ("gender", "age", "religion", "marital_status", "disability", "nik"):
        with pytest.raises(ValidationError):
            product(eligibility=[rule(field=field)])
