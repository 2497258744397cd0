"""Backups of a SQLite database: made while the service runs, put back while it stands still.

A backup is a folder: the database as of one moment, what is said of it (`SAID`), and the file of
destroyed keys. The master key is no part of it, so that a stolen backup tells nothing: it is
backed up apart. Whoever was erased after a backup was made is erased again when it is put back.
PostgreSQL has its own tools; docs/runbook.md tells how they go with the destroyed keys.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import make_url

from features.errors import BadInput, Refused, Unavailable
from serving.rights import erasing

DATABASE: Final = "lumbung.db"
DESTROYED: Final = "destroyed-keys.txt"
SAID: Final = "backup.json"
ASIDE: Final = ".before-restore"
"""What the name of a database ends in that a restored one took the place of."""


@dataclass(frozen=True)
class Backup:
    """What a backup is.

    Args:
        made_at: when it was begun, UTC.
        sha256: of the database.
        decisions: how many there are in it.
        entries: how many the ledger in it has.
    """

    made_at: datetime
    sha256: str
    decisions: int
    entries: int


_SAID: Final = TypeAdapter(Backup)


def back_up(url: str, destroyed: Path, out: Path, now: datetime) -> tuple[Path, Backup]:
    """Make a backup, whole or not at all, while others read and write; return it and its folder.

    Args:
        url: of the database.
        destroyed: the file of destroyed keys.
        out: the folder of backups; each gets a folder in it, named by its time.
        now: the time, UTC.

    Raises:
        BadInput: the database is not SQLite's (``not-sqlite``), or there is none (``no-database``).
        Unavailable: it cannot be written (``cannot-write``).
    """
    source = file_of(url)
    if not source.is_file():
        raise _bad("no database", "one", "no-database", "Set LUMBUNG_HOME or LUMBUNG_DATABASE_URL.")
    folder = out / now.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    making = out / f".{folder.name}"
    try:
        making.mkdir(parents=True)
        with closing(sqlite3.connect(source)) as connection:
            connection.execute("VACUUM INTO ?", [str(making / DATABASE)])
        # Read after the database, so that who was erased while it was copied is among them.
        (making / DESTROYED).write_text("\n".join([*erasing.destroyed(destroyed), ""]), "ascii")
        said = _said(making / DATABASE, now)
        (making / SAID).write_bytes(_SAID.dump_json(said, indent=2) + b"\n")
        for file in making.iterdir():
            _sync(file)
        making.rename(folder)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(making, ignore_errors=True)
        raise Unavailable(
            found=f"no backup written: {error}",
            expected="room and permission at the place for backups",
            hint="Make room, or name another place with --out.",
            code="cannot-write",
            where=str(out),
        ) from error
    return folder, said


def put_back(folder: Path, url: str, destroyed: Path) -> Backup:
    """Put a backup in the place of the database, which is kept aside, and return what it is.

    `serving.rights.erasing.again` is to follow: the destroyed keys of both are in the
    file afterwards.

    Args:
        folder: the backup's.
        url: of the database.
        destroyed: the file of destroyed keys.

    Raises:
        BadInput: it is not a whole backup (``bad-backup``), or as `back_up`.
        Refused: the service, or somebody else, has the database open (``database-in-use``).
    """
    target, said = file_of(url), read(folder)
    if target.exists():
        _alone(target)
        target.replace(target.with_name(target.name + ASIDE))
    making = target.with_name(f".{target.name}.restored")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / DATABASE, making)
    _sync(making)
    making.replace(target)
    known = set(erasing.destroyed(destroyed))
    erasing.enlist(destroyed, [k for k in erasing.destroyed(folder / DESTROYED) if k not in known])
    return said


def read(folder: Path) -> Backup:
    """Return what a backup is, once it is sure that it is whole; raises as `put_back`."""
    hint = "Take another backup: this one was cut short or changed."
    try:
        said = _SAID.validate_json((folder / SAID).read_bytes())
        same = _sha256(folder / DATABASE) == said.sha256
    except (OSError, ValidationError) as error:
        raise _bad("no whole backup", f"a folder with {SAID}", "bad-backup", hint) from error
    if not same:
        raise _bad(f"a {DATABASE} that is not the one in {SAID}", "the same", "bad-backup", hint)
    return said


def file_of(url: str) -> Path:
    """Return the file of a SQLite database; raises BadInput (``not-sqlite``)."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or not parts.database:
        hint = "Use pg_dump and pg_restore as docs/runbook.md tells, then `lumbung restore`."
        raise _bad("another database", "SQLite in a file", "not-sqlite", hint)
    return Path(parts.database)


def _said(database: Path, now: datetime) -> Backup:
    with closing(sqlite3.connect(database)) as connection:
        decisions, entries = (
            connection.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608  our own names
            for table in ("decisions", "ledger")
        )
    return Backup(now, _sha256(database), decisions, entries)


def _alone(database: Path) -> None:
    """Refuse a database that somebody has open: only who is alone leaves the write-ahead log."""
    with closing(sqlite3.connect(database, timeout=0)) as connection, suppress(sqlite3.Error):
        if connection.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",):
            return
    raise Refused(
        found="a database that is in use, or broken",
        expected="one that nobody has open",
        hint="Stop the service first. If the file is broken, move it away and restore again.",
        code="database-in-use",
        where=str(database),
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def _bad(found: str, expected: str, code: str, hint: str) -> BadInput:
    return BadInput(found=found, expected=expected, hint=hint, code=code)
