"""Laying a data set out by business: from tables in any order to pieces of some businesses each.

A *run* is as many rows of one table as a process reads at a time. It is checked and written
once, its rows sorted into *pieces*: piece 0 holds every record of the first businesses, and so
on in order of their ids. To read a piece is then to read one batch of every run.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.ipc

from features.records import APPLICATIONS, TABLES
from features.sources import BUSINESS
from features.table import Table
from training.about import About, read_about
from training.columns import in_order
from training.datasets import unique
from training.engines.kernel import READ
from training.engines.slices import Slice, loaded, slices, sound
from training.resuming import Work

SLICE_ROWS: Final = 250_000
"""Rows read and checked at a time, at most: more do not stay in a core's cache."""

RUN_ROWS: Final = 1_000_000
"""Rows of a run, at most: what a process holds."""

PIECE_ROWS: Final = 250_000
"""Rows of a piece, about: as many as a core's cache serves well."""

MOST_PIECES: Final = 2_000


@dataclass(frozen=True)
class Run:
    """Rows of one table that are read together; ``number`` counts those of a table."""

    table: str
    number: int
    slices: tuple[Slice, ...]

    def laid_out(self, work: Work) -> Path:
        """Return the file that holds the run by pieces."""
        return work.folder / "runs" / f"{self.table}-{self.number:05d}.arrow"


@dataclass(frozen=True)
class Layout:
    """How a data set is laid out.

    Args:
        work: where.
        about: what the data set says of itself.
        runs: all rows of all tables that features are made of.
        pieces: how many there are.
        of_each: how many businesses a piece has, the last one fewer.
    """

    work: Work
    about: About
    runs: tuple[Run, ...]
    pieces: int
    of_each: int


