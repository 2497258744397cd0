"""What a request may say of one record of each source, as the records' declarations have it.

A field allows what its column allows, so what is true of a column is said once,
in `features.sources`. The business is named by the request, not by each record.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StrictBool,
    StrictInt,
    create_model,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from features.sources import BUSINESS, SOURCES
from features.table import Column, Table

MOST_MONEY: Final = 10**15
"""A thousand million million: above any amount here, and exact in a float."""

MOST_COUNTED: Final = 10**6


class OneOf:
    """Marks a text that must be one of some values, such as those a record's column declares."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = list(values)

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of a literal with these values."""
        del source, handler
        return core_schema.literal_schema(self._values)


def _written(value: object) -> object:
    """Refuse a number where a date belongs, be it in quotes; years have four digits."""
    if isinstance(value, int | float) or (isinstance(value, str) and value[4:5] != "-"):
        raise PydanticCustomError("not_iso_8601", "Input should be text as ISO 8601 has it")
    return value


def _in_utc(value: datetime) -> datetime:
    """Refuse a time that has no year in UTC."""
    try:
        value.astimezone(UTC)
    except OverflowError as error:
        raise PydanticCustomError(
            "out_of_range", "Input should lie in the years 1 to 9999, UTC"
        ) from error
    return value


Time = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_utc)]
Day = Annotated[date, BeforeValidator(_written)]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
Words = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
Money = Annotated[StrictInt, Field(ge=0, le=MOST_MONEY)]
SignedMoney = Annotated[StrictInt, Field(ge=-MOST_MONEY, le=MOST_MONEY)]
Quantity = Annotated[float, Field(strict=True, ge=0, le=MOST_MONEY, allow_inf_nan=False)]


class Asked(BaseModel):
    """A part of a request: what is not declared is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _kind(column: Column) -> Any:
    """Return the type of what may stand in a column."""
    if column.values:
        return Annotated[str, OneOf(column.values)]
    if column.pattern:
        return Annotated[str, Field(pattern=f"^{column.pattern}$")]
    most = MOST_COUNTED if column.most is None else column.most
    kinds = {
        "id": Name,
        "text": Name if column.hashed else Words,
        "money": SignedMoney if column.least is None else Money,
        "count": Annotated[StrictInt, Field(ge=column.least, le=most)],
        "quantity": Quantity,
        "flag": StrictBool,
        "time": Time,
    }
    return kinds[column.kind]


def _field(column: Column) -> Any:
    """Return the type of a field, and what is said of it."""
    unit = ", in whole rupiah" if column.kind == "money" else ""
    said = f"{column.meaning[0].upper()}{column.meaning[1:]}{unit}"
    if column.missing is None:
        return (_kind(column), Field(description=f"{said}."))
    return (
        _kind(column) | None,
        Field(None, description=f"{said}. If not given: {column.missing}."),
    )


def row(table: Table) -> type[Asked]:
    """Return the model of one record of a source, named as its key is: of a payment_id, Payment."""
    return create_model(
        table.key.removesuffix("_id").title(),
        __base__=Asked,
        __doc__=f"{table.meaning[0].upper()}{table.meaning[1:]}.",
        **{c.name: _field(c) for c in table.columns if c.name != BUSINESS.name},
    )


ROWS: Final = {name: row(table) for name, table in SOURCES.items()}
"""Source → the model of one of its records."""
