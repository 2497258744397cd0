"""Records as they are kept: by column, as an Arrow stream, and ready to be joined.

Read back, they are what `reading.columns` makes of the rows of a request, to the bit, but for the
key, of which only the order counts. A column is made when it is asked for, and most cost no more
than a copy.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.lazy import Lazy
from features.rows import Columns
from features.sources import BUSINESS, KNOWN_AT
from features.table import Column, Table
from serving.reading.columns import Values

WORDS: Final = pa.dictionary(pa.int32(), pa.string())

TYPES: Final[dict[str, Any]] = {
    "id": pa.string(),
    "text": WORDS,
    "category": WORDS,
    "money": pa.int64(),
    "count": pa.int64(),
    "quantity": pa.float64(),
    "flag": pa.bool_(),
    "time": pa.int64(),
}
"""Kind of a column → how it is kept; times are microseconds since 1970 UTC."""

PLACE: Final = "occurred_at"


def kept_names(table: Table) -> tuple[str, ...]:
    """Return the columns that are kept of a source: all but the business."""
    return tuple(name for name in table.names if name != BUSINESS.name)


def of_values(values: Values, table: Table) -> pa.Table:
    """Return the rows of a request as they are kept, in order of time and then of their key."""
    return in_order(as_sent(values, table), table)


def as_sent(values: Values, table: Table) -> pa.Table:
    """Return the rows of a request as they are kept, in the order sent."""
    arrays = {
        name: pa.array(values[name], TYPES[table.column(name).kind]) for name in kept_names(table)
    }
    return pa.table(arrays)


def in_order(rows: pa.Table, table: Table) -> pa.Table:
    """Return rows in order of time and then of their key."""
    return rows.sort_by([(PLACE, "ascending"), (table.key, "ascending")])


def written(rows: pa.Table) -> bytes:
    """Return rows as an Arrow stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows.combine_chunks())
    kept: bytes = sink.getvalue().to_pybytes()
    return kept


def read(streams: Iterable[bytes], table: Table) -> pa.Table:
    """Return the rows of streams, one after another.

    A column that was declared since a stream was written is missing in its rows.
    """
    found = [_whole(pa.ipc.open_stream(stream).read_all(), table) for stream in streams]
    return pa.concat_tables(found) if found else _schema(table).empty_table()


def columns(rows: pa.Table, table: Table) -> Columns:
    """Return rows of one business as columns, each made when it is read.

    Of the key only the order is asked, of rows of the same instant, and they stand in it.

    Args:
        rows: as `read` gives them, all in order of time and then of their key.
        table: the declaration of the rows.
    """

    def make(name: str) -> NDArray[Any]:
        if name == BUSINESS.name:
            return np.zeros(rows.num_rows, dtype=np.int64)
        if name == table.key:
            return np.arange(rows.num_rows)
        if name == KNOWN_AT.name:
            return _known(_whole_of(rows[name]), _whole_of(rows[PLACE]))
        return _array(_whole_of(rows[name]), table.column(name))

    return Lazy(table.names, make)


@functools.cache
def _schema(table: Table) -> pa.Schema:
    return pa.schema([(name, TYPES[table.column(name).kind]) for name in kept_names(table)])


def _whole(rows: pa.Table, table: Table) -> pa.Table:
    """Return rows with every column declared, and no other."""
    schema = _schema(table)
    if rows.schema.equals(schema):
        return rows
    there = set(rows.column_names)
    arrays = [
        rows[field.name] if field.name in there else pa.nulls(rows.num_rows, field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


def _whole_of(values: pa.ChunkedArray) -> pa.Array:
    """Return values in one piece; most are in one already."""
    if values.num_chunks == 1:
        return values.chunk(0)
    if not values.num_chunks:
        return pa.array([], values.type)
    return pa.concat_arrays(values.unify_dictionaries().chunks)


def _array(values: pa.Array, column: Column) -> NDArray[Any]:
    if column.kind in ("category", "text"):
        return _codes(values, column)
    if column.kind == "time" and not values.null_count:
        return _numbers(values)
    return _numbers(values).astype(np.float64, copy=False)


def _numbers(values: pa.Array) -> NDArray[Any]:
    """Return values as NumPy has them.

    Where some are missing numbers are float64 with NaN, and flags objects with None.
    """
    numbers: NDArray[Any] = values.to_numpy(zero_copy_only=False)
    return numbers


def _objects(values: pa.Array) -> list[Any]:
    """Return texts; some times as fast as ``to_pylist``."""
    texts: list[Any] = values.to_numpy(zero_copy_only=False).tolist()
    return texts


def _known(at: pa.Array, place: pa.Array) -> NDArray[Any]:
    """Return when each row was known: when it occurred, where nothing else is said.

    Exact: a time of four digits' years in microseconds is whole in a float.
    """
    if not at.null_count:
        return _numbers(at)
    said, occurred = _numbers(at), _numbers(place)
    return np.where(np.isnan(said), occurred, said).astype(np.int64)


def _codes(values: pa.Array, column: Column) -> NDArray[Any]:
    """Return the place of each word among those declared, or else in order; NaN where none is."""
    said = _objects(values.dictionary)
    order = column.values or sorted(said)
    place = {word: float(code) for code, word in enumerate(order)}
    codes = np.array([*map(place.__getitem__, said), np.nan])
    indices = _numbers(values.indices)
    if values.null_count:
        indices = np.where(np.isnan(indices), len(said), indices).astype(np.int64)
    found: NDArray[Any] = codes.take(indices)
    return found
