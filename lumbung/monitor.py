"""The command that looks for drift and rings: ``lumbung monitor``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import click
from prometheus_client import write_to_textfile

from audit.days import midnight, wib
from audit.drift.alarms import USUAL, Limits, load
from audit.drift.comparison import Finding
from audit.drift.monitored import Drift
from features.errors import Refused
from lumbung.cli import answer, progress, say
from serving.editions.drifting import drift, in_force
from serving.operation.drifted import figures
from serving.rules.fetched import Registered
from serving.settings import Settings
from serving.store.sealed import unlocked

FILE: Final = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--days", default=90, show_default=True, type=click.IntRange(1), help="How many.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="The day after the last, WIB; else today."
)
@click.option("--limits", type=FILE, help="Limits of the alarms, TOML (docs/alarms.md).")
@click.option("--metrics", type=FILE, help="Write figures here, for Prometheus' node exporter.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def monitor(
    days: int, until: datetime | None, limits: Path | None, metrics: Path | None, *, as_json: bool
) -> None:
    """Look whether applicants and loans of the last days still are as the champion learned.

    Ends with status 3 where an alarm rings; docs/alarms.md says what to do about each.
    """
    now, settings = datetime.now(UTC), Settings()
    after = until.date() if until else wib(now)
    since = after - timedelta(days=days)
    asked = USUAL if limits is None else load(limits)
    champion = in_force(settings)
    found = _look(settings, since, after, champion, asked)
    if metrics is not None:
        write_to_textfile(str(metrics), figures(found, now))
    version = None if champion is None else champion.version
    said = {"since": since.isoformat(), "until": after.isoformat(), "model": version}
    answer("\n".join(told(found)), {**said, **found.json()}, as_json=as_json)
    say(f"Looked at {since} up to {after}, against model {version or 'none'}.")
    for code in dict.fromkeys(one.code for one in found.alarms):
        say(f"Next: docs/alarms.md#{code}")
    if found.alarms:
        sys.exit(Refused.exit_status)


def _look(
    settings: Settings, since: date, until: date, champion: Registered | None, limits: Limits
) -> Drift:
    first, after = (midnight(day) for day in (since, until))
    engine = unlocked(settings)
    try:
        with progress("monitor") as step:
            return drift(engine, first, after, champion, limits=limits, vintages=True, step=step)
    finally:
        engine.dispose()


def told(found: Drift) -> Iterator[str]:
    """Give what the command says of a look, line by line."""
    yield f"{found.applicants:,} applicants, {found.judged:,} loans judged"
    if not found.reference:
        yield "no reference: no model says what it was trained on, so train one anew"
    if not found.season:
        yield "of the same Hijri season a year before too little is known"
    yield from map(_line, found.alarms)
    seasonal = sum(one.level == "season" for one in found.findings)
    if seasonal:
        yield f"{seasonal} moved as in the season a year before, and do not ring"
    if not found.findings:
        yield "insufficient data: nothing could be compared, which is not calm"
        return
    of = Counter(one.compared.measure for one in found.findings)
    counted = ", ".join(f"{number} {measure}" for measure, number in of.items())
    yield f"{len(found.alarms)} alarms among {of.total()} comparisons ({counted})"


def _line(one: Finding) -> str:
    of = one.compared
    bounds = f"{of.found.value:.3f} [{of.found.low:.3f}, {of.found.high:.3f}]"
    return f"{one.level or '':<5} {one.code:<14} {of.what:<28} {bounds}, p {one.p_of_all:.1g}"
