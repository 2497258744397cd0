"""A fee of a loan, and the exact numbers in which a lender states its terms."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from matching.rule import Record, Text


def _exact(value: object) -> object:
    if isinstance(value, bool | float):
        raise PydanticCustomError("inexact", "a number as text in quotes, so that it is exact")
    return value


def _short(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MOST_PLACES:
        raise ValueError(f"at most {MOST_PLACES} decimal places")
    return value


MOST_PLACES: Final = 10
"""Decimal places of a rate, a share or a fee: prices are exact, and so as long as their numbers."""

Exact = Annotated[Decimal, BeforeValidator(_exact), AfterValidator(_short)]
"""A decimal number, read from text and never from a float."""

Share = Annotated[Exact, Field(ge=0, le=1)]
"""A share or a rate, from 0 to 1: 6% is ``"0.06"``."""


@lru_cache(4096)
def _ratio(share: Decimal) -> tuple[int, int]:
    return share.as_integer_ratio()


def rupiah(exact: Decimal) -> int:
    """Return an exact amount in whole rupiah, rounded half up."""
    return int(exact.to_integral_value(ROUND_HALF_UP))


class Fee(Record):
    """A fee taken out of the loan when it is paid out.

    Args:
        name: what it is for.
        kind: ``percent``: a share of the amount; ``fixed``: rupiah.
        value: the share as ``"0.01"`` for 1%, or whole rupiah.
    """

    name: Text
    kind: Literal["percent", "fixed"]
    value: Annotated[Exact, Field(ge=0)]

    @field_validator("value")
    @classmethod
    def _suits_kind(cls, value: Decimal, info: ValidationInfo) -> Decimal:
        if info.data.get("kind") == "percent" and value > 1:
            raise ValueError("a percent fee is a share from 0 to 1")
        if info.data.get("kind") == "fixed" and value != value.to_integral_value():
            raise ValueError("a fixed fee is whole rupiah")
        return value

    def on(self, amount: int) -> int:
        """Return the fee in rupiah on a loan of *amount* rupiah, rounded half up."""
        if self.kind == "fixed":
            return int(self.value)
        top, bottom = _ratio(self.value)
        return (2 * amount * top + bottom) // (2 * bottom)
