"""``lumbung features``: the feature table of a data set, by one machine or by many."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Final, Literal

import click

from features.catalogue import NAMES, fingerprint
from lumbung.cli import answer, progress, say
from training.engines import local

Engine = Literal["local", "spark"]
ENGINES: Final = ("local", "spark")


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="A data set.")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The Parquet file to make.",
)
@click.option(
    "--engine", type=click.Choice(ENGINES), default="local", show_default=True, help="By what."
)
@click.option(
    "--workers", type=click.IntRange(1), help="local: processes; one per core if not said."
)
@click.option(
    "--master", default="local[*]", show_default=True, help="spark: the cluster's master."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def features(
    data: Path, out: Path, engine: Engine, workers: int | None, master: str, *, as_json: bool
) -> None:
    """Write every feature of every application of a data set into one file.

    A row is an application, in order of business and time; both engines write the same bytes.
    """
    with progress("features") as step:
        if engine == "spark":
            # An extra, and heavy: loaded only when asked for.
            spark = importlib.import_module("training.engines.spark")
            rows = spark.features(data, out, master, step)
        else:
            try:
                rows = local.features(data, out, workers or os.cpu_count() or 1, step)
            except KeyboardInterrupt:
                say("\nThe same command goes on from here.")
                raise
    text = f"{rows:,} applications, {len(NAMES)} features, catalogue {fingerprint()}"
    result = {
        "out": str(out),
        "rows": rows,
        "features": len(NAMES),
        "catalogue": fingerprint(),
        "engine": engine,
    }
    answer(text, result, as_json=as_json)
