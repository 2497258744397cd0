"""The commands of whoever looks after the ledger: ``lumbung ledger``."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from audit.chain import Fault
from features.errors import Refused
from lumbung.cli import answer, progress
from serving.ledger import checkpoints
from serving.ledger.verification import Verified, verify
from serving.settings import Settings
from serving.store import database

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def ledger() -> None:
    """Verify the ledger of what was done, and sign where it ends."""


@ledger.command("verify")
@click.option("--checkpoint", "files", type=FILE, multiple=True, help="It agrees with this too.")
@click.option("--key", help="Who signed the checkpoints: the public key that was published.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify_(files: tuple[Path, ...], key: str | None, *, as_json: bool) -> None:
    """Find whatever was changed, removed, added or moved since it was entered.

    Ends with status 3 where something was. Checkpoints find what nothing in the database can tell:
    that all of it was made anew.
    """
    settings = Settings()
    signed_by = key or (checkpoints.public_key(settings) if files else "")
    known = [checkpoints.read(file.read_text("utf-8"), signed_by) for file in files]
    engine = database.connect(settings.database)
    try:
        with progress("verify") as step:
            found = verify(engine, known, step)
    finally:
        engine.dispose()
    answer(_told(found), _result(found), as_json=as_json)
    if found.wrong:
        sys.exit(Refused.exit_status)


@ledger.command("checkpoint")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it here too.")
def checkpoint(out: Path | None) -> None:
    """Sign where the ledger ends now, as one line of JSON to publish or to put away.

    Who has it can tell later whether anything before was changed, with the public key in it.
    """
    settings = Settings()
    engine = database.connect(settings.database)
    try:
        made = checkpoints.take(engine, settings, datetime.now(UTC))
    finally:
        engine.dispose()
    if out is not None:
        new = out.with_name(f".{out.name}.new")
        new.write_text(made.model_dump_json() + "\n", encoding="utf-8")
        new.replace(out)
    click.echo(made.model_dump_json())


def _told(found: Verified) -> str:
    whole = f"{found.number:,} entries, the last {found.hash}"
    if not found.wrong:
        return f"whole: {whole}"
    lines = [_line(fault) for fault in found.faults]
    more = found.wrong - len(lines)
    return "\n".join([*lines, *([f"… and {more:,} more"] if more else []), f"not whole: {whole}"])


def _line(fault: Fault) -> str:
    return f"{fault.code} at {fault.where}: {fault.told}"


def _result(found: Verified) -> dict[str, Any]:
    return {
        "whole": not found.wrong,
        "entries": found.number,
        "hash": found.hash,
        "kinds": dict(sorted(found.kinds.items())),
        "wrong": found.wrong,
        "faults": [asdict(fault) for fault in found.faults],
    }
