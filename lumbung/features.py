"""``lumbung features``: the feature table of a data set, by one machine or by many."""

from __future__ import annotations

from pathlib import Path

import click

from features.catalogue import NAMES, fingerprint
from lumbung.cli import answer
from lumbung.engines import Engine, make, options
from training.engines.made import FEATURES


@click.command()
@options
def features(
    data: Path, out: Path, engine: Engine, workers: int | None, master: str, *, as_json: bool
) -> None:
    """Write every feature of every application of a data set into one file.

    A row is an application, in order of business and time; both engines write the same bytes.
    """
    rows = make(FEATURES, data, out, engine, workers, master)
    text = f"{rows:,} applications, {len(NAMES)} features, catalogue {fingerprint()}"
    result = {
        "out": str(out),
        "rows": rows,
        "features": len(NAMES),
        "catalogue": fingerprint(),
        "engine": engine,
    }
    answer(text, result, as_json=as_json)
