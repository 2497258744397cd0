"""Simulated arrays as tables of records, by the declarations of the tables.

A source is made as `Parts`: a dictionary of arrays with one value per row.
``owner`` is the place of the business in its chunk; every other name is a column
of the table. Times are *clocks*: microseconds since midnight, WIB, of the
business's first day (column 0 of `Businesses.sales`). Quantities are in
thousandths of their unit. Missing is `NONE`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import polars as pl

from features.rows import DAY, Flags, Floats, Ints
from features.table import Column, Table
from training.checks import TYPES
from training.simulated.businesses import Businesses

Parts = dict[str, Ints]
Words = Mapping[str, Sequence[str]]

HOUR: Final = DAY // 24
WIB: Final = 7 * HOUR
"""Microseconds that Indonesian western time is ahead of UTC."""

NONE: Final = int(np.iinfo(np.int64).min)
"""A missing value."""

THOUSAND: Final = 1000

NAMESPACE: Final = 4096
"""Whom a business deals with has a number below this, in the business's own numbering."""


def code(table: Table, column: str, value: str) -> int:
    """Return the code of a category."""
    return table.column(column).values.index(value)


def rounded(amount: Floats, to: int) -> Ints:
    """Return amounts rounded to multiples of *to* rupiah, and never below one multiple."""
    return np.maximum(np.rint(amount / to), 1).astype(np.int64) * to


def spread(sigma: float, size: int, random: np.random.Generator) -> Floats:
    """Return (size,) lognormal factors with mean 1."""
    factors: Floats = np.exp(sigma * random.standard_normal(size) - sigma**2 / 2)
    return factors


def clock(day: Ints, earliest: int, latest: int, random: np.random.Generator) -> Ints:
    """Return clocks on the given days, between two hours of the day in WIB."""
    return day * DAY + random.integers(earliest * HOUR, latest * HOUR, day.size)


def logistic(log_odds: Floats) -> Floats:
    """Return 1 ÷ (1 + exp(-log-odds))."""
    chance: Floats = 1 / (1 + np.exp(-log_odds))
    return chance


def stacked(parts: Sequence[Parts]) -> Parts:
    """Return the rows of all parts, in order of business and time; what a part lacks is missing."""
    names = list(dict.fromkeys(name for part in parts for name in part))
    sizes = [part["owner"].size for part in parts]
    every = {
        name: np.concatenate(
            [
                np.broadcast_to(part.get(name, np.int64(NONE)), size)
                for part, size in zip(parts, sizes, strict=True)
            ]
        )
        for name in names
    }
    return taken(every, np.lexsort((every["occurred_at"], every["owner"])))


def taken(parts: Parts, rows: Ints | Flags) -> Parts:
    """Return some of the rows, by number or by mask."""
    return {name: values[rows] for name, values in parts.items()}


def ids(prefix: str, number: Ints) -> pl.Series:
    """Return the ids of businesses, or of their applications, from numbers counted from 0."""
    return prefix + pl.Series(number).cast(pl.String).str.zfill(7)


def made(table: Table, parts: Parts, world: Businesses, seed: int, words: Words) -> pl.DataFrame:
    """Return a table as it is declared, from its parts in order of business.

    Columns the parts lack are missing throughout. Ids count up within a business, in the order of
    the rows.

    Args:
        table: the declaration.
        parts: as the module's docstring says.
        world: the businesses of the chunk.
        seed: of the pseudonyms.
        words: text column → the texts its numbers stand for; what is not here is a pseudonym.
    """
    owner = parts["owner"]
    business = ids("b", world.number).gather(owner)
    origin = (world.origin * DAY - WIB)[owner]
    columns: dict[str, pl.Series] = {}
    for column in table.columns:
        if column.name == "business_id":
            columns[column.name] = business
        elif column.name == table.key:
            columns[column.name] = business + _places(table, owner)
        elif column.name == "known_at" and column.name not in parts:
            columns[column.name] = columns["occurred_at"]
        elif column.name not in parts:
            columns[column.name] = pl.repeat(None, owner.size, dtype=TYPES[column.kind], eager=True)
        else:
            values, text = parts[column.name], words.get(column.name)
            hidden = (seed, world.number[owner]) if column.hashed else None
            columns[column.name] = _series(column, values, origin, text, hidden)
    return pl.DataFrame(columns)


def _places(table: Table, owner: Ints) -> pl.Series:
    """Return the rest of each row's id: a letter of the table, and its place in the business."""
    place = np.arange(owner.size) - np.searchsorted(owner, owner)
    most = int(place.max(initial=-1)) + 1
    return f"-{table.name[0]}" + pl.Series(np.arange(most)).cast(pl.String).str.zfill(6).gather(
        place
    )


def _series(
    column: Column,
    values: Ints,
    origin: Ints,
    text: Sequence[str] | None,
    hidden: tuple[int, Ints] | None,
) -> pl.Series:
    """Return one column in its declared type; missing where the values are `NONE`."""
    there = values != NONE
    if hidden is not None:
        known = np.where(there, values, 0)
        series = "c" + pl.Series(pseudonyms(*hidden, known)).cast(pl.String)
    elif column.kind == "category" or text is not None:
        choices = column.values if text is None else text
        series = pl.Series([*choices, None], dtype=pl.String).gather(
            np.where(there, values, len(choices))
        )
    elif column.kind == "time":
        series = pl.Series(np.where(there, values + origin, 0)).cast(TYPES["time"])
    else:
        filled = np.where(there, values, 0)
        filled = filled / THOUSAND if column.kind == "quantity" else filled
        series = pl.Series(filled).cast(TYPES[column.kind])
    return series if there.all() else series.set(pl.Series(~there), None)


def pseudonyms(seed: int, number: Ints, other: Ints) -> np.ndarray:
    """Return (m,) 64-bit hashes of a business's number and its number for the other side.

    The finaliser of SplitMix64 (Steele, Lea & Flood, 2014), so that neither number shows.
    """
    x = (number * NAMESPACE + other).astype(np.uint64)
    x += np.uint64((seed + 1) * 0x9E3779B97F4A7C15 % 2**64)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
