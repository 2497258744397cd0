"""Tables of a data set, made by one machine or by many: what such commands have in common."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import click

from lumbung.cli import progress, say
from training.engines import local
from training.engines.made import Made

Engine = Literal["local", "spark"]
ENGINES: Final = ("local", "spark")

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS: Final = (
    click.option("--data", required=True, type=click.Path(path_type=Path), help="A data set."),
    click.option(
        "--out",
        required=True,
        type=click.Path(dir_okay=False, path_type=Path),
        help="The Parquet file to make.",
    ),
    click.option(
        "--engine", type=click.Choice(ENGINES), default="local", show_default=True, help="By what."
    ),
    click.option(
        "--workers", type=click.IntRange(1), help="local: processes; one per core if not said."
    ),
    click.option(
        "--master", default="local[*]", show_default=True, help="spark: the cluster's master."
    ),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
)


def options(command: Command) -> Command:
    """Give a command the options that say what is made of which data set, where and by whom."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def make(
    made: Made, data: Path, out: Path, engine: Engine, workers: int | None, master: str
) -> int:
    """Write a table of a data set by an engine, with a progress bar; return how many rows it has.

    Raises:
        BadInput, BadTable, Unavailable: as `training.engines.local.make` and that of ``spark``.
    """
    with progress(made.name) as step:
        if engine == "spark":
            # An extra, and heavy: loaded only when asked for.
            spark = importlib.import_module("training.engines.spark")
            rows: int = spark.make(made, data, out, master, step)
            return rows
        try:
            return local.make(made, data, out, workers or os.cpu_count() or 1, step)
        except KeyboardInterrupt:
            say("\nThe same command goes on from here.")
            raise
