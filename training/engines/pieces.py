"""A data set in pieces of whole businesses: what an engine of many machines sends about.

The tables are read in `Slice`s, each by whoever is free. A first reading checks every row
and counts the rows of each business; `cut` makes pieces of businesses by these counts; a
second reading sorts the rows into the pieces, sealed, so that whatever carries them cannot
change them; and `computed` makes of a piece its rows of what is made. Pieces are
numbered as the businesses stand in the table, so their rows one after another are the table.
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterable, Iterator
from typing import Final

import polars as pl

from features.errors import BadTable
from features.records import TABLES
from training.about import About
from training.checks import schema
from training.engines.kernel import READ
from training.engines.made import Rows
from training.engines.slices import Slice, loaded, sound

SLICE: Final = 250_000
"""Rows read at a time, and the least a task reads where there are so many."""

PIECE: Final = 250_000
"""Rows of a piece, of all tables together; the last business of a piece may go beyond.

Rows in order of time are of all businesses, so every slice has rows of every piece: with n rows,
n / `SLICE` times n / `PIECE` frames travel.
"""

BUSINESS: Final = "business"
FAULT: Final = "fault"

SAID: Final = ("found", "expected", "hint", "code", "where")
"""What an error says, which is what crosses to another machine."""

SEEN: Final[dict[str, type[pl.DataType]]] = {
    "what": pl.String,
    "value": pl.String,
    "rows": pl.Int64,
    "asks": pl.Int64,
}
"""What a first reading tells of a slice, a row for each thing seen.

``what`` is `BUSINESS`, with the business in ``value``, its rows, and how many of them ask for a
loan; or the name of a table, with the key of a row; or `FAULT`, with the error and, in ``rows``,
the number of the slice.
"""


def tasks(parts_: Iterable[Slice]) -> list[list[Slice]]:
    """Return the slices in groups of about `SLICE` rows, in order."""
    groups: list[list[Slice]] = []
    rows = SLICE
    for part in parts_:
        if rows + part.rows > SLICE:
            groups.append([])
            rows = 0
        groups[-1].append(part)
        rows += part.rows
    return groups


def seen(part: Slice, about: About) -> pl.DataFrame:
    """Check the rows of a slice; return what was seen, as `SEEN` says."""
    table = TABLES[part.table]
    try:
        frame = sound(part, about)
    except BadTable as fault:
        said = json.dumps({name: getattr(fault, name) for name in SAID})
        return pl.DataFrame([(FAULT, said, part.number, 0)], schema=SEEN, orient="row")
    asks = 1 if part.table == "applications" else 0
    businesses = frame.group_by("business_id").agg(rows=pl.len())
    return pl.concat(
        [
            businesses.select(
                what=pl.lit(BUSINESS),
                value="business_id",
                rows=pl.col("rows").cast(pl.Int64),
                asks=pl.col("rows").cast(pl.Int64) * asks,
            ),
            frame.select(
                what=pl.lit(part.table),
                value=table.key,
                rows=pl.lit(1, pl.Int64),
                asks=pl.lit(0, pl.Int64),
            ),
        ]
    )


def scattered(seen_: pl.DataFrame, baskets: int) -> Iterator[tuple[int, bytes]]:
    """Yield what was seen, sealed, in baskets: the same thing, wherever seen, in the same one.

    Args:
        seen_: shaped as `SEEN`.
        baskets: how many there are, numbered from 0.
    """
    placed = seen_.with_columns(basket=pl.col("value").hash(seed=0) % baskets)
    for (basket,), rows in placed.partition_by("basket", as_dict=True, include_key=False).items():
        yield int(str(basket)), seal(rows)


def summed(sealed_frames: Iterable[bytes]) -> pl.DataFrame:
    """Return what a basket holds, as `cut` takes it."""
    every = pl.concat([pl.DataFrame(schema=SEEN), *map(unseal, sealed_frames)])
    found = every.group_by("what", "value").agg(pl.col("rows", "asks").sum())
    return found.filter(pl.col("what").is_in([BUSINESS, FAULT]) | (pl.col("rows") > 1))


def cut(all_seen: pl.DataFrame) -> pl.DataFrame:
    """Return the businesses that ask, in order, with the number of the piece of each.

    Args:
        all_seen: shaped as `SEEN`, summed by ``what`` and ``value``; of keys only those that stand
            more than once.

    Returns:
        ``business_id`` and ``piece``, 0, 1, 2 …, never decreasing.

    Raises:
        BadTable: a row of the data set is wrong: the first in the order of slices; or a key
            stands more than once (``duplicate-id``).
    """
    faults = all_seen.filter(pl.col("what") == FAULT).sort("rows")
    if faults.height:
        raise BadTable(**json.loads(faults["value"][0]))
    for name in READ:
        twice = all_seen.filter(pl.col("what") == name, pl.col("rows") > 1)["value"].sort()
        if twice.len():
            raise _repeated(name, twice)
    asking = all_seen.filter(pl.col("what") == BUSINESS, pl.col("asks") > 0).sort("value")
    before = pl.col("rows").cum_sum() - pl.col("rows")
    return asking.select(business_id="value", piece=(before // PIECE).rle_id().cast(pl.Int64))


def _repeated(name: str, twice: pl.Series) -> BadTable:
    key = TABLES[name].key
    return BadTable(
        found=f"{key} {twice[0]} more than once, and so {twice.len()} ids",
        expected=f"every row of {name} as declared",
        hint="Mend the source, or import it with a mapping that sets such rows aside.",
        code="duplicate-id",
        where=name,
    )


def sealed(part: Slice, about: About, asking: pl.DataFrame) -> Iterator[tuple[int, bytes]]:
    """Yield the rows of a slice that belong to businesses that ask, by the piece of each, sealed.

    Args:
        part: the slice, checked before.
        about: what its data set says of itself.
        asking: the businesses, as `cut` returns them.
    """
    mine = loaded(part, about).join(asking, on="business_id")
    for (piece,), rows in mine.partition_by("piece", as_dict=True, include_key=False).items():
        yield int(str(piece)), seal(rows)


def computed(
    records: Iterable[tuple[str, bytes]], names: Collection[str], rows_of: Rows
) -> pl.DataFrame:
    """Return the rows of a table that belong to one piece.

    Args:
        records: the sealed rows of the piece, each with the name of its table, in any order.
        names: the tables the data set has. One without rows in this piece is empty, which is not
            the same as not being there: without a table of consents every record counts.
        rows_of: makes the rows.
    """
    tables: dict[str, list[pl.DataFrame]] = {
        name: [pl.DataFrame(schema=schema(TABLES[name]))] for name in names
    }
    for name, rows in records:
        tables[name].append(unseal(rows))
    return rows_of({name: pl.concat(frames) for name, frames in tables.items()})


def seal(frame: pl.DataFrame) -> bytes:
    """Return a frame as bytes, in Arrow's format for streams."""
    out = io.BytesIO()
    # The older layout holds the texts of these rows alone, not of the frame they were cut from.
    frame.write_ipc_stream(out, compat_level=pl.CompatLevel.oldest())
    return out.getvalue()


def unseal(sealed_frame: bytes) -> pl.DataFrame:
    """Return the frame that was sealed."""
    return pl.read_ipc_stream(io.BytesIO(sealed_frame))
