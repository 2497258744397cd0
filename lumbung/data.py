"""Commands that make data sets: ``lumbung import`` and ``lumbung simulate``."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import click

from lumbung.cli import answer, say, steps
from training import importing, mapping, simulating
from training.simulated.scenario import scenario

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
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Something about the simulated world; docs/simulator.md lists what. Repeatable.",
)
@click.option("--workers", type=click.IntRange(1), help="Processes; one for each core if not said.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def simulate(
    businesses: int,
    months: int,
    seed: int,
    out: Path,
    settings: tuple[str, ...],
    workers: int | None,
    *,
    as_json: bool,
) -> None:
    """Make a simulated data set: businesses, all their records, loans, and the truth of each."""
    plan = simulating.Plan(businesses, months, seed, scenario(settings))
    counts = simulate_into(out, plan, workers)
    lines = [f"{name:<14}{count:>12,} rows, simulated" for name, count in counts.items()]
    answer("\n".join(lines), {"out": str(out), "rows": counts}, as_json=as_json)
    say(f"Next: lumbung train --data {out}")


def simulate_into(out: Path, plan: simulating.Plan, workers: int | None = None) -> dict[str, int]:
    """Simulate into the new data set *out*, with a progress bar; return its rows by table."""
    blocks = plan.blocks()
    try:
        with steps([""] * blocks, "simulate") as step:
            return simulating.write(plan, out, workers or os.cpu_count() or 1, step)
    except KeyboardInterrupt:
        say("\nThe same command goes on from here.")
        raise
