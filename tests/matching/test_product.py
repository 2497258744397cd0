"""A product says what its lender means, and is offered only while that holds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from matching.fee import Fee
from matching.product import Product
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
    "changes",
    [
        {"amount_max": 10**15 + 1},
        {"tenor_max": 1201},
        {"instalments_max": 10**30},
        {"quota": 10**30},
        {"name": "x" * 501},
        {"note": "x" * 2001},
        {"eligibility": [rule(value=10**40)]},
        {"eligibility": [rule(above_amount=10**40)]},
    ],
)
def test_what_could_not_be_told_beside_others_is_no_term(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        product(**changes)


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


@untimed
@given(
    fees=st.lists(
        st.builds(
            lambda kind, value: {"name": "f", "kind": kind, "value": value},
            st.sampled_from(["percent", "fixed"]),
            st.sampled_from(["0", "0.01", "0.3", "0.5", "1", "5", "500"]),
        ).filter(lambda fee: fee["kind"] == "percent" or "." not in fee["value"]),
        max_size=3,
    ),
    deposit=st.sampled_from(["0", "0.05", "0.3", "1"]),
    least=st.integers(1, 2_000),
    above=st.integers(0, 2_000),
)
def test_something_of_every_amount_is_paid_out(
    fees: list[dict[str, str]], deposit: str, least: int, above: int
) -> None:
    try:
        terms = product(fees=fees, deposit=deposit, amount_min=least)
    except ValidationError as wrong:
        assume([error["loc"][0] for error in wrong.errors()] == ["fees"])
        exact = sum(
            Decimal(fee["value"]) * (least if fee["kind"] == "percent" else 1) for fee in fees
        )
        assert exact + Decimal(deposit) * least + 2 >= least
    else:
        amount = least + above
        assert terms.fees_on(amount) + terms.deposit_on(amount) < amount


def test_a_deposit_is_rounded_half_up_to_the_rupiah() -> None:
    deposited = product(deposit="0.05")
    assert [deposited.deposit_on(n) for n in (2_000_000, 9, 10, 29, 30)] == [100_000, 0, 1, 1, 2]
    assert product().deposit_on(2_000_000) == 0


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


GROUP = rule(field="documents", op="has_all", value=["ktp", "group"], reason_code="R45")
EITHER = rule(field="documents", op="has_any", value=["group", "member"], reason_code="R45")


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"contract": "qardh"}, "rate"),
        ({"contract": "qardh", "rate": "0"}, None),
        ({"fees": [HUNDRED_THOUSAND], "amount_min": 100_000}, "fees"),
        ({"fees": [HUNDRED_THOUSAND], "amount_min": 100_001}, None),
        ({"fees": [ONE_PERCENT], "deposit": "0.99"}, "fees"),
        ({"deposit": "1"}, "fees"),
        ({"deposit": "1.1"}, "deposit"),
        ({"rate": "0.0000000001"}, None),
        ({"rate": "0.00000000001"}, "rate"),
        ({"rate": "1e-9999999"}, "rate"),
        ({"deposit": "1e-9999999"}, "deposit"),
        ({"fees": [{"name": "f", "kind": "percent", "value": "1e-9999999"}]}, "fees"),
        ({"tenor_max": 600}, None),
        ({"tenor_max": 601}, "tenor_max"),
        ({"period": "seasonal"}, "season_months"),
        ({"season_months": 3}, "season_months"),
        ({"period": "seasonal", "season_months": 4}, "season_months"),
        ({"period": "seasonal", "season_months": 3}, None),
        ({"period": "seasonal", "season_months": 0}, "season_months"),
        ({"instalments_max": 0}, "instalments_max"),
        ({"applicant_kind": "group"}, "applicant_kind"),
        ({"applicant_kind": "group", "eligibility": [EITHER]}, "applicant_kind"),
        ({"applicant_kind": "group", "eligibility": [rule(), GROUP]}, None),
        ({"eligibility": [GROUP]}, "applicant_kind"),
        ({"eligibility": [EITHER]}, None),
        ({"applicant_kind": "women"}, "applicant_kind"),
        ({"exclusive_with": ["seed"]}, "exclusive_with"),
        ({"exclusive_with": ["husk", "husk"]}, "exclusive_with"),
        ({"exclusive_with": ["husk", "straw"]}, None),
        ({"quota": -1}, "quota"),
        ({"quota": 0}, None),
    ],
)
def test_terms_that_make_no_sense_together_are_refused_where_they_meet(
    terms: dict[str, object], field: str | None
) -> None:
    if field is None:
        assert product(**terms).product_id == "seed"
        return
    with pytest.raises(ValidationError) as caught:
        product(**terms)
    assert {error["loc"][0] for error in caught.value.errors()} == {field}


def test_the_members_of_a_cooperative_need_no_letter_of_a_group() -> None:
    member = rule(field="documents", op="has_all", value=["member"], reason_code="R45")
    assert product(eligibility=[member]).applicant_kind == "individual"
