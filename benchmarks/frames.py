"""Records as data frames, as a pandas user would hold them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from features.records import APPLICATIONS
from features.rows import Columns
from features.sources import BUSINESS, SOURCES
from features.table import Column, Table

Frames = Mapping[str, pd.DataFrame]
"""``applications`` and every source → its frame.

Ids and texts are ``str``, categories ``category``, and so is the business of a source's rows;
times are integer microseconds, which pandas subtracts and compares faster than time stamps with a
zone, as floats where some are missing; all else is float. What is missing is NaN.
"""

TABLES: Mapping[str, Table] = {"applications": APPLICATIONS, **SOURCES}


def frames(applications: Columns, records: Mapping[str, Columns]) -> Frames:
    """Return tables in memory as data frames; a source that is not given has no rows."""
    given = {"applications": applications, **records}
    return {name: _frame(table, given.get(name)) for name, table in TABLES.items()}


def read(data: Path) -> Frames:
    """Read the Parquet files of a data set; a source it does not have has no rows."""
    return {name: _stored(table, data) for name, table in TABLES.items()}


def words(column: Column) -> pd.CategoricalDtype:
    """Return the type of a column whose values are declared."""
    return pd.CategoricalDtype(list(column.values))


def _is_category(table: Table, column: Column) -> bool:
    """Return whether a column is held as a category; businesses are, where one has many rows."""
    return column.kind == "category" or (column == BUSINESS and table != APPLICATIONS)


def _frame(table: Table, columns: Columns | None) -> pd.DataFrame:
    given = {name: np.empty(0) for name in table.names} if columns is None else columns
    held = {name: _held(table.column(name), given[name]) for name in given}
    named = {
        name: values.astype("category")
        for name, values in held.items()
        if _is_category(table, table.column(name))
    }
    return pd.DataFrame(held | named)


def _held(column: Column, values: np.ndarray) -> pd.Series:
    if column.kind in ("id", "text"):
        texts = pd.Series(values, dtype="str")
        return texts.mask(texts == "")
    if column.kind == "category":
        codes = np.where(np.isnan(values), -1, values).astype(np.int8)
        return pd.Series(pd.Categorical.from_codes(codes, dtype=words(column)))
    return pd.Series(values)


def _stored(table: Table, data: Path) -> pd.DataFrame:
    places = [
        place for place in (data / f"{table.name}.parquet", data / table.name) if place.exists()
    ]
    if not places:
        return _frame(table, None)
    categories = [column.name for column in table.columns if _is_category(table, column)]
    stored = pd.read_parquet(places[0], engine="pyarrow", read_dictionary=categories)
    return stored.assign(
        **{name: _plain(table.column(name), stored[name]) for name in table.names if name in stored}
    )


def _plain(column: Column, values: pd.Series) -> pd.Series:
    if column.kind in ("id", "text"):
        return values
    if column.kind == "category":
        return values.cat.set_categories(list(column.values))
    if column.kind == "time":
        numbers = values.astype("int64")
        return numbers.where(values.notna()) if values.hasnans else numbers
    return values.astype("float64")
