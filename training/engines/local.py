"""The engine of one machine: all cores, memory for a few pieces, a stop at any time.

The data set is laid out by business first (`training.engines.layout`), then each piece is
computed by itself, and the pieces' rows are written in order. Every part is done by one of as
many processes as there are cores; what was done when a run was stopped is not done again.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path

import polars as pl
import pyarrow as pa

from features.errors import BadInput, LumbungError, Unavailable
from features.records import TABLES
from features.sources import BUSINESS
from training.datasets import unique
from training.engines.layout import Layout, businesses, lay_out, layout, piece
from training.engines.made import FEATURES, Made, Rows
from training.engines.writing import refuse_place, write
from training.pool import processes
from training.progress import UNHEARD, Step
from training.resuming import Work, begun


def features(data: Path, out: Path, workers: int, step: Step = UNHEARD) -> int:
    """Write the feature table of a data set; the arguments are those of `make`."""
    return make(FEATURES, data, out, workers, step)


def make(made: Made, data: Path, out: Path, workers: int, step: Step = UNHEARD) -> int:
    """Write a table of a data set into the new file *out*; return how many rows it has.

    Args:
        made: the table.
        data: the folder of the data set.
        out: the file to make.
        workers: how many processes.
        step: told of every run and piece that is done.

    Raises:
        BadInput: *out* is already there (``already-there``), being made (``already-running``), or
            inside the data set (``inside-the-data``); the data changed meanwhile
            (``data-changed``); or as `training.datasets.read`.
        BadTable: as `training.datasets.read`.
        Unavailable: a file cannot be written (``cannot-write``), a process was ended from outside
            (``worker-lost``), or a part of an earlier run cannot be read (``broken-part``).
    """
    refuse_place(out, data)
    with _told(out), begun(out, made.name, settings := made.settings(data)) as work:
        try:
            plan = layout(data, work)
            _make(made, plan, workers, step)
            if made.settings(data) != settings:
                raise _changed(data)
            pieces = (pl.read_ipc(_part(work, n)) for n in range(plan.pieces))
            rows = write(pieces, out, made.schema)
        except (LumbungError, pa.ArrowException, pl.exceptions.PolarsError):
            # What is to be mended changes the parts, and so all that was made of them.
            shutil.rmtree(work.folder)
            raise
        shutil.rmtree(work.folder)
    return rows


def _make(made: Made, plan: Layout, workers: int, step: Step) -> None:
    """Lay out the runs and compute the pieces that are not done yet."""
    work = plan.work
    runs = [(run, plan) for run in plan.runs if not run.laid_out(work).exists()]
    pieces = [(n, plan, made.rows) for n in range(plan.pieces) if not _part(work, n).exists()]
    of = len(plan.runs) + plan.pieces
    done = of - len(runs) - len(pieces)
    with processes(min(workers, max(len(runs), len(pieces)))) as each:
        for doing, parts_done in (
            ("lay out", each(lay_out, runs)),
            ("compute", each(_compute, pieces)),
        ):
            step(doing, done, of)
            for _ in parts_done:
                done += 1
                step(doing, done, of)


@contextlib.contextmanager
def _told(out: Path) -> Iterator[None]:
    """Tell what the machine did to a run so that a person can act on it."""
    try:
        yield
    except BrokenExecutor as error:
        raise Unavailable(
            found="a process of ours ended from outside",
            expected="memory for each of them: some gigabyte",
            hint="Give the same command, with fewer --workers: it goes on from here.",
            code="worker-lost",
        ) from error
    except (pa.ArrowException, pl.exceptions.PolarsError) as error:
        raise Unavailable(
            found=f"a part that cannot be read: {' '.join(str(error).split())[:200]}",
            expected="parts as they were written",
            hint="Give the same command again: it begins anew.",
            code="broken-part",
        ) from error
    except OSError as error:
        raise Unavailable(
            found=str(error),
            expected="a folder to write in, with disk for the tables once more",
            hint="Make room, or name another with --out; the same command goes on from here.",
            code="cannot-write",
            where=out.name,
        ) from error


def _changed(data: Path) -> BadInput:
    return BadInput(
        found="files that changed while they were read",
        expected="a data set that stays as it is until the end",
        hint="Give the same command again when nobody writes there.",
        code="data-changed",
        where=data.name,
    )


def _part(work: Work, number: int) -> Path:
    return work.folder / "pieces" / f"{number:05d}.arrow"


def _compute(what: tuple[int, Layout, Rows]) -> None:
    """Write the rows of a piece."""
    number, plan, rows_of = what
    tables = piece(number, plan)
    for name, frame in tables.items():
        unique(frame, TABLES[name], name)
    rows = rows_of(tables)
    names = businesses(plan.work).categories
    named = rows.with_columns(names.gather(rows[BUSINESS.name]).alias(BUSINESS.name))
    part = _part(plan.work, number)
    named.write_ipc(plan.work.place(part))
    plan.work.put(part)
