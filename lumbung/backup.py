"""Commands that keep copies and bring them back: ``lumbung backup`` and ``lumbung restore``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from lumbung.cli import answer, say
from lumbung.erase import opened
from serving.rights import erasing
from serving.settings import Settings
from serving.store import database
from serving.store.backup import back_up, put_back


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Where backups are.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def backup(out: Path, *, as_json: bool) -> None:
    """Copy the database, as of one moment, into a new folder in --out; the service may run."""
    settings = Settings()
    folder, made = back_up(settings.database, settings.destroyed_keys, out, datetime.now(UTC))
    result = {"folder": str(folder), "decisions": made.decisions, "entries": made.entries}
    text = f"{folder}: {made.decisions:,} decisions, {made.entries:,} entries of the ledger"
    answer(text, {**result, "sha256": made.sha256}, as_json=as_json)
    say(f"The master key is not in it: keep a copy of {settings.master_key} elsewhere.")


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def restore(folder: Path | None, *, as_json: bool) -> None:
    """Put the backup in FOLDER in the place of the database, and erase again who was erased since.

    The database that was there is kept beside it. Without FOLDER only the erasing is done, as after
    a restore of PostgreSQL by its own tools.
    """
    settings = Settings()
    now = datetime.now(UTC)
    if folder is not None:
        made = put_back(folder, settings.database, settings.destroyed_keys)
        say(f"Restored what was kept on {made.made_at:%Y-%m-%d at %H:%M:%S} UTC.")
    with opened(settings) as engine:
        database.migrate(engine)
        erased = erasing.again(engine, erasing.destroyed(settings.destroyed_keys), now)
    answer(f"{erased:,} businesses erased again", {"erased_again": erased}, as_json=as_json)
    say("Next: lumbung ledger verify")
