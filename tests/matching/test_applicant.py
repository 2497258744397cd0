"""An applicant is what is asked and what is known, and nothing protected."""

from __future__ import annotations

import dataclasses
import math
from typing import get_args

import pytest

from features.errors import BadInput
from matching.applicant import Applicant, Field
from tests.matching.cases import APPLICANT, TODAY


def test_only_what_is_asked_must_be_given() -> None:
    nobody = Applicant(TODAY, amount=1, tenor_months=1, probability_of_default=0.5)
    assert set(nobody.facts().values()) == {None}
    assert nobody.existing_instalments == 0


def test_the_facts_are_exactly_those_a_rule_may_ask_about() -> None:
    assert set(APPLICANT.facts()) == set(get_args(Field))


def test_documents_are_told_in_alphabetical_order_and_none_is_not_unknown() -> None:
    assert APPLICANT.facts()["documents"] == ("kk", "ktp", "nib")
    bare = dataclasses.replace(APPLICANT, documents=frozenset())
    assert bare.facts()["documents"] == ()


def test_an_applicant_with_other_values_is_checked_as_any_other() -> None:
    assert APPLICANT.having(amount=7, kbli=None) == dataclasses.replace(
        APPLICANT, amount=7, kbli=None
    )
    with pytest.raises(BadInput) as caught:
        APPLICANT.having(amount=0)
    assert caught.value.where == "amount"


def test_an_applicant_carries_no_protected_attribute() -> None:
    names = {field.name for field in dataclasses.fields(Applicant)}
    assert names.isdisjoint(
        {"gender", "sex", "age", "birth_date", "religion", "disability", "marital_status", "nik"}
    )


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("amount", 0),
        ("tenor_months", 0),
        ("tenor_months", 601),
        ("probability_of_default", -0.1),
        ("probability_of_default", 1.1),
        ("probability_of_default", math.nan),
        ("purpose", "wedding"),
        ("documents", frozenset({"passport"})),
        ("months_running", -1),
        ("active_bank_loans", -1),
        ("monthly_income", -1.0),
        ("monthly_income", math.nan),
        ("monthly_spending", math.inf),
        ("existing_instalments", -1),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(name: str, wrong: object) -> None:
    values = {field.name: getattr(APPLICANT, field.name) for field in dataclasses.fields(APPLICANT)}
    with pytest.raises(BadInput) as caught:
        Applicant(**{**values, name: wrong})
    assert (caught.value.code, caught.value.where) == ("bad-applicant", name)
