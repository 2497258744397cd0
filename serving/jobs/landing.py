"""The rows of one business in an upload become part of its records, or it is told why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from sqlalchemy.orm import Session

from features.errors import BadInput, LumbungError, Refused, Unavailable
from features.sources import BUSINESS, SOURCES
from serving.business import businesses, columnar, records
from serving.business.records import MOST_KEPT, Kept, Whose
from serving.jobs import sifting
from serving.jobs.sifting import LINE, Bad

NOT_KEPT: Final = [BUSINESS.name, LINE]


@dataclass(frozen=True)
class Landed:
    """What came of the rows of a business.

    Args:
        added, completed, same: as of `serving.business.records.Kept`.
        bad: the others.
    """

    added: int
    completed: int
    same: int
    bad: list[Bad]


def land(session: Session, whose: Whose, source: str, rows: pa.Table, now: datetime) -> Landed:
    """Keep rows of a business beside its records, all of them together.

    A row whose key stood before in the file is not taken, nor one that was kept before with other
    content; where the business is not kept here, or would hold too much, none is.

    Args:
        session: of `serving.store.database.writing`.
        whose: the business.
        source: of the rows.
        rows: as `serving.jobs.sifting` gives them, in the order of the file.
        now: the time, UTC.

    Raises:
        Unavailable: the database is away (``database-away``); nothing is kept.
    """
    lines = rows[LINE].to_pylist()
    keys = rows[SOURCES[source].key].to_pylist()
    first: dict[Any, int] = {}
    for line, key in zip(lines, keys, strict=True):
        first.setdefault(key, line)
    twice = [
        sifting.told(line, _twice(source))
        for line, key in zip(lines, keys, strict=True)
        if first[key] != line
    ]
    once = pa.array([first[key] == line for line, key in zip(lines, keys, strict=True)])
    try:
        kept = _kept(session, whose, source, rows.filter(once), now)
    except Unavailable:
        raise
    except LumbungError as error:
        return Landed(0, 0, 0, [sifting.told(line, error) for line in lines])
    differing = [
        sifting.told(first[key], _differs(source, column)) for key, column in kept.differing.items()
    ]
    return Landed(kept.added, kept.completed, kept.same, [*twice, *differing])


def _kept(session: Session, whose: Whose, source: str, rows: pa.Table, now: datetime) -> Kept:
    """Keep rows whose keys stand once, or none of them where it raises."""
    if rows.num_rows > MOST_KEPT:
        raise records.too_many(rows.num_rows)
    with session.begin_nested():
        businesses.check(session, whose)
        sorted_ = columnar.in_order(rows.drop_columns(NOT_KEPT), SOURCES[source])
        (kept,) = records.append_rows(session, whose, {source: sorted_}, now)
    return kept


def _twice(source: str) -> BadInput:
    key = SOURCES[source].key
    return BadInput(
        found=f"a {key} that stood before in the file, of the same business",
        expected="each once",
        hint="Send each record once.",
        code="duplicate-id",
        where=key,
    )


def _differs(source: str, column: str) -> Refused:
    key = SOURCES[source].key
    return Refused(
        found=f"a {key} that was kept before with another {column}",
        expected="the same record, or one that adds what is known later",
        hint=f"Give another record a {key} of its own.",
        code="record-differs",
        where=column,
    )
