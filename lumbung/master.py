"""The command that changes the master key: ``lumbung master rewrap``."""

from __future__ import annotations

import click

from lumbung.cli import answer
from serving.settings import Settings
from serving.store import database, sealed
from serving.store.master import master_of


@click.group()
def master() -> None:
    """Look after the master key, which seals the keys of all businesses."""


@master.command("rewrap")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rewrap(*, as_json: bool) -> None:
    """Wrap the keys of all businesses by the first key of the master key's file.

    To change it: write the new key as the first line of the file, restart the service, give this
    command, take the old line out, restart again. What is sealed stays as it is.
    """
    settings = Settings()
    engine = database.connect(settings.database)
    try:
        done = sealed.rewrap(engine, master_of(settings))
    finally:
        engine.dispose()
    answer(f"{done:,} keys wrapped anew", {"wrapped": done}, as_json=as_json)
