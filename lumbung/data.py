"""Commands that make data sets: ``lumbung import``, ``export`` and ``simulate``."""

from __future__ import annotations

import os
from pathlib import Path

import click
import polars as pl

from features.records import PURPOSES
from lumbung.cli import answer, progress, say, steps
from training import permission, simulating
from training.importing import importer, mapping, suggesting
from training.importing.pseudonyms import read_key
from training.importing.report import Report
from training.simulated.scenario import scenario

FOLDER = click.Path(file_okay=False, path_type=Path)
ANY = click.Path(path_type=Path)


@click.command("import")
@click.argument("source", type=ANY)
@click.option("--mapping", "name", help="One of ours by name, or a file.")
@click.option("--out", type=FOLDER, help="The data set to make, or to add to.")
@click.option("--key", "key_file", type=ANY, help="File with the secret that makes pseudonyms.")
@click.option("--dry-run", is_flag=True, help="Read and report; keep nothing.")
@click.option("--suggest", is_flag=True, help="Print a mapping for the file SOURCE to begin with.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_(
    source: Path,
    name: str | None,
    out: Path | None,
    key_file: Path | None,
    *,
    dry_run: bool,
    suggest: bool,
    as_json: bool,
) -> None:
    """Make a data set of the foreign files in SOURCE, a folder or a file, by a mapping.

    Importing the same files again changes nothing; other files join the data set.
    """
    if suggest:
        text = suggesting.suggest(source)
        answer(text, {"mapping": text}, as_json=as_json)
        say("Next: save it, read it, complete what is marked, then lumbung import --dry-run")
        return
    if name is None or (out is None) != dry_run:
        raise click.UsageError("Give --mapping, and either --out or --dry-run.")
    chosen = mapping.load(name)
    key = None if key_file is None else read_key(key_file)
    with progress("import") as step:
        reports = importer.run(chosen, source, out, key, step)
    text = "\n".join(_told(report, whole=dry_run) for report in reports)
    result = {
        "out": None if out is None else str(out),
        "tables": [report.as_json() for report in reports],
    }
    answer(text, result, as_json=as_json)
    say("Next: the same with --out" if out is None else f"Next: lumbung train --data {out}")


def _told(report: Report, *, whole: bool) -> str:
    """Return a report in words; *whole* with days, gaps and the first rows."""
    if report.already:
        return f"{report.table:<14}already imported; nothing changed"
    asides = [
        (report.passed_over, "passed over"),
        (report.repeated, "repeated"),
        (report.rejected.total(), "set aside"),
    ]
    said = [f"{n:,} {what}" for n, what in asides if n]
    codes = ", ".join(f"{n} {code}" for code, n in sorted(report.rejected.items()))
    line = f"{report.table:<14}{report.kept:>12,} rows kept of {report.read:,}"
    line = "; ".join([line, *said]) + (f": {codes}" if codes else "")
    if not whole:
        return line
    gap = f"longest gap {report.longest_gap_days} days"
    days = f"{'':14}{report.first} to {report.last}, {gap}\n" if report.first else ""
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160, tbl_hide_dataframe_shape=True):
        return f"{line}\n{days}{report.sample}\n"


@click.command()
@click.option("--data", required=True, type=FOLDER, help="A data set.")
@click.option("--purpose", required=True, type=click.Choice(PURPOSES), help="What it is for.")
@click.option("--partner", help="The lender it is shared with, for the purpose sharing.")
@click.option("--out", required=True, type=FOLDER, help="The data set to make.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def export(data: Path, purpose: str, partner: str | None, out: Path, *, as_json: bool) -> None:
    """Copy of a data set what may be used for a purpose, under the consents that hold now."""
    counts = permission.export(data, out, purpose, partner)
    lines = [f"{name:<14}{kept:>12,} rows of {of:,}" for name, (kept, of) in counts.items()]
    rows = {name: {"kept": kept, "of": of} for name, (kept, of) in counts.items()}
    answer("\n".join(lines), {"out": str(out), "purpose": purpose, "rows": rows}, as_json=as_json)
    say(f"Records left out of {out} are those no consent covers for {purpose}.")


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
