"""Commands that make data sets: ``lumbung import`` and ``lumbung simulate``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from lumbung.cli import answer, say
from training import importing, mapping

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
