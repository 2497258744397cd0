"""From the rows of a request to the columns that `features.known` joins.

Rows are read column by column: what a model says of a field is then asked of all
rows at once, and no object is made of any. `training.columns` does the same for
checked frames.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel, GetCoreSchemaHandler, ValidationError, ValidatorFunctionWrapHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, SchemaValidator, core_schema

from audit.days import microseconds
from features.lazy import Lazy
from features.rows import Columns
from features.sources import BUSINESS, KNOWN_AT
from features.table import Column, Table
from serving.reading.times import plain_times

Values = Mapping[str, list[Any]]
"""Rows by column: name → the value of each row as the request has it, None where it has none.

Times are whole microseconds since 1970 UTC.
"""


class ByColumn:
    """Marks a list of rows that is read into `Values`.

    Where something is not plainly right, the rows are read one by one, as their model has it. That
    tells what is wrong and where; or all is right, and only a time is written as few do.

    Args:
        row: the model of one row, which says what it says of each field by itself: a validator of
            the whole row would not be asked.
        table: declares a column for each of the fields.
        most: how many rows there may be.
    """

    def __init__(self, row: type[BaseModel], table: Table, most: int) -> None:
        self._row, self._table, self._most = row, table, most

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of the list, which reads it by column."""
        del source
        columns = {
            name: SchemaValidator(self._column(name, field, handler))
            for name, field in self._row.model_fields.items()
        }
        return core_schema.no_info_wrap_validator_function(
            functools.partial(self._read, columns),
            core_schema.list_schema(handler.generate_schema(self._row), max_length=self._most),
            serialization=core_schema.simple_ser_schema("any"),
        )

    def _column(self, name: str, field: FieldInfo, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of the values of a field."""
        if self._table.column(name).kind == "time":
            return plain_times(missing=not field.is_required())
        values = handler.generate_schema(field.rebuild_annotation())
        return core_schema.list_schema(values, fail_fast=True)

    def _read(
        self,
        columns: Mapping[str, SchemaValidator],
        rows: Any,
        one_by_one: ValidatorFunctionWrapHandler,
    ) -> Values:
        if isinstance(rows, list) and len(rows) <= self._most and _named(rows, columns):
            try:
                return {
                    name: column.validate_python(self._said(name, rows))
                    for name, column in columns.items()
                }
            except ValidationError:
                pass  # to be told where
        read = one_by_one(rows)
        return {name: self._values(name, read) for name in columns}

    def _said(self, name: str, rows: list[dict[str, Any]]) -> list[Any]:
        try:
            return [row[name] for row in rows]  # in every row, as most are
        except KeyError:
            default = self._row.model_fields[name].default
            return [row.get(name, default) for row in rows]

    def _values(self, name: str, rows: list[BaseModel]) -> list[Any]:
        values = [getattr(row, name) for row in rows]
        if self._table.column(name).kind != "time":
            return values
        return [None if value is None else microseconds(value) for value in values]


def _named(rows: list[Any], names: Mapping[str, object]) -> bool:
    """Return whether every row is an object whose fields are all among *names*."""
    return set(map(type, rows)) <= {dict} and set().union(*rows) <= names.keys()


def columns(values: Values, table: Table) -> Columns:
    """Return the rows of one business as columns, each made when it is read.

    Args:
        values: of each column but the business, which is number 0.
        table: the declaration of the rows.
    """

    def make(name: str) -> np.ndarray:
        if name == BUSINESS.name:
            return np.zeros(len(values[table.key]), dtype=np.int64)
        if name == KNOWN_AT.name:
            pairs = zip(values[name], values["occurred_at"], strict=True)
            return np.array([at if known is None else known for known, at in pairs], dtype=np.int64)
        return _array(values[name], table.column(name))

    return Lazy(table.names, make)


def _array(values: list[Any], column: Column) -> np.ndarray:
    if column.kind == "id":
        return np.array(values, dtype=np.str_)
    if column.kind == "time" and None not in values:
        return np.array(values, dtype=np.int64)
    if column.kind in ("category", "text"):
        texts = column.values or sorted(set(values) - {None})
        codes = {None: np.nan, **{text: float(code) for code, text in enumerate(texts)}}
        values = [codes[value] for value in values]
    return np.array(values, dtype=np.float64)
