"""From checked frames to the columns that `features.known` joins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from features.lazy import Lazy
from features.rows import Columns, Ints
from features.sources import BUSINESS, SOURCES
from features.table import Column, Table


def columns(frame: pl.DataFrame, table: Table, businesses: pl.Enum) -> Columns:
    """Return a checked frame as columns, each made when it is read.

    Args:
        frame: rows of the table; those of other businesses belong to none.
        table: its declaration.
        businesses: ids of businesses in order, the same for all tables used together. Where a
            frame holds numbers in place of texts, its numbers stand.
    """

    def make(name: str) -> Any:
        values = frame[name]
        if name == table.key:
            return Names(values)
        if name == BUSINESS.name:
            return _codes(values, businesses).cast(pl.Int64).fill_null(-1).to_numpy()
        return _array(values, table.column(name))

    return Lazy(table.names, make)


def of_business(tables: Mapping[str, pl.DataFrame], business_id: str) -> dict[str, Columns]:
    """Return source → the records of one business, which is number 0: as `audit.decide` takes them.

    Args:
        tables: of a data set, those there are (`training.datasets.DataSet`).
        business_id: whose.
    """
    only = in_order(pl.Series([business_id]))
    return {
        name: columns(tables[name].filter(business_id=business_id), table, only)
        for name, table in SOURCES.items()
        if name in tables
    }


def _array(values: pl.Series, column: Column) -> np.ndarray:
    if column.kind == "time":
        return values.to_physical().to_numpy()
    if column.kind == "id":
        return values.fill_null("").to_numpy().astype(np.str_)
    if column.kind in ("category", "text"):
        texts = pl.Enum(column.values) if column.values else in_order(values)
        values = _codes(values, texts)
    return values.cast(pl.Float64).to_numpy()


def in_order(texts: pl.Series) -> pl.Enum:
    """Return the different texts of a column, in alphabetical order; none where it has numbers."""
    if texts.dtype.is_integer():
        return pl.Enum([])
    return pl.Enum(texts.unique().drop_nulls().sort())


def _codes(values: pl.Series, texts: pl.Enum) -> pl.Series:
    """Return the place of each text among *texts*; null where it is not one of them."""
    if values.dtype.is_integer():
        return values
    return values.cast(texts, strict=False).to_physical()


class Names:
    """The ids of rows, put in order only for those rows that stand at the same instant."""

    def __init__(self, values: pl.Series) -> None:
        self._values = values

    def __getitem__(self, rows: Ints) -> np.ndarray:
        return self._values.gather(rows).rank("dense").to_numpy()
