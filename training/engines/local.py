"""The engine of one machine: all cores, memory for a few pieces, a stop at any time.

The data set is laid out by business first (`training.engines.layout`), then each piece is
computed by itself, and the pieces' rows are written in order. Every part is done by one of as
many processes as there are cores; what was done when a run was stopped is not done again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from features.catalogue import fingerprint
from features.errors import LumbungError
from features.records import TABLES
from features.sources import BUSINESS
from training.about import DECLARATION
from training.datasets import refuse_existing, unique
from training.engines.kernel import READ, feature_rows
from training.engines.layout import (
    PIECE_ROWS,
    RUN_ROWS,
    Layout,
    businesses,
    lay_out,
    layout,
    piece,
)
from training.engines.writing import write
from training.pool import processes
from training.progress import UNHEARD, Step
from training.resuming import Work, begun
from training.tables import parts


def features(data: Path, out: Path, workers: int, step: Step = UNHEARD) -> int:
    """Write the feature table of a data set into the new file *out*; return how many rows it has.

    Args:
        data: the folder of the data set.
        out: the file to make.
        workers: how many processes.
        step: told of every run and piece that is done.

    Raises:
        BadInput: *out* is already there (``already-there``), or as `training.datasets.read`.
        BadTable: as `training.datasets.read`.
    """
    refuse_existing(out)
    work = begun(out, "features", _settings(data))
    try:
        rows = write(_made(layout(data, work), workers, step), out)
    except LumbungError:
        # What is to be mended changes the files, and so all that was made of them.
        shutil.rmtree(work.folder)
        raise
    shutil.rmtree(work.folder)
    return rows


def _made(plan: Layout, workers: int, step: Step) -> Iterator[pl.DataFrame]:
    """Do what is not done yet, then yield the rows of each piece."""
    work = plan.work
    runs = [(run, plan) for run in plan.runs if not run.laid_out(work).exists()]
    pieces = [(n, plan) for n in range(plan.pieces) if not _part(work, n).exists()]
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
    for number in range(plan.pieces):
        yield pl.read_ipc(_part(work, number))


def _settings(data: Path) -> dict[str, Any]:
    """Return all that the parts depend on."""
    files = [data / DECLARATION, *(file for name in READ for file in parts(data, name))]
    seen = [(str(f), f.stat().st_size, f.stat().st_mtime_ns) for f in files if f.exists()]
    made_with = [fingerprint(), RUN_ROWS, PIECE_ROWS, np.__version__, pl.__version__]
    return {"files": seen, "made with": made_with}


def _part(work: Work, number: int) -> Path:
    return work.folder / "pieces" / f"{number:05d}.arrow"


def _compute(what: tuple[int, Layout]) -> None:
    """Write the feature rows of a piece."""
    number, plan = what
    tables = piece(number, plan)
    for name, frame in tables.items():
        unique(frame, TABLES[name], name)
    rows = feature_rows(tables)
    names = businesses(plan.work).categories
    named = rows.with_columns(names.gather(rows[BUSINESS.name]).alias(BUSINESS.name))
    part = _part(plan.work, number)
    named.write_ipc(plan.work.place(part))
    plan.work.put(part)
