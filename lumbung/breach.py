"""The command that tells who was affected by a breach: ``lumbung breach``."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from audit.days import WIB
from lumbung.cli import answer, say
from lumbung.erase import opened
from serving.rights.breach import NOTICE, TO_TELL, Affected, Window, affected
from serving.settings import Settings

INSTANT: Final = click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"])


@click.command()
@click.option("--from", "since", required=True, type=INSTANT, help="Begin, UTC.")
@click.option("--to", "until", required=True, type=INSTANT, help="End, UTC.")
@click.option("--partner", help="Only accesses at this partner.")
@click.option("--key", help="Only accesses by the key with this prefix.")
@click.option("--known", type=INSTANT, help="When the breach became known, UTC; now if not said.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A CSV file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def breach(
    since: datetime,
    until: datetime,
    partner: str | None,
    key: str | None,
    known: datetime | None,
    out: Path,
    *,
    as_json: bool,
) -> None:
    """List whose data were accessed in a window, and draft the notice to them.

    UU 27/2022, Article 46: it is due within 3 times 24 hours.
    """
    window = Window(_utc(since), _utc(until), partner, key)
    with opened(Settings()) as engine:
        found = affected(engine, window)
    _write(out, found)
    due = (_utc(known) if known else datetime.now(UTC)) + TO_TELL
    partners = sorted({one.partner_id for one in found})
    result = {"affected": len(found), "partners": partners, "due": due.isoformat()}
    answer(notice(window, due), result, as_json=as_json)
    say(f"{len(found):,} businesses of {len(partners):,} partners are listed in {out}.")
    say(f"They and the authority are to be told by {_said(due)}.")


def notice(window: Window, due: datetime) -> str:
    """Return a draft of the notice; what stands in brackets is for a person to fill in."""
    return NOTICE.format(since=_said(window.since), until=_said(window.until), due=_said(due))


def _write(out: Path, found: list[Affected]) -> None:
    """Write the list, for its owner alone, whole or not at all."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Affected)])
    writer.writeheader()
    writer.writerows({**asdict(one), "decisions": " ".join(one.decisions)} for one in found)
    making = out.with_name(f".{out.name}")
    with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text.getvalue())
    making.replace(out)


def _utc(when: datetime) -> datetime:
    return when.replace(tzinfo=UTC)


def _said(when: datetime) -> str:
    return f"{when.astimezone(WIB):%d-%m-%Y %H:%M} WIB"
