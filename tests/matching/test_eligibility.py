"""Every limit and rule that is not met is told, with its citation and the two values."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matching.applicant import Fact
from matching.eligibility import failures
from matching.reason import Reason
from matching.rule import Rule
from tests.matching.cases import APPLICANT, product, rule, untimed

CITED = "Permenko 1/2023"
SOURCE = "the lender's letter of 2 January 2026"


def _limits(amount: int, tenor: int) -> tuple[Reason, ...]:
    return failures(product(), replace(APPLICANT, amount=amount, tenor_months=tenor))


def test_an_applicant_within_all_limits_has_nothing_against_them() -> None:
    assert failures(product(eligibility=[rule()]), APPLICANT) == ()


@pytest.mark.parametrize(
    ("amount", "tenor"), [(1_000_000, 3), (50_000_000, 36), (1_000_000, 36), (50_000_000, 3)]
)
def test_the_ends_of_the_limits_are_within_them(amount: int, tenor: int) -> None:
    assert _limits(amount, tenor) == ()


def test_an_amount_or_tenor_outside_the_limits_is_told_with_the_limit() -> None:
    assert _limits(999_999, 2) == (
        Reason("R23", "amount", "at_least", 999_999, 1_000_000, SOURCE),
        Reason("R23", "tenor_months", "at_least", 2, 3, SOURCE),
    )
    assert _limits(50_000_001, 37) == (
        Reason("R23", "amount", "at_most", 50_000_001, 50_000_000, SOURCE),
        Reason("R23", "tenor_months", "at_most", 37, 36, SOURCE),
    )


def test_a_product_for_cooperatives_never_fits_a_business() -> None:
    (reason,) = failures(product(applicant_kind="cooperative"), APPLICANT)
    told = Reason("R24", "applicant_kind", "is", "individual", "cooperative", SOURCE)
    assert (reason, reason.unknown) == (told, False)


def test_a_member_of_a_group_applies_by_the_letter_of_the_group() -> None:
    asked = rule(field="documents", op="has_all", value=["group"], reason_code="R45")
    terms = product(applicant_kind="group", eligibility=[asked])
    assert [reason.code for reason in failures(terms, APPLICANT)] == ["R45"]
    assert failures(terms, replace(APPLICANT, documents=frozenset({"group"}))) == ()


@pytest.mark.parametrize(
    ("held", "found"),
    [({"husk", "seed"}, ("husk",)), ({"husk", "straw"}, ("husk", "straw")), (None, None)],
)
def test_a_loan_that_cannot_stand_beside_one_that_is_running_is_told(
    held: set[str] | None, found: Fact | None
) -> None:
    terms = product(exclusive_with=["straw", "husk"])
    holding = replace(APPLICANT, held_products=None if held is None else frozenset(held))
    (reason,) = failures(terms, holding)
    asked = ("straw", "husk")
    assert reason == Reason("R14", "held_products", "none_of", found, asked, SOURCE)
    assert reason.unknown == (held is None)


def test_what_is_held_matters_only_to_a_product_that_excludes_it() -> None:
    for held in (None, frozenset[str](), frozenset({"seed", "chaff"})):
        holding = replace(APPLICANT, held_products=held)
        assert failures(product(), holding) == ()
        excluding = failures(product(exclusive_with=["husk"]), holding)
        assert len(excluding) == (held is None)


@pytest.mark.parametrize(
    ("field", "op", "value", "found"),
    [
        ("months_running", "at_least", 19, 18),
        ("months_running", "at_most", 17, 18),
        ("active_bank_loans", "at_least", 1, 0),
        ("programme_loan", "is", True, False),
        ("purpose", "one_of", ["investment"], "working_capital"),
        ("purpose", "none_of", ["working_capital"], "working_capital"),
        ("kbli", "starts_with", ["56", "10"], "47112"),
        ("kecamatan", "one_of", ["33.25.01"], "33.25.08"),
        ("documents", "has_all", ["nib", "npwp"], ("kk", "ktp", "nib")),
        ("documents", "has_any", ["bpkb", "land"], ("kk", "ktp", "nib")),
    ],
)
def test_a_broken_rule_is_told_with_its_code_citation_and_both_values(
    field: str, op: str, value: object, found: Fact
) -> None:
    terms = product(eligibility=[rule(field=field, op=op, value=value)])
    (reason,) = failures(terms, APPLICANT)
    assert (reason.code, reason.field, reason.op) == ("R06", field, op)
    assert (reason.found, reason.citation, reason.unknown) == (found, CITED, False)
    assert reason.required == (tuple(value) if isinstance(value, list) else value)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("months_running", "at_least", 18),
        ("months_running", "at_most", 18),
        ("active_bank_loans", "at_most", 0),
        ("programme_loan", "is", False),
        ("purpose", "one_of", ["investment", "working_capital"]),
        ("kbli", "none_of", ["56101"]),
        ("kbli", "starts_with", ["56", "47"]),
        ("kecamatan", "none_of", ["33.25.01"]),
        ("documents", "has_all", ["nib", "ktp"]),
        ("documents", "has_any", ["sku", "nib"]),
    ],
)
def test_a_rule_that_is_met_is_silent(field: str, op: str, value: object) -> None:
    assert failures(product(eligibility=[rule(field=field, op=op, value=value)]), APPLICANT) == ()


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("months_running", "at_most", 600),
        ("active_bank_loans", "at_most", 600),
        ("programme_loan", "is", False),
        ("purpose", "none_of", ["other"]),
        ("kbli", "none_of", ["56101"]),
        ("kecamatan", "none_of", ["33.25.01"]),
        ("documents", "has_any", ["nib"]),
    ],
)
def test_a_fact_that_is_not_known_is_neither_a_pass_nor_silent(
    field: str, op: str, value: object
) -> None:
    unknown = replace(
        APPLICANT,
        months_running=None,
        active_bank_loans=None,
        programme_loan=None,
        purpose=None,
        kbli=None,
        kecamatan=None,
        documents=None,
    )
    (reason,) = failures(product(eligibility=[rule(field=field, op=op, value=value)]), unknown)
    assert reason.unknown
    assert reason.found is None
    assert reason.field == field


def test_holding_no_document_is_known() -> None:
    terms = product(eligibility=[rule(field="documents", op="has_any", value=["nib"])])
    (reason,) = failures(terms, replace(APPLICANT, documents=frozenset()))
    assert (reason.found, reason.unknown) == ((), False)


@untimed
@example(amount=5_000_000)
@example(amount=5_000_001)
@given(amount=st.integers(1_000_000, 50_000_000))
def test_a_rule_above_an_amount_binds_only_above_it(amount: int) -> None:
    terms = product(
        eligibility=[rule(field="documents", op="has_all", value=["npwp"], above_amount=5_000_000)]
    )
    assert bool(failures(terms, replace(APPLICANT, amount=amount))) == (amount > 5_000_000)


@pytest.mark.parametrize(
    ("months", "documents", "required"),
    [(3, {"training"}, None), (2, {"training"}, 3), (5, {"ktp"}, 6), (6, {"ktp"}, None)],
)
def test_training_shortens_the_months_a_business_must_have_run(
    months: int, documents: set[str], required: int | None
) -> None:
    terms = product(eligibility=[rule(relaxed={"document": "training", "value": 3})])
    applicant = replace(APPLICANT, months_running=months, documents=frozenset(documents))
    assert [reason.required for reason in failures(terms, applicant)] == (
        [] if required is None else [required]
    )


def test_every_failure_is_told_not_only_the_first() -> None:
    terms = product(
        amount_max=5_000_000,
        eligibility=[
            rule(value=24),
            rule(field="documents", op="has_any", value=["bpkb"], reason_code="R22"),
        ],
        collateral="additional",
    )
    assert [reason.code for reason in failures(terms, APPLICANT)] == ["R23", "R06", "R22"]


def test_a_rule_made_past_its_checks_is_a_fault_of_ours_not_a_pass() -> None:
    unchecked = Rule.model_construct(
        field="purpose", op="one_of", value=3, reason_code="R24", citation=CITED
    )
    terms = product().model_copy(update={"eligibility": (unchecked,)})
    with pytest.raises(TypeError, match="purpose"):
        failures(terms, APPLICANT)
