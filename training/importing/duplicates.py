"""Rows that stand twice: in the files imported, or there and in the data set already.

Most imports have none, and pay 8 bytes a row to know it: a hash of each key. Only rows
whose hash stands twice are looked at whole. A row that equals another to the letter is
*repeated* and left out, as when two exports overlap. Rows that share a key and differ are
set aside, all that are new, since nobody can tell which is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from features.table import Table
from training.checks import DUPLICATE, FAULT, schema

PLACE: Final = "place"
REPEATED: Final = "repeated"
OLD: Final = "old"


def suspects(hashes: Sequence[pl.Series], before: Sequence[Path], table: Table) -> pl.Series:
    """Return the hashes of keys that stand more than once in new rows and earlier parts."""
    earlier = [pl.read_parquet(file, columns=[table.key])[table.key].hash() for file in before]
    every = pl.concat([pl.Series(dtype=pl.UInt64()), *hashes, *earlier])
    if every.n_unique() == every.len():
        return every.clear()
    return every.filter(every.is_duplicated()).unique()


def judge(
    new: Sequence[Path], before: Sequence[Path], table: Table, hashes: pl.Series
) -> pl.DataFrame:
    """Return the new rows that are repeated, or share a key with a row that differs.

    Returns:
        The declared columns; `PLACE`, the row's number in all *new* files together; and `FAULT`,
        null where the row is repeated.
    """
    old = _chosen(before, hashes, table).with_columns(pl.lit(value=True).alias(OLD))
    fresh = _chosen(new, hashes, table).with_columns(pl.lit(value=False).alias(OLD))
    both = pl.concat([old, fresh]).with_columns(
        (~pl.struct(table.names).is_first_distinct()).alias(REPEATED)
    )
    distinct = (~pl.col(REPEATED)).sum().over(table.key)
    fault = pl.lit(f"{DUPLICATE}: {table.key} stands more than once")
    marked = both.with_columns(pl.when(distinct > 1).then(fault).alias(FAULT))
    found = marked.filter(~pl.col(OLD) & (pl.col(REPEATED) | pl.col(FAULT).is_not_null()))
    return found.drop(OLD, REPEATED)


def without(places: pl.Series, files: Sequence[Path]) -> int:
    """Take the rows of these places out of *files*; return how many there were."""
    start = 0
    for file in files:
        rows = pl.read_parquet(file).with_row_index(PLACE, start)
        start += rows.height
        left = rows.filter(~pl.col(PLACE).is_in(places.implode()))
        if left.height < rows.height:
            left.drop(PLACE).write_parquet(file)
    return places.len()


def _chosen(files: Sequence[Path], hashes: pl.Series, table: Table) -> pl.DataFrame:
    """Return the rows whose key has one of these hashes, with `PLACE`."""
    frames, start = [pl.DataFrame(schema={PLACE: pl.UInt32(), **schema(table)})], 0
    for file in files:
        rows = pl.read_parquet(file).with_row_index(PLACE, start)
        start += rows.height
        frames.append(rows.filter(pl.col(table.key).hash().is_in(hashes.implode())))
    return pl.concat(frames)
