"""How near the columns of a table come to being refused as leaks, each against its limit.

``python -m benchmarks.leaks --table FILE --target COL --bad VALUE [--exclude COL …]`` reads a
Parquet file of one loan a row; ``--data DIR`` reads a data set. It prints the most of any column by
each reading, then what is refused, and one JSON object as its last line.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from features.rows import Floats
from training.datasets import read
from training.gates.leak import LEAK_AUC, suspects
from training.gates.leaks.alone import alone
from training.gates.leaks.regular import UNLIKELY_ROUND, UNLIKELY_SPECIAL, largest_difference
from training.table import TrainingTable, training_table


def of_file(file: Path, target: str, bad: str, exclude: Collection[str]) -> TrainingTable:
    """Return the loans of a Parquet file; texts become codes, and every loan counts once."""
    frame = pl.read_parquet(file)
    outcomes = (frame[target].cast(pl.String) == bad).to_numpy().astype(np.int64)
    columns = [_numbers(frame[name]) for name in frame.columns if name not in {target, *exclude}]
    n = frame.height
    return TrainingTable(
        application_ids=np.arange(n),
        businesses=np.arange(n),
        partners=np.full(n, ""),
        as_of=np.arange(n),
        amounts=np.ones(n),
        vectors=np.column_stack([column.to_numpy() for column in columns]),
        bad=outcomes,
        weights=np.ones(n),
        left_out={},
        names=tuple(column.name for column in columns),
        directions=(0,) * len(columns),
    )


def _numbers(values: pl.Series) -> pl.Series:
    if values.dtype == pl.String:
        values = values.cast(pl.Categorical)
    return values.to_physical().cast(pl.Float64).fill_null(np.nan)


def margins(table: TrainingTable) -> dict[str, Any]:
    """Return the most of any column by each reading, its limit, and what is refused."""
    readings: dict[str, tuple[float, Callable[[Floats], float]]] = {
        "alone": (LEAK_AUC, lambda v: alone(v, table)),
        "round": (UNLIKELY_ROUND, lambda v: largest_difference(v, table)[0]),
        "special": (UNLIKELY_SPECIAL, lambda v: largest_difference(v, table)[1]),
    }
    columns = list(zip(table.names, table.vectors.T, strict=True))
    found: dict[str, Any] = {"loans": int(table.bad.size), "columns": len(columns)}
    for reading, (limit, how) in readings.items():
        most, name = max((how(values), name) for name, values in columns)
        found[reading] = {"most": most, "column": name, "limit": limit}
    return {**found, "suspects": [asdict(suspect) for suspect in suspects(table)]}


def main() -> None:
    """Run as a program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--target")
    parser.add_argument("--bad")
    parser.add_argument("--exclude", nargs="*", default=[])
    said = parser.parse_args()
    if said.data:
        table = training_table(read(said.data))
    else:
        table = of_file(said.table, said.target, said.bad, said.exclude)
    found = margins(table)
    print(f"{found['loans']:,} loans, {found['columns']} columns")
    for reading in ("alone", "round", "special"):
        most = found[reading]
        print(f"{reading:9}{most['most']:6.3f} of {most['limit']:.2f}  {most['column']}")
    for suspect in found["suspects"]:
        print(f"refused  {suspect['column']}: {suspect['why']}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
