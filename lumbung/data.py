"""Commands that make data sets: ``lumbung import`` and ``lumbung simulate``."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path

import click
import polars as pl

from lumbung.cli import answer, say, steps
from training import datasets, importing, mapping, simulator
from training.simulated_businesses import CHUNK

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("import")
@click.argument("source", type=FOLDER)
@click.option("--mapping", "name", required=True, help="One of ours by name, or a file.")
@click.option("--out", required=True, type=FOLDER, help="The data set to make.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_(source: Path, name: str, out: Path, *, as_json: bool) -> None:
    """Make a data set of the foreign files in folder SOURCE, by a mapping."""
    reports = importing.run(mapping.load(name), source, out)
    lines = [_line(report) for report in reports]
    result = {"out": str(out), "tables": [asdict(report) for report in reports]}
    answer("\n".join(lines), result, as_json=as_json)
    say(f"Next: lumbung train --data {out}")


def _line(report: importing.Report) -> str:
    rejected = ", ".join(f"{n} {code}" for code, n in sorted(report.rejected.items()))
    kept = f"{report.table:<14}{report.kept:>12,} rows kept of {report.read:,}"
    return f"{kept}; set aside: {rejected}" if rejected else kept


@click.command()
@click.option("--businesses", default=1000, show_default=True, help="How many.")
@click.option("--months", default=12, show_default=True, help="Longest history before applying.")
@click.option("--seed", default=0, show_default=True, help="Of every random choice.")
@click.option("--out", required=True, type=FOLDER, help="The data set to make.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def simulate(businesses: int, months: int, seed: int, out: Path, *, as_json: bool) -> None:
    """Make a simulated data set of businesses, payments, applications and outcomes."""
    counts = simulate_into(out, businesses, months, seed)
    lines = [f"{name:<14}{count:>12,} rows, simulated" for name, count in counts.items()]
    answer("\n".join(lines), {"out": str(out), "rows": counts}, as_json=as_json)
    say(f"Next: lumbung train --data {out}")


def simulate_into(out: Path, businesses: int, months: int, seed: int) -> dict[str, int]:
    """Simulate into the new data set *out*, with a progress bar; return its rows by table."""
    chunks = simulator.simulate(businesses, months, seed)
    about = datasets.About(
        name=f"simulated-{businesses}-{months}-{seed}",
        currency="IDR",
        time_zone="Asia/Jakarta",
        source="lumbung simulate; see docs/simulator.md",
        licence="Apache-2.0",
        simulated=True,
    )
    with datasets.whole(out) as making:
        tables: dict[str, list[pl.DataFrame]] = {}
        with steps([""] * math.ceil(businesses / CHUNK), "simulate") as step:
            for chunk in chunks:
                for name, frame in chunk.items():
                    tables.setdefault(name, []).append(frame)
                step("")
        for name, frames in tables.items():
            pl.concat(frames).write_parquet(making / f"{name}.parquet")
        datasets.write_about(about, making)
    return {name: sum(frame.height for frame in frames) for name, frames in tables.items()}
