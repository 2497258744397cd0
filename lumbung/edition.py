"""``lumbung edition``: what officials are told of the periods that are over; to be run by cron."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

import click
from sqlalchemy import Engine

from audit.days import wib
from audit.drift.monitored import Drift
from audit.editions.period import Period
from lumbung.cli import answer, progress
from serving.editions import keeping
from serving.editions.drifting import drift, in_force
from serving.editions.making import make
from serving.ledger import checkpoints
from serving.rules import registry
from serving.settings import Settings
from serving.store.sealed import unlocked


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def edition(*, as_json: bool) -> None:
    """Make the edition of each period that is over and has none, and sign where the ledger ends.

    What it tells is frozen: officials see it at /officials/editions. Where nothing is due it says
    so, and does nothing.
    """
    settings = Settings()
    engine = unlocked(settings)
    try:
        names = make_due(engine, settings, datetime.now(UTC))
    finally:
        engine.dispose()
    text = f"made: {', '.join(names)}; see /officials/editions" if names else "nothing is due"
    answer(text, {"made": names}, as_json=as_json)


def make_due(engine: Engine, settings: Settings, now: datetime) -> list[str]:
    """Make what is due, and return the names; arguments and raises as `make_all`.

    Raises:
        Refused: a period would lie over one that is made (``edition-overlap``).
    """
    due = keeping.lacking(engine, settings.editions, wib(now))
    make_all(engine, settings, due, now)
    return [one.name for one in due]


def make_all(engine: Engine, settings: Settings, periods: list[Period], now: datetime) -> None:
    """Make the editions of some periods, and sign where the ledger ends.

    Args:
        engine: the database, unlocked.
        settings: of the service.
        periods: none of which has an edition.
        now: the time, UTC.
    """
    report, champion = functools.partial(registry.report, settings.registry), in_force(settings)

    def drifted(period: Period) -> Drift | None:
        return drift(engine, period.since, period.until, champion) if champion else None

    for period in periods:
        with progress(period.name) as step:
            keeping.keep(engine, make(engine, period, now, report, step, drifted))
    if periods:
        checkpoints.take(engine, settings, now)
