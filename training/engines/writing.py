"""The file a table of features, or another, ends in: the same bytes however its rows came in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from features.errors import BadInput
from training.datasets import refuse_existing
from training.engines.kernel import SCHEMA

ROW_GROUP: Final = 50_000
"""Rows in a group of the file; memory holds about two groups."""


def refuse_place(out: Path, data: Path) -> None:
    """Refuse to make *out* of the data set *data* where it may not be made.

    Raises:
        BadInput: it is already there (``already-there``), or would stand among the tables
            (``inside-the-data``).
    """
    refuse_existing(out)
    if out.resolve().is_relative_to(data.resolve()):
        raise BadInput(
            found=f"{out.name} inside the data set",
            expected="a file elsewhere, which nobody takes for a table",
            hint="Name another with --out.",
            code="inside-the-data",
        )


def write(
    frames: Iterable[pl.DataFrame], out: Path, schema: Mapping[str, pl.DataType] = SCHEMA
) -> int:
    """Write rows into the new Parquet file *out*, whole or not at all; return how many.

    Args:
        frames: shaped as *schema*, in the order of the table, cut anyhow.
        out: the file to make.
        schema: the columns; those of the feature table when not given.

    Raises:
        BadInput: *out* is already there (``already-there``).
    """
    refuse_existing(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    rows, making, narrow = 0, out.with_name(f".{out.name}-writing"), _narrow(schema)
    try:
        with pq.ParquetWriter(making, narrow, compression="zstd") as writer:
            for group in _groups(frames, schema):
                writer.write_table(group.to_arrow().cast(narrow))
                rows += group.height
        making.rename(out)
    finally:
        making.unlink(missing_ok=True)
    return rows


def _narrow(schema: Mapping[str, pl.DataType]) -> pa.Schema:
    """Return the columns as any reader of Parquet knows them."""
    wide = pl.DataFrame(schema=schema).to_arrow().schema
    narrow = {pa.large_string(): pa.string()}
    return pa.schema([field.with_type(narrow.get(field.type, field.type)) for field in wide])


def _groups(
    frames: Iterable[pl.DataFrame], schema: Mapping[str, pl.DataType]
) -> Iterator[pl.DataFrame]:
    """Yield the same rows, `ROW_GROUP` at a time."""
    held = pl.DataFrame(schema=schema)
    for frame in frames:
        held = pl.concat([held, frame])
        while held.height >= ROW_GROUP:
            yield held.head(ROW_GROUP)
            held = held.slice(ROW_GROUP)
    if held.height:
        yield held
