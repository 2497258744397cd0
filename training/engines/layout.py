"""Laying a data set out by business: from tables in any order to pieces of some businesses each.

A *run* is as many rows of one table as a process reads at a time. It is checked and written
once, its rows sorted into *pieces*: piece 0 holds every record of the first businesses, and so
on in order of their ids. To read a piece is then to read one batch of every run.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from features.records import TABLES
from features.sources import BUSINESS
from features.table import Table
from training.about import read_about
from training.checks import shaped
from training.columns import in_order
from training.datasets import checked, needed, no_consents
from training.engines.kernel import READ
from training.importing.foreign import PARQUET
from training.resuming import Work
from training.tables import load, parquet, parts

RUN_ROWS: Final = 1_000_000
"""Rows of a run, at most: what a process holds."""

PIECE_ROWS: Final = 250_000
"""Rows of a piece, about: as many as a core's cache serves well."""

MOST_PIECES: Final = 2_000


@dataclass(frozen=True)
class Slice:
    """Some consecutive rows of a file."""

    file: Path
    first: int
    rows: int


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
        data: the folder of the data set.
        runs: all rows of all tables that features are made of.
        pieces: how many there are.
        of_each: how many businesses a piece has, the last one fewer.
    """

    work: Work
    data: Path
    runs: tuple[Run, ...]
    pieces: int
    of_each: int


def layout(data: Path, work: Work) -> Layout:
    """Plan how to lay out a data set.

    Raises:
        BadInput, BadTable: as `training.datasets.read`, but for faults of rows.
    """
    about = read_about(data)
    files = {name: found for name in READ if (found := parts(data, name))}
    needed("applications", files, ("applications",), about.name)
    if "consents" not in files and about.basis is None:
        raise no_consents(data)
    runs = tuple(run for name, found in files.items() for run in _runs(name, found, data))
    asking = _asking(files["applications"], data)
    asking.to_frame().write_ipc(_names(work))
    rows = sum(one.rows for run in runs for one in run.slices)
    pieces = min(round(rows / PIECE_ROWS) or 1, MOST_PIECES, asking.len())
    of_each = -(-asking.len() // pieces)
    return Layout(work, data, runs, -(-asking.len() // of_each), of_each)


def _asking(files: list[Path], data: Path) -> pl.Series:
    """Return the ids of the businesses that ask, each once and in order."""
    table, name = TABLES["applications"], BUSINESS.name
    ids = [_rows(Slice(file, 0, -1), table, data, [name])[name] for file in files]
    return pl.concat(ids).unique().drop_nulls().sort()


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


def _runs(name: str, files: list[Path], data: Path) -> Iterator[Run]:
    """Yield the rows of a table in runs, each as long as it may be."""
    number, slices, room = 0, list[Slice](), RUN_ROWS
    for one in (one for file in files for one in _slices(file, TABLES[name], data)):
        if slices and one.rows > room:
            yield Run(name, number, tuple(slices))
            number, slices, room = number + 1, [], RUN_ROWS
        slices.append(one)
        room -= one.rows
    yield Run(name, number, tuple(slices))


def _slices(file: Path, table: Table, data: Path) -> Iterator[Slice]:
    """Yield a file's row groups; a file that is not Parquet is read whole."""
    if file.suffix != PARQUET:
        yield Slice(file, 0, load(file, table, read_about(data)).height)
        return
    shaped(parquet(file, rows=1), table, file.name)
    metadata, first = pq.read_metadata(file), 0
    for group in range(metadata.num_row_groups):
        rows = metadata.row_group(group).num_rows
        yield Slice(file, first, rows)
        first += rows


def _rows(piece: Slice, table: Table, data: Path, columns: list[str] | None = None) -> pl.DataFrame:
    if piece.file.suffix != PARQUET:
        return load(piece.file, table, read_about(data))
    return parquet(piece.file, piece.first, piece.rows if piece.rows >= 0 else None, columns)


def lay_out(what: tuple[Run, Layout]) -> None:
    """Write a run by pieces, its businesses and categories as numbers.

    Raises:
        BadTable: a row is wrong.
    """
    run, plan = what
    table, file = TABLES[run.table], run.laid_out(plan.work)
    # In one piece of memory: to pick rows of several takes several times as long.
    frame = pl.concat([_checked(one, table, plan.data) for one in run.slices], rechunk=True)
    known = businesses(plan.work)
    numbered = frame.with_columns(
        pl.col(BUSINESS.name).cast(known, strict=False).to_physical(),
        *(pl.col(c.name).cast(pl.Enum(c.values)).to_physical() for c in table.columns if c.values),
    ).drop_nulls(BUSINESS.name)
    piece = (numbered[BUSINESS.name] // plan.of_each).to_numpy().astype(np.uint16)
    order = np.argsort(piece, kind="stable")
    ends = np.searchsorted(piece[order], np.arange(plan.pieces), side="right")
    whole = numbered[order].to_arrow().combine_chunks()
    with (
        pa.OSFile(str(plan.work.place(file)), "wb") as sink,
        pa.ipc.new_file(sink, whole.schema) as writer,
    ):
        for first, end in zip([0, *ends[:-1]], ends, strict=True):
            batches = whole.slice(first, end - first).to_batches() or _none(whole.schema)
            writer.write_batch(batches[0])
    plan.work.put(file)


def _checked(piece: Slice, table: Table, data: Path) -> pl.DataFrame:
    name = piece.file.name
    return checked(shaped(_rows(piece, table, data), table, name), table, name, piece.first)


def _none(schema: pa.Schema) -> list[pa.RecordBatch]:
    return [pa.RecordBatch.from_pylist([], schema=schema)]


def piece(number: int, plan: Layout) -> dict[str, pl.DataFrame]:
    """Return every table's rows of the businesses of a piece, numbered as `lay_out` does."""
    found: dict[str, list[pa.RecordBatch]] = {}
    for run in plan.runs:
        with pa.memory_map(str(run.laid_out(plan.work))) as file:
            found.setdefault(run.table, []).append(pa.ipc.open_file(file).get_batch(number))
    return {name: _frame(pa.Table.from_batches(batches)) for name, batches in found.items()}


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101  what a table becomes
    return frame