def layout(data: Path, work: Work) -> Layout:
    """Plan how to lay out a data set.

    Raises:
        BadInput, BadTable: as `training.datasets.read`, but for faults of rows.
    """
    about, parts = read_about(data), slices(data, min(SLICE_ROWS, RUN_ROWS))
    for part in {part.file: part for part in parts}.values():
        # What is not shaped as declared is refused before the long work begins.
        loaded(replace(part, rows=min(part.rows, 1)), about)
    runs = tuple(_runs(parts))
    asking = _asking([part for part in parts if part.table == "applications"], about)
    asking.to_frame().write_ipc(_names(work))
    rows = sum(part.rows for part in parts)
    of_each = _of_each(rows, asking.len())
    return Layout(work, about, runs, -(-asking.len() // of_each), of_each)


def _asking(parts: list[Slice], about: About) -> pl.Series:
    """Return the ids of the businesses that ask, each once and in order.

    Raises:
        BadTable: an application stands twice (``duplicate-id``): its id is the key of the table.
    """
    key = APPLICATIONS.key
    asked = pl.concat(loaded(part, about, [key, BUSINESS.name]) for part in parts)
    unique(asked.drop_nulls(key), APPLICATIONS, parts[0].table)
    return asked[BUSINESS.name].unique().drop_nulls().sort()


def _names(work: Work) -> Path:
    return work.notes / "businesses.arrow"


@functools.lru_cache(maxsize=1)
def _known(file: Path, changed_ns: int) -> pl.Enum:
    del changed_ns  # another file of the same name is another answer
    return in_order(pl.read_ipc(file)[BUSINESS.name])


def businesses(work: Work) -> pl.Enum:
    """Return the ids of the businesses that ask, in order."""
    file = _names(work)
    return _known(file, file.stat().st_mtime_ns)


def _runs(parts: list[Slice]) -> Iterator[Run]:
    """Yield the slices of each table in runs, each as long as it may be."""
    for table, of_table in itertools.groupby(parts, lambda part: part.table):
        number, held, room = 0, list[Slice](), RUN_ROWS
        for part in of_table:
            if held and part.rows > room:
                yield Run(table, number, tuple(held))
                number, held, room = number + 1, [], RUN_ROWS
            held.append(part)
            room -= part.rows
        yield Run(table, number, tuple(held))


def lay_out(what: tuple[Run, Layout]) -> None:
    """Write a run by pieces, its businesses and categories as numbers.

    Raises:
        BadTable: a row is wrong.
    """
    run, plan = what
    table, file = TABLES[run.table], run.laid_out(plan.work)
    # In one piece of memory: to pick rows of several takes several times as long.
    frame = pl.concat([sound(part, plan.about) for part in run.slices], rechunk=True)
    rows, ends = by_piece(frame, table, businesses(plan.work), plan.of_each)
    whole = rows.to_arrow().combine_chunks()
    # Compressed lightly: half the disk for little time.
    how = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    with (
        pa.OSFile(str(plan.work.place(file)), "wb") as sink,
        pa.ipc.new_file(sink, whole.schema, options=how) as writer,
    ):
        for first, end in pairwise([0, *ends]):
            batches = whole.slice(first, end - first).to_batches() or _none(whole.schema)
            writer.write_batch(batches[0])
    plan.work.put(file)


def by_piece(
    frame: pl.DataFrame, table: Table, businesses: pl.Enum, of_each: int
) -> tuple[pl.DataFrame, list[int]]:
    """Return the rows of those who ask, sorted by piece, and where each piece ends.

    Businesses and categories come out as numbers, as `training.columns` takes them.

    Args:
        frame: checked rows of a table, in one piece of memory.
        table: its declaration.
        businesses: the ids of those who ask, in order.
        of_each: how many of them a piece has.
    """
    numbered = frame.with_columns(
        pl.col(BUSINESS.name).cast(businesses, strict=False).to_physical(),
        *(pl.col(c.name).cast(pl.Enum(c.values)).to_physical() for c in table.columns if c.values),
    ).drop_nulls(BUSINESS.name)
    piece = (numbered[BUSINESS.name] // of_each).to_numpy().astype(np.uint16)
    order = np.argsort(piece, kind="stable")
    pieces = np.arange(-(-businesses.categories.len() // of_each))
    return numbered[order], np.searchsorted(piece[order], pieces, side="right").tolist()


def in_pieces(tables: Mapping[str, pl.DataFrame]) -> Iterator[dict[str, pl.DataFrame]]:
    """Yield the rows of tables in memory piece by piece, as `piece` gives those of a layout."""
    there = {name: tables[name] for name in READ if name in tables}
    asking = in_order(there["applications"][BUSINESS.name])
    of_each = _of_each(sum(frame.height for frame in there.values()), asking.categories.len())
    cut = {
        name: by_piece(frame.rechunk(), TABLES[name], asking, of_each)
        for name, frame in there.items()
    }
    for number in range(-(-asking.categories.len() // of_each)):
        yield {name: _between(rows, [0, *ends], number) for name, (rows, ends) in cut.items()}


def _between(rows: pl.DataFrame, ends: list[int], number: int) -> pl.DataFrame:
    return rows[ends[number] : ends[number + 1]]


def _of_each(rows: int, businesses: int) -> int:
    """Return how many businesses a piece should have."""
    pieces = min(max(1, round(rows / PIECE_ROWS)), MOST_PIECES)
    return max(1, -(-businesses // pieces))


def _none(schema: pa.Schema) -> list[pa.RecordBatch]:
    return [pa.RecordBatch.from_pylist([], schema=schema)]


def piece(number: int, plan: Layout) -> dict[str, pl.DataFrame]:
    """Return every table's rows of the businesses of a piece, numbered as `lay_out` does."""
    found: dict[str, list[pa.RecordBatch]] = {}
    for run in plan.runs:
        with pa.OSFile(str(run.laid_out(plan.work))) as file:
            found.setdefault(run.table, []).append(pa.ipc.open_file(file).get_batch(number))
    return {name: _frame(pa.Table.from_batches(batches)) for name, batches in found.items()}


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101  what a table becomes
    return frame
