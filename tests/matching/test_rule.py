"""A rule is refused unless it can be judged, and asks less of those it is relaxed for."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from matching.applicant import DOCUMENTS
from matching.rule import OPS, Rule
from tests.matching.cases import rule

GOOD_VALUES: dict[str, object] = {
    "at_least": 3,
    "at_most": 3,
    "is": True,
    "one_of": ["other"],
    "none_of": ["other"],
    "starts_with": ["47"],
}


@pytest.mark.parametrize(("field", "op"), [(field, op) for field in OPS for op in OPS[field]])
def test_every_field_takes_the_ops_listed_for_it(field: str, op: str) -> None:
    value = ["nib", "sku"] if field == "documents" else GOOD_VALUES[op]
    assert Rule.model_validate(rule(field=field, op=op, value=value)).op == op


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"field": "gender"}, "field"),
        ({"op": "more_than"}, "op"),
        ({"op": "has_all"}, "op"),
        ({"value": True}, "value"),
        ({"value": -1}, "value"),
        ({"value": ["six"]}, "value"),
        ({"value": 6.5}, "value"),
        ({"field": "documents", "op": "has_any", "value": []}, "value"),
        ({"field": "documents", "op": "has_any", "value": ["passport"]}, "value"),
        ({"field": "purpose", "op": "one_of", "value": ["wedding"]}, "value"),
        ({"field": "programme_loan", "op": "is", "value": 1}, "value"),
        ({"field": "kbli", "op": "starts_with", "value": [47]}, "value"),
        ({"reason_code": "6"}, "reason_code"),
        ({"citation": " "}, "citation"),
        ({"above_amount": -1}, "above_amount"),
        ({"above_amount": 1.5}, "above_amount"),
        ({"relaxed": {"document": "training", "value": ["three"]}}, "relaxed"),
        ({"relaxed": {"document": "passport", "value": 3}}, "relaxed"),
        ({"commission": 1}, "commission"),
    ],
)
def test_a_rule_that_cannot_be_judged_is_refused_where_it_is_wrong(
    wrong: dict[str, object], place: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        Rule.model_validate(rule(**wrong))
    assert caught.value.errors()[0]["loc"][0] == place


def test_a_flag_stays_a_flag_and_a_number_a_number() -> None:
    flag = Rule.model_validate(rule(field="programme_loan", op="is", value=False))
    assert flag.value is False
    assert type(Rule.model_validate(rule(value=1)).value) is int


@pytest.mark.parametrize(
    ("op", "value", "demanded"),
    [
        ("has_all", ["group"], {"group"}),
        ("has_all", ["ktp", "group"], {"ktp", "group"}),
        ("has_any", ["group"], {"group"}),
        ("has_any", ["member", "group"], set()),
    ],
)
def test_a_rule_demands_the_documents_nobody_meets_it_without(
    op: str, value: list[str], demanded: set[str]
) -> None:
    asked = Rule.model_validate(rule(field="documents", op=op, value=value))
    assert {document for document in DOCUMENTS if asked.demands(document)} == demanded
    assert not any(map(Rule.model_validate(rule()).demands, DOCUMENTS))


def test_a_relaxed_rule_asks_less_of_those_who_hold_the_document() -> None:
    relaxed = Rule.model_validate(rule(relaxed={"document": "training", "value": 3}))
    assert relaxed.asks(frozenset({"training"})) == 3
    assert relaxed.asks(frozenset({"ktp"})) == 6
    assert relaxed.asks(None) == 6
    assert Rule.model_validate(rule()).asks(frozenset({"training"})) == 6
