"""Every fault of a record is told, each once and at its own place."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from matching.fault import MOST_SHOWN, Fault, faults
from matching.product import Product
from matching.rule import Record
from tests.matching.cases import LENDER, TERMS, rule


class Either(Record):
    """A value of one of several kinds, and a list of numbers."""

    value: bool | int | tuple[str, ...]
    numbers: tuple[int, ...] = ()


def _faults(kind: type[Record], written: dict[str, object]) -> tuple[Fault, ...]:
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(written)
    return faults(caught.value, written)


def test_every_fault_is_told_in_the_order_of_the_fields() -> None:
    terms = {"lender": LENDER, **TERMS, "rate": "six", "tenor_max": 2, "commission": 1}
    del terms["example"]
    assert _faults(Product, terms) == (
        Fault(("rate",), "'six'", "a valid decimal"),
        Fault(("tenor_max",), "2", "at least tenor_min, which is 3"),
        Fault(("example",), "nothing", "a value"),
        Fault(("commission",), "1", "no field of this name"),
    )


def test_a_value_that_may_be_of_several_kinds_is_one_fault() -> None:
    (fault,) = _faults(Either, {"value": 6.5})
    assert (fault.field, fault.found) == ("value", "6.5")
    assert fault.expected.count(" or ") == 2


def test_of_a_list_whose_parts_are_wrong_the_parts_are_told() -> None:
    found = _faults(Either, {"value": ["47", 56, 57], "numbers": [1, "two"]})
    assert [fault.place for fault in found] == [("value", 1), ("value", 2), ("numbers", 1)]


def test_a_missing_field_of_a_part_is_told_at_its_place() -> None:
    asked = rule()
    del asked["citation"]
    (fault,) = _faults(Product, {"lender": LENDER, **TERMS, "eligibility": [rule(), asked]})
    assert (fault.field, fault.found) == ("eligibility.1.citation", "nothing")


def test_what_is_no_record_is_wrong_as_a_whole() -> None:
    with pytest.raises(ValidationError) as caught:
        Either.model_validate("seed")
    (fault,) = faults(caught.value, "seed")
    assert (fault.place, fault.field, fault.found) == ((), "the whole", "'seed'")
    assert fault.expected == "fields with their values"


def test_what_is_long_is_shown_in_part() -> None:
    (fault,) = _faults(Either, {"value": True, "more": "x" * 1000})
    assert len(fault.found) == MOST_SHOWN
    assert fault.found.endswith("x…")
