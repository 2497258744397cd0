"""``lumbung edition``: what officials are told of the periods that are over; to be run by cron."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

import click

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
    settings, now = Settings(), datetime.now(UTC)
    engine = unlocked(settings)
    report = functools.partial(registry.report, settings.registry)
    champion = in_force(settings)

    def drifted(period: Period) -> Drift | None:
        return drift(engine, period.since, period.until, champion) if champion else None

    try:
        due = keeping.lacking(engine, settings.editions, wib(now))
        for period in due:
            with progress(period.name) as step:
                keeping.keep(engine, make(engine, period, now, report, step, drifted))
        if due:
            checkpoints.take(engine, settings, now)
    finally:
        engine.dispose()
    names = [one.name for one in due]
    text = f"made: {', '.join(names)}; see /officials/editions" if due else "nothing is due"
    answer(text, {"made": names}, as_json=as_json)
