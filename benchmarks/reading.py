"""Reading every payment of a data set once, and nothing else: no engine can be faster.

``python -m benchmarks.reading pyarrow|polars|duckdb DIR`` reads all columns of the payments into
memory, batch by batch, by all cores, and prints how many rows there were and what it took.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.dataset as ds

from benchmarks.watched import clocked

BATCH = 1_000_000


def by_pyarrow(payments: Path) -> Iterator[int]:
    """Yield the rows of each batch, read by pyarrow."""
    for batch in ds.dataset(payments).to_batches(batch_size=BATCH):
        yield batch.num_rows


def by_polars(payments: Path) -> Iterator[int]:
    """Yield the rows of each part, read by Polars."""
    for part in sorted(payments.glob("*.parquet")):
        yield pl.read_parquet(part).height


def by_duckdb(payments: Path) -> Iterator[int]:
    """Yield the rows of each batch, read by DuckDB."""
    stored = duckdb.read_parquet(str(payments / "*.parquet"))
    for batch in stored.to_arrow_reader(BATCH):
        yield batch.num_rows


READERS: Mapping[str, Callable[[Path], Iterator[int]]] = {
    "pyarrow": by_pyarrow,
    "polars": by_polars,
    "duckdb": by_duckdb,
}


def main() -> None:
    """Read, and print one JSON object."""
    reader, data = sys.argv[1:]
    with clocked() as took:
        rows = sum(READERS[reader](Path(data) / "payments"))
    print(json.dumps({"rows": rows, **took}))


if __name__ == "__main__":
    main()
