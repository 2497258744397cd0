"""Records as they are kept: by column, as an Arrow stream, and ready to be joined.

Read back, they are what `reading.columns` makes of the rows of a request, to the bit; a column
is made when it is asked for, and most cost no more than a copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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
    empty = _schema(table).empty_table()
    return pa.concat_tables(found) if found else empty


def columns(rows: pa.Table, table: Table) -> Columns:
    """Return rows of one business as columns, each made when it is read.

    Args:
        rows: as `read` gives them.
        table: the declaration of the rows.
    """

    def make(name: str) -> NDArray[Any]:
        if name == BUSINESS.name:
            return np.zeros(rows.num_rows, dtype=np.int64)
        if name == KNOWN_AT.name:
            return _numbers(pc.coalesce(rows[name], rows[PLACE]))
        return _array(rows[name], table.column(name))

    return Lazy(table.names, make)


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


def _array(values: pa.ChunkedArray, column: Column) -> NDArray[Any]:
    if column.kind == "id":
        return np.array(values.to_pylist(), dtype=np.str_)
    if column.kind in ("category", "text"):
        return _codes(values, column)
    if column.kind == "time" and not values.null_count:
        return _numbers(values)
    if column.kind == "flag":
        values = values.cast(pa.int8())
    numbers: NDArray[Any] = _numbers(values).astype(np.float64)
    return numbers


def _numbers(values: pa.ChunkedArray) -> NDArray[Any]:
    """Return values as NumPy has them; float64 with NaN where some are missing."""
    numbers: NDArray[Any] = values.to_numpy()
    return numbers


def _codes(values: pa.ChunkedArray, column: Column) -> NDArray[Any]:
    """Return the place of each word among those declared, or else in order; NaN where none is."""
    whole = values.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], WORDS)
    said = whole.dictionary.to_pylist()
    order = column.values or sorted(said)
    place = {word: float(code) for code, word in enumerate(order)}
    codes = np.array([*(place[word] for word in said), np.nan])
    indices = whole.indices.fill_null(len(said)).to_numpy()
    found: NDArray[Any] = codes[indices]
    return found
