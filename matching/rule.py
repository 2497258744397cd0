"""A product's hard rule: one fact of the applicant, held against one value.

A rule is data that a lender can read in a file; `matching.eligibility` judges it.
Every rule cites where it comes from and names the reason code that explains it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from matching import applicant
from matching.applicant import DOCUMENTS, PURPOSES, Document

Op = Literal["at_least", "at_most", "is", "one_of", "none_of", "starts_with", "has_all", "has_any"]
"""How a fact is held against a value; ``starts_with`` takes any of several beginnings."""

MOST: Final = 10**15
"""The largest whole number in a record: a thousand million million, exact wherever it is told."""

Value = bool | int | Annotated[tuple[str, ...], Field(max_length=500)]
"""What a rule asks: a flag, a whole number, or names."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
"""A text that is not empty, no longer than a page has room for."""

Rupiah = Annotated[int, Field(strict=True, ge=0, le=MOST)]
"""A whole number of rupiah, zero or more."""

OPS: Mapping[applicant.Field, tuple[Op, ...]] = {
    "months_running": ("at_least", "at_most"),
    "active_bank_loans": ("at_least", "at_most"),
    "programme_loan": ("is",),
    "purpose": ("one_of", "none_of"),
    "kbli": ("one_of", "none_of", "starts_with"),
    "kecamatan": ("one_of", "none_of"),
    "documents": ("has_all", "has_any"),
}
"""The ways in which each fact can be asked about."""

NAMES: Mapping[str, frozenset[str]] = {"documents": DOCUMENTS, "purpose": PURPOSES}
"""The names a rule may list, for the facts that have a closed list."""


class Record(BaseModel):
    """A frozen record in which an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Relaxation(Record):
    """An easier value for those who hold a certain document.

    Args:
        document: the document that earns it.
        value: the value asked instead, of the same kind as the rule's own.
    """

    document: Document
    value: Value


class Rule(Record):
    """One hard rule of a product.

    Args:
        field: the fact it asks about.
        op: how the fact is held against `value`; each fact allows those in `OPS`.
        value: what is asked.
        reason_code: the code that explains a failure, such as ``R06``.
        citation: the regulation, contract or report the rule comes from.
        above_amount: the rule binds only loans above this many rupiah; None: every loan.
        relaxed: the easier value for holders of a document; None: the same for all.
    """

    field: applicant.Field
    op: Op
    value: Value
    reason_code: Annotated[str, StringConstraints(pattern=r"^R\d{2}$")]
    citation: Text
    above_amount: Rupiah | None = None
    relaxed: Relaxation | None = None

    @field_validator("op")
    @classmethod
    def _op_suits_field(cls, op: Op, info: ValidationInfo) -> Op:
        allowed = OPS.get(info.data.get("field", ""), (op,))
        if op not in allowed:
            raise ValueError(f"{info.data['field']} is asked about with {' or '.join(allowed)}")
        return op

    @field_validator("value")
    @classmethod
    def _value_suits_op(cls, value: Value, info: ValidationInfo) -> Value:
        _check_kind(info.data.get("op"), value)
        return _check_names(info.data.get("field"), value)

    @field_validator("relaxed")
    @classmethod
    def _relaxed_suits_op(cls, relaxed: Relaxation | None, info: ValidationInfo) -> object:
        if relaxed is not None:
            _check_kind(info.data.get("op"), relaxed.value)
            _check_names(info.data.get("field"), relaxed.value)
        return relaxed

    def demands(self, document: str) -> bool:
        """Return whether only who holds a certain document meets the rule."""
        if self.field != "documents" or not isinstance(self.value, tuple):
            return False
        return document in self.value and (self.op == "has_all" or len(self.value) == 1)

    def asks(self, documents: frozenset[str] | None) -> Value:
        """Return the value asked of someone who holds *documents*; None means not known."""
        if self.relaxed is not None and self.relaxed.document in (documents or ()):
            return self.relaxed.value
        return self.value


def _check_kind(op: Op | None, value: Value) -> None:
    """Raise ValueError unless the value is of the kind that *op* compares with."""
    if op in {"at_least", "at_most"}:
        suits, kind = type(value) is int and 0 <= value <= MOST, f"a whole number, 0 to {MOST}"
    elif op == "is":
        suits, kind = isinstance(value, bool), "true or false"
    else:
        suits, kind = op is None or (isinstance(value, tuple) and bool(value)), "a list of texts"
    if not suits:
        raise ValueError(f"{op} compares with {kind}")


def _check_names(field: str | None, value: Value) -> Value:
    """Return the value; raises ValueError when it lists a name the fact cannot have."""
    known = NAMES.get(field or "")
    if known is not None and isinstance(value, tuple) and not known.issuperset(value):
        raise ValueError(f"{field} can be {', '.join(sorted(known))}")
    return value
