"""``lumbung bench``: figures side by side with what people would use instead."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import click

from features.errors import BadInput
from lumbung.cli import say

ROOT: Final = Path(__file__).resolve().parents[1]
"""The checkout: benchmarks come with the source and are not installed."""

PROGRAMS: Final = (
    "all",
    "allocation",
    "batch",
    "bootstrap",
    "calibration",
    "dice",
    "drift",
    "faults",
    "features",
    "growth",
    "importing",
    "leaks",
    "model_server",
    "nation",
    "novelty",
    "plausibility",
    "power",
    "ranking",
    "recipes",
    "review",
    "scoring",
    "serving",
    "signals",
    "simulate",
    "starting",
    "steps",
)
"""The programs of ``benchmarks/``; its README says what each measures."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", type=click.Choice(PROGRAMS))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def bench(name: str, arguments: tuple[str, ...], *, as_json: bool) -> None:
    """Run a benchmark of speed, with ARGUMENTS of its own; all its candidates run in turn.

    How well loans are told apart is the matter of `lumbung benchmark`.
    """
    if not (ROOT / "benchmarks").is_dir():
        raise BadInput(
            found="an installation without benchmarks",
            expected="a checkout of the repository",
            hint="Clone it, `make dev`, and run .venv/bin/lumbung there.",
            code="no-benchmarks",
        )
    say("On a machine where something else runs, this measures that too.")
    command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(  # noqa: S603  a program of ours
        command, env=environment, stdout=subprocess.PIPE, text=True
    ) as program:
        held = _told(program, quiet=as_json)
    # A benchmark that found something wrong says what, and ends with a status that tells so.
    if as_json and held.startswith("{"):
        click.echo(held, nl=False)
    if program.returncode:
        sys.exit(program.returncode)


def _told(program: subprocess.Popen[str], *, quiet: bool) -> str:
    """Print a program's lines as they come, but for the last, its JSON; return that."""
    held = ""
    for line in program.stdout or ():
        if not quiet:
            click.echo(held, nl=False)
        held = line
    return held
