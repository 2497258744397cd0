"""Simulated arrays as columns of records: pseudonyms, times and categories."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.rows import Ints
from features.table import Table


def business_ids(number: Ints) -> pl.Series:
    """Return the pseudonyms of businesses counted from 0."""
    return "b" + pl.Series(number).cast(pl.String).str.zfill(7)


def application_ids(number: Ints) -> pl.Series:
    """Return the id of each business's application."""
    return "a" + pl.Series(number).cast(pl.String).str.zfill(7)


def instants(microseconds: Ints) -> pl.Series:
    """Return UTC times from microseconds since 1970."""
    return pl.Series(microseconds).cast(pl.Datetime("us", "UTC"))


def texts(table: Table, column: str, codes: Ints) -> pl.Series:
    """Return a category's texts; null where the code is below 0."""
    values = pl.Series([*table.column(column).values, None], dtype=pl.String)
    return values.gather(np.where(codes < 0, len(values) - 1, codes))


def pseudonyms(seed: int, number: Ints, other: Ints) -> np.ndarray:
    """Return (m,) 64-bit hashes of a business's number and its number for the other side.

    The finaliser of SplitMix64 (Steele, Lea & Flood, 2014), so that neither number shows.
    """
    x = (number * 4096 + other).astype(np.uint64)
    x += np.uint64((seed + 1) * 0x9E3779B97F4A7C15 % 2**64)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
