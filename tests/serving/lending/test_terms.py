"""What is proposed is read as strictly as a file, and every fault of it is told."""

from __future__ import annotations

from typing import Any

import pytest

from matching.allocation.programme import Programme
from matching.product import Product
from serving.lending import terms
from serving.lending.products import OURS
from serving.reading.faults import Faulty
from tests.matching.cases import product, rule
from tests.serving import cases

SET_HERE = {"product_id": "seed", "verified_by": None, "verified_at": None, "example": False}


def read(sent: dict[str, Any]) -> Product:
    """Return the product that was sent."""
    return terms.read(Product, sent, "bad-product", SET_HERE)


def test_right_terms_are_the_product_of_a_file_that_nobody_verified() -> None:
    assert read(cases.terms()) == product(verified_by=None, verified_at=None)


def test_every_fault_is_told_and_no_text_that_was_sent() -> None:
    wrong = cases.terms(
        amount_min=10,
        amount_max=5,
        rate=0.06,
        effective_to="tomorrow",
        eligibility=[rule(op="is")],
        commission="0.02",
        verified_by="the lender itself",
    )
    with pytest.raises(Faulty) as caught:
        read(wrong)
    told = {fault.where for fault in caught.value.faults}
    assert told >= {
        *("verified_by", "amount_max", "rate", "effective_to", "eligibility/0/op", "commission"),
    }
    assert (caught.value.code, caught.value.http_status) == ("bad-product", 422)
    assert caught.value.where == "verified_by"
    said = " ".join(f"{fault.found} {fault.expected}" for fault in caught.value.faults)
    assert "the lender itself" not in said
    assert "tomorrow" not in said


@pytest.mark.parametrize("name", OURS)
def test_what_the_service_sets_may_not_be_sent(name: str) -> None:
    with pytest.raises(Faulty) as caught:
        read(cases.terms(**{name: SET_HERE[name]}))
    assert [fault.where for fault in caught.value.faults] == [name]


@pytest.mark.parametrize(
    "changed",
    [
        *({"effective_from": 20260101}, {"tenor_min": "3"}, {"tenor_min": True}, {"name": 7}),
        *({"note": "\ud800"}, {"amount_min": None}, {"max_pd": float("nan")}, {"fees": {}}),
    ],
    ids=str,
)
def test_what_is_nearly_right_is_wrong(changed: dict[str, Any]) -> None:
    with pytest.raises(Faulty):
        read(cases.terms(**changed))


def test_a_record_without_end_is_refused() -> None:
    with pytest.raises(Faulty) as caught:
        read(cases.terms(note="x" * terms.MOST))
    assert caught.value.found.endswith(" bytes")
    assert read(cases.terms(note="x" * 1000)).note == "x" * 1000


@pytest.mark.parametrize(("kind", "ours"), [(Product, OURS), (Programme, ("programme_id",))])
def test_the_schema_says_of_every_field_that_may_be_sent_and_refers_to_nothing(
    kind: type[Product | Programme], ours: tuple[str, ...]
) -> None:
    schema = terms.schema(kind, ours)
    assert schema["properties"].keys() == kind.model_fields.keys() - set(ours)
    needed = {name for name, field in kind.model_fields.items() if field.is_required()}
    assert set(schema["required"]) == needed - set(ours)
    assert "$ref" not in str(schema)
    assert schema["additionalProperties"] is False
