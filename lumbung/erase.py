"""Commands that let go of what is kept: ``lumbung erase`` and ``lumbung retention``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime

import click
from sqlalchemy import Engine

from lumbung.cli import answer
from serving.business.records import Whose
from serving.rights import erasing
from serving.rights.erasing import Lock
from serving.rights.retention import Swept, sweep
from serving.settings import Settings
from serving.store import database


@click.command()
@click.argument("partner")
@click.argument("business")
@click.option("--owner", is_flag=True, help="The owner asks: their own open cases end too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def erase(partner: str, business: str, *, owner: bool, as_json: bool) -> None:
    """Erase what PARTNER keeps about BUSINESS, by the partner's own name for it.

    Its key is destroyed: nobody can bring the data back, from no copy of the database either.
    """
    settings = Settings()
    with opened(settings) as engine:
        done = erasing.erase(
            engine,
            settings.destroyed_keys,
            Whose(partner, business),
            datetime.now(UTC),
            Lock(settings.dispute_days, asked_by_owner=owner),
        )
    text = f"erased; {done.decisions:,} decisions can no longer be read (erasure {done.erasure})"
    answer(text, {**asdict(done), "at": done.at.isoformat()}, as_json=as_json)


@click.command()
@click.option("--dry-run", is_flag=True, help="Tell only what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def retention(*, dry_run: bool, as_json: bool) -> None:
    """Erase and delete what was kept as long as the settings say; to be run every day."""
    settings = Settings()
    with opened(settings) as engine:
        swept = sweep(engine, settings, datetime.now(UTC), dry=dry_run)
    answer(_told(swept, dry=dry_run), {"dry_run": dry_run, **asdict(swept)}, as_json=as_json)


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """Give the database for a while."""
    engine = database.connect(settings.database)
    try:
        yield engine
    finally:
        engine.dispose()


def _told(swept: Swept, *, dry: bool) -> str:
    would = "would be " if dry else ""
    return (
        f"{swept.businesses:,} businesses {would}erased, {swept.locked:,} have to be kept still; "
        f"{swept.links:,} links, {swept.sessions:,} sessions, {swept.accesses:,} accesses and "
        f"{swept.jobs:,} batches {would}deleted, {swept.uploads:,} uploads {would}cancelled"
    )
