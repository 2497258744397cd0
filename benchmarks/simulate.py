"""How fast, how large and how true `lumbung simulate` is, measured on the whole process tree.

Run it with ``python -m benchmarks.simulate``; benchmarks/README.md says what it prints.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import psutil

from benchmarks.watched import Run, watched
from features.rows import Floats
from training.validation.evaluate import calibration_slope


@dataclass(frozen=True)
class Simulated:
    """One simulation: how it ran, and its rows by table."""

    run: Run
    rows: dict[str, int]


def simulated(arguments: list[str]) -> Simulated:
    """Run ``lumbung simulate`` in a process of its own, and watch it and its children."""
    run = watched([sys.executable, "-m", "lumbung", "simulate", "--json", *arguments])
    return Simulated(run, json.loads(run.said.splitlines()[-1])["rows"])


def calibration(data: Path) -> tuple[float, float, int]:
    """Return the slope of outcomes on the true log-odds, its standard error, and how many loans."""
    truth = pl.read_parquet(data / "truth" / "*.parquet")
    both = truth.join(pl.read_parquet(data / "outcomes" / "*.parquet"), on="application_id")
    probability = both["probability_of_default"].to_numpy()
    bad = (both["worst_days_past_due"] >= 90).to_numpy().astype(np.int64)  # noqa: PLR2004  DPD
    slope = calibration_slope(probability, bad, np.ones(bad.size))
    return slope, standard_error(probability), bad.size


def standard_error(probability: Floats) -> float:
    """Return the standard error of that slope where it is 1: from the Fisher information."""
    x, weight = np.log(probability / (1 - probability)), probability * (1 - probability)
    mean = np.average(x, weights=weight)
    return float(1 / np.sqrt(np.sum(weight * (x - mean) ** 2)))


def digest(data: Path) -> str:
    """Return one digest of every file of a folder, with its name."""
    files = sorted(file for file in data.rglob("*") if file.is_file())
    whole = hashlib.sha256()
    for file in files:
        whole.update(str(file.relative_to(data)).encode() + file.read_bytes())
    return whole.hexdigest()


def main() -> None:
    """Simulate twice, with as many processes as cores and with one, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--businesses", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--once", action="store_true", help="leave the second run out")
    asked = parser.parse_args()
    size = [f"--businesses={asked.businesses}", f"--months={asked.months}", f"--seed={asked.seed}"]
    with tempfile.TemporaryDirectory() as made:
        one, other = Path(made) / "one", Path(made) / "other"
        first = simulated([*size, f"--out={one}"])
        slope, error, loans = calibration(one)
        print(f"{psutil.cpu_count()} cores; {asked.businesses:,} simulated businesses")
        print(f"wall clock          {first.run.seconds:8.1f} s")
        print(f"rows                {sum(first.rows.values()):12,}")
        print(f"most memory at once {first.run.mib:8.0f} MiB, all processes, shared pages twice")
        print(f"calibration slope   {slope:8.3f} ± {error:.3f} on {loans:,} loans")
        if not asked.once:
            again = simulated([*size, f"--out={other}", "--workers=1"]).run
            print(f"one process alone   {again.seconds:8.1f} s, {again.mib:.0f} MiB")
            print(f"same bytes          {digest(one) == digest(other)}")


if __name__ == "__main__":
    main()
