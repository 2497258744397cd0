"""A simulated data set to make feature tables of, and what its table must be."""

from __future__ import annotations

import functools
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from training.datasets import read
from training.engines.kernel import READ, feature_rows
from training.engines.writing import write
from training.simulating import Plan
from training.simulating import write as simulate

PLAN = Plan(90, 6, 11)
"""Businesses enough for several pieces, with consents, some of them withdrawn."""


@functools.cache
def simulated(base: Path) -> Path:
    """Return the folder of the data set of `PLAN`."""
    out = base / "engines" / "data"
    simulate(PLAN, out, workers=1)
    return out


@functools.cache
def expected(base: Path) -> bytes:
    """Return the bytes of its feature table, made of the whole data set at once."""
    out = base / "engines" / "expected.parquet"
    write([feature_rows(read(simulated(base)).tables)], out)
    return out.read_bytes()


def rearranged(base: Path, out: Path) -> Path:
    """Write the same records in another order, cut into other parts; return the folder."""
    tables, chance = read(simulated(base)).tables, np.random.default_rng(3)
    for name in sorted(tables.keys() & set(READ)):
        frame = tables[name]
        shuffled = frame[chance.permutation(frame.height)]
        (out / name).mkdir(parents=True)
        cuts = [0, *sorted(chance.integers(0, frame.height, 3).tolist()), frame.height]
        for number, (first, end) in enumerate(pairwise(cuts)):
            if end > first:
                part = out / name / f"part-{number}.parquet"
                shuffled[first:end].write_parquet(part, row_group_size=700)
    (out / "dataset.toml").write_bytes((simulated(base) / "dataset.toml").read_bytes())
    return out


def tables_of(folder: Path) -> dict[str, pl.DataFrame]:
    """Return the checked tables of a data set."""
    return dict(read(folder).tables)
