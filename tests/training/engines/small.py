"""A small data set, and its feature table as the kernel alone makes it."""

from __future__ import annotations

from pathlib import Path

from training import datasets
from training.engines.kernel import READ, feature_rows
from training.engines.writing import write
from training.simulating import Plan
from training.simulating import write as simulate

PLAN = Plan(40, 4, 3)


def small_data(folder: Path, plan: Plan = PLAN) -> Path:
    """Return a simulated data set, with the table of `by_the_kernel` beside it."""
    simulate(plan, folder / "data", 1)
    by_the_kernel(folder / "data", folder / "expected.parquet")
    return folder / "data"


def by_the_kernel(data: Path, out: Path) -> Path:
    """Write the feature table of a data set as one call of the kernel makes it."""
    tables = datasets.read(data).tables
    write([feature_rows({name: tables[name] for name in READ if name in tables})], out)
    return out
