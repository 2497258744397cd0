"""``lumbung score``: the score and its reasons of every application of a data set."""

from __future__ import annotations

from pathlib import Path

import click

from lumbung.cli import answer
from lumbung.engines import Engine, make, options
from models.artefact import CHAMPION
from models.proof import prove
from serving.rules import fetched, registry
from serving.rules.fetched import Registered
from serving.rules.followed import Followed
from serving.settings import Settings
from training.scoring import scores


@click.command()
@click.option("--model", "version", type=int, help="A version; the champion when not given.")
@options
def score(
    data: Path,
    out: Path,
    engine: Engine,
    workers: int | None,
    master: str,
    version: int | None,
    *,
    as_json: bool,
) -> None:
    """Write score, grade and reasons of every application of a data set into one file.

    The numbers are the service's own, to the bit. A score is no decision: nothing is kept.
    """
    by = _registered(Settings(), version)
    rows = make(scores(by.model, by.version), data, out, engine, workers, master)
    digest = by.model.digest
    text = f"{rows:,} applications scored by version {by.version}, {digest[:12]}"
    result = {
        "out": str(out),
        "rows": rows,
        "version": int(by.version),
        "digest": digest,
        "engine": engine,
    }
    answer(text, result, as_json=as_json)


def _registered(settings: Settings, version: int | None) -> Registered:
    """Return a version of the registry, proven; the champion where none is named.

    Raises:
        BadInput: there is no such version (``no-version``), or it is no model (``bad-model``).
        Unavailable: the registry is away (``registry-away``), or has no champion (``no-champion``).
    """
    kept = settings.home / "champions"
    if version is None:
        return Followed(settings.registry, kept, CHAMPION).champion()
    wanted = registry.version(settings.registry, version)
    found = fetched.read(registry.fetch(settings.registry, kept, wanted))
    prove(found.model)
    return found
