"""How long ``lumbung import`` takes for payments in a CSV file, beside bare conversions of it.

The bare ones read the same file with types inferred and write Parquet: no mapping, no
check, no pseudonym, no duplicate found. All candidates run in turn, each in a process of
its own, several times; what counts is the ratio within a turn.

    python -m benchmarks.importing --rows 5000000 --turns 5
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

MAPPING = """
[dataset]
name = "benchmark"
currency = "IDR"
time_zone = "Asia/Jakarta"
source = "made up"
licence = "Apache-2.0"
basis = "made up"
[[table]]
table = "payments"
[table.columns]
payment_id = { from = "trx_id" }
business_id = { from = "merchant", hash = true }
occurred_at = { from = "tanggal", format = "%d/%m/%Y %H:%M:%S" }
amount = { from = "nominal" }
direction = { from = "jenis", values = { BAYAR = "in", REFUND = "out" } }
kind = { from = "jenis", values = { BAYAR = "sale", REFUND = "refund" } }
channel = { constant = "qris" }
counterparty = { from = "payer" }
"""

POLARS = "import polars; polars.scan_csv('payments.csv').sink_parquet('polars.parquet')"
DUCKDB = """
import duckdb
duckdb.sql("SET enable_progress_bar = false")
duckdb.sql("COPY (SELECT * FROM read_csv('payments.csv')) TO 'duckdb.parquet' (FORMAT parquet)")
"""
REFUNDED = 0.03


def write(rows: int, folder: Path) -> None:
    """Write made-up payments of 20,000 merchants by a million payers, the mapping and a key."""
    random = np.random.default_rng(1)
    merchant = random.integers(0, 20_000, rows)
    second = 1_735_689_600_000_000 + random.integers(0, 365 * 86_400, rows) * 1_000_000
    payer = merchant * 50 + random.integers(0, 50, rows)
    kind = np.where(random.random(rows) < REFUNDED, "REFUND", "BAYAR")
    pl.DataFrame(
        {
            "trx_id": pl.Series(np.arange(rows)).cast(pl.String).str.zfill(12),
            "merchant": "ID" + pl.Series(merchant).cast(pl.String).str.zfill(13),
            "tanggal": pl.Series(second).cast(pl.Datetime("us")).dt.strftime("%d/%m/%Y %H:%M:%S"),
            "nominal": random.integers(1, 2000, rows) * 500,
            "mdr": random.integers(0, 2000, rows),
            "jenis": pl.Series(kind),
            "issuer": pl.Series(np.array(["A", "B", "C", "D"])[random.integers(0, 4, rows)]),
            "payer": "P" + pl.Series(payer).cast(pl.String).str.zfill(10),
        }
    ).write_csv(folder / "payments.csv")
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    (folder / "key").write_text("made up for the benchmark, and long enough", encoding="utf-8")


def run(command: list[str], folder: Path) -> tuple[float, float]:
    """Run a command to its end; return seconds and peak memory in MiB."""
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603  commands of our own
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - began
    if status != 0:
        raise SystemExit(f"{command[:3]} failed")
    return taken, usage.ru_maxrss / 1024


def told(
    name: str, figures: list[tuple[float, float]], ours: list[tuple[float, float]]
) -> dict[str, float]:
    """Print a candidate's figures, and return them."""
    seconds, memory = zip(*figures, strict=True)
    ratios = [mine / its for (mine, _), its in zip(ours, seconds, strict=True)]
    middle, ratio = statistics.median(seconds), statistics.median(ratios)
    print(
        f"{name:<8} {middle:6.2f} s [{min(seconds):.2f}, {max(seconds):.2f}]  peak "
        f"{max(memory):5.0f} MiB  lumbung ÷ it {ratio:.2f} [{min(ratios):.2f}, {max(ratios):.2f}]"
    )
    return {"seconds": middle, "peak_mib": max(memory), "lumbung_takes_times": ratio}


def main() -> None:
    """Print seconds, memory and ratios, and one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write is not None:
        write(asked.rows, asked.write)
        return
    ours = [sys.executable, "-m", "lumbung", "import", "payments.csv", "--mapping"]
    ours += ["./mapping.toml", "--key", "key", "--out", "out"]
    candidates = {
        "lumbung": ours,
        "polars": [sys.executable, "-c", POLARS],
        "duckdb": [sys.executable, "-c", DUCKDB],
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in candidates}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In a process of its own: a child's peak memory counts what its parent held.
        write_it = ["-m", "benchmarks.importing", "--rows", str(asked.rows), "--write", name]
        subprocess.run([sys.executable, *write_it], check=True)  # noqa: S603  ourselves
        for _ in range(asked.turns):
            for candidate, command in candidates.items():
                shutil.rmtree(folder / "out", ignore_errors=True)
                taken[candidate].append(run(command, folder))
    print(f"{asked.rows:,} rows, {asked.turns} turns, {os.cpu_count()} cores")
    print(json.dumps({name: told(name, taken[name], taken["lumbung"]) for name in candidates}))


if __name__ == "__main__":
    main()
