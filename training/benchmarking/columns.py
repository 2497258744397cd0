"""One column of any table as numbers."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from features.errors import BadTable
from features.rows import Floats

TEXTS: Final = (pl.String, pl.Categorical, pl.Enum)
FIRST_YEAR, LAST_YEAR = 1900, 2100
DAY: Final = 86_400_000_000


def instants(times: pl.Series) -> pl.Series:
    """Return dates and whole years as microseconds since 1970 UTC; null where one is neither."""
    if times.dtype == pl.Date:
        return times.cast(pl.Datetime("us")).to_physical()
    if times.dtype == pl.Datetime:
        return times.dt.convert_time_zone("UTC").cast(pl.Datetime("us", "UTC")).to_physical()
    years = times.cast(pl.Float64, strict=False)
    plain = years.is_between(FIRST_YEAR, LAST_YEAR) & (years == years.floor())
    texts = years.set(~plain.fill_null(value=False), None).cast(pl.Int32).cast(pl.String)
    return instants((texts + "-01-01").str.to_date())


def equals(column: pl.Series, value: str) -> pl.Series:
    """Return whether each value is the one written as *value*."""
    if column.dtype.is_numeric():
        try:
            return column.cast(pl.Float64) == float(value)
        except ValueError:
            return pl.Series([False]).new_from_index(0, column.len())
    return column.cast(pl.String) == value


def numbers(column: pl.Series, *, categorical: bool) -> tuple[Floats, tuple[str, ...]]:
    """Return (n,) numbers, NaN where missing, and what they stand for where it is categories.

    Categories are numbered in the order of their names; a date is days since 1970.

    Raises:
        BadTable: the column is of a type that is no input (``wrong-type``).
    """
    if categorical or column.dtype in TEXTS:
        texts = column.cast(pl.String)
        there = tuple(texts.drop_nulls().unique().sort().to_list())
        codes = texts.replace_strict(there, range(len(there)), default=None)
        return _floats(codes), there
    if column.dtype in (pl.Date, pl.Datetime):
        return _floats(instants(column) / DAY), ()
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return _floats(column), ()
    raise wrong(
        f"{column.name} of type {column.dtype}",
        "numbers, texts, dates, or true and false",
        "Leave it out with --exclude.",
        "wrong-type",
    )


def _floats(column: pl.Series) -> Floats:
    numbers = column.cast(pl.Float64).fill_null(np.nan).to_numpy()
    finite: Floats = np.where(np.isfinite(numbers), numbers, np.nan)
    return finite


def wrong(found: str, expected: str, hint: str, code: str) -> BadTable:
    """Return the fault of a table that cannot be used."""
    return BadTable(found=found, expected=expected, hint=hint, code=code, where="--table")
