"""Records that a partner keeps here of its businesses, so that an application need not carry them.

They are kept by source, in order of time, in sealed chunks, and read back as columns that the join
takes; `serving.business.merging` tells what comes of records that are sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
from sqlalchemy import ColumnElement, bindparam, delete, func, select
from sqlalchemy.orm import Session

from audit.days import EPOCH
from features.errors import Refused
from features.known import HISTORY_DAYS
from features.rows import Columns
from features.sources import SOURCES
from serving.business import columnar, merging
from serving.reading.columns import Values
from serving.store.sealed import Seal, seal, unseal, unseal_all
from serving.tables import ChunkRow

CHUNK: Final = 8192
"""Records of a chunk: what one more record at the end writes anew at most."""

MOST_KEPT: Final = 100_000
"""Records of one business, of all sources together."""


KNOWN: Final = (
    select(ChunkRow.source, ChunkRow.number, ChunkRow.sealed)
    .where(
        ChunkRow.partner_id == bindparam("partner_id"),
        ChunkRow.business_id == bindparam("business_id"),
        ChunkRow.source.in_(bindparam("sources", expanding=True)),
        ChunkRow.first_at < bindparam("as_of"),
        ChunkRow.last_at >= bindparam("since"),
    )
    .order_by(ChunkRow.number)
)
"""Made once: each decision asks it."""


class Whose(NamedTuple):
    """A business of a partner."""

    partner_id: str
    business_id: str


@dataclass(frozen=True)
class Kept:
    """What came of the records of a source that were sent.

    Args:
        source: which.
        added, completed, same: how many are new, were known and say more, say nothing more.
        differing: key of each that was kept with other content, and is left as it was → the first
            column that differs.
    """

    source: str
    added: int
    completed: int
    same: int
    differing: Mapping[str, str]


@dataclass(frozen=True)
class Count:
    """What is kept of a source: how many records, and the times of the earliest and the latest."""

    source: str
    records: int
    first_at: datetime
    last_at: datetime


def append(session: Session, whose: Whose, sent: Mapping[str, Values], now: datetime) -> list[Kept]:
    """Keep records beside those there are; what is sent again is not kept twice.

    Args:
        session: of `database.writing`: one at a time, or two would each miss the other's.
        whose: the business.
        sent: source → its rows.
        now: the time, UTC.

    Raises:
        Refused: there would be more than `MOST_KEPT` (``too-many-kept``).
        Erased: the business was erased (``erased``).
    """
    rows = {source: columnar.of_values(values, SOURCES[source]) for source, values in sent.items()}
    return append_rows(session, whose, rows, now)


def append_rows(
    session: Session, whose: Whose, sent: Mapping[str, pa.Table], now: datetime
) -> list[Kept]:
    """Keep records as `append` does, given as `columnar.of_values` makes them, each key once."""
    done = [_append(session, whose, rows, source, now) for source, rows in sent.items()]
    _check_room(session, whose)
    return done


def counts(session: Session, whose: Whose) -> list[Count]:
    """Return what is kept of each source, in the order of the sources; none where nothing is."""
    asked = (
        select(
            ChunkRow.source,
            func.sum(ChunkRow.rows),
            func.min(ChunkRow.first_at, type_=ChunkRow.first_at.type),
            func.max(ChunkRow.last_at, type_=ChunkRow.last_at.type),
        )
        .where(*_of(whose))
        .group_by(ChunkRow.source)
    )
    found = {row[0]: Count(*row) for row in session.execute(asked)}
    return [found[source] for source in SOURCES if source in found]


def forget(session: Session, whose: Whose, source: str) -> int:
    """Delete what is kept of a source and return how many records that was."""
    its = (*_of(whose), ChunkRow.source == source)
    many = session.scalar(select(func.coalesce(func.sum(ChunkRow.rows), 0)).where(*its))
    session.execute(delete(ChunkRow).where(*its))
    return many or 0


def known(
    session: Session, whose: Whose, sources: Iterable[str], as_of: datetime
) -> dict[str, Columns]:
    """Return what is kept of some sources and may count at an instant, as columns to be joined.

    A source without such records is left out. Which of the rest were known at the instant is the
    join's to say.
    """
    since = as_of - timedelta(days=HISTORY_DAYS)
    asked = {**whose._asdict(), "sources": sorted(sources), "as_of": as_of, "since": since}
    chunks = session.connection().execute(KNOWN, asked).all()
    seals = [Seal(whose.partner_id, place(whose, c.source, c.number), c.sealed) for c in chunks]
    streams: dict[str, list[bytes]] = {}
    for chunk, stream in zip(chunks, unseal_all(session, seals), strict=True):
        if stream is not None:
            streams.setdefault(chunk.source, []).append(stream)
    return {
        source: columnar.columns(columnar.read(kept, SOURCES[source]), SOURCES[source])
        for source, kept in streams.items()
    }


def whole(session: Session, whose: Whose, source: str) -> pa.Table:
    """Return all that is kept of a source, in order of time, as `serving.business.columnar` has it.

    No rows where nothing is kept. Raises Erased (``erased``).
    """
    its = (*_of(whose), ChunkRow.source == source)
    chunks = session.scalars(select(ChunkRow).where(*its).order_by(ChunkRow.number)).all()
    return columnar.read(_streams(session, whose, chunks), SOURCES[source])


def _streams(session: Session, whose: Whose, chunks: Sequence[ChunkRow]) -> Iterator[bytes]:
    for chunk in chunks:
        at = place(whose, chunk.source, chunk.number)
        yield unseal(session, whose.partner_id, at, chunk.sealed)


def _of(whose: Whose) -> tuple[ColumnElement[bool], ...]:
    return (ChunkRow.partner_id == whose.partner_id, ChunkRow.business_id == whose.business_id)


def _append(session: Session, whose: Whose, new: pa.Table, source: str, now: datetime) -> Kept:
    table, its = SOURCES[source], (*_of(whose), ChunkRow.source == source)
    chunks = session.scalars(select(ChunkRow).where(*its).order_by(ChunkRow.number)).all()
    old = columnar.read(_streams(session, whose, chunks), table)
    merged = merging.merge(old, new, table)
    if merged.changed.num_rows:
        earliest = merged.changed[columnar.PLACE].to_numpy().min()
        stay = _untouched(chunks, int(np.searchsorted(old[columnar.PLACE].to_numpy(), earliest)))
        for chunk in chunks[stay:]:
            session.delete(chunk)
        session.flush()
        rows = merging.whole(old, merged.changed, table)
        begin = sum(chunk.rows for chunk in chunks[:stay])
        for number, start in enumerate(range(begin, rows.num_rows, CHUNK), stay):
            part = rows.slice(start, CHUNK)
            at = place(whose, source, number)
            sealed = seal(session, *whose, at, columnar.written(part))
            session.add(_chunk(whose, source, number, part, sealed, now))
        session.flush()
    return Kept(source, merged.added, merged.completed, merged.same, merged.differing)


def place(whose: Whose, source: str, number: int) -> str:
    """Return the place for which what a chunk holds is sealed."""
    return f"record_chunks/{whose.business_id}/{source}/{number}"


def _untouched(chunks: Sequence[ChunkRow], place: int) -> int:
    """Return how many chunks, from the first, are full and lie before a place."""
    many, end = 0, 0
    for chunk in chunks:
        end += chunk.rows
        if chunk.rows < CHUNK or end > place:
            break
        many += 1
    return many


def _chunk(
    whose: Whose, source: str, number: int, part: pa.Table, sealed: bytes, now: datetime
) -> ChunkRow:
    times = part[columnar.PLACE]
    first, last = (EPOCH + timedelta(microseconds=times[i].as_py()) for i in (0, -1))
    return ChunkRow(
        partner_id=whose.partner_id,
        business_id=whose.business_id,
        source=source,
        number=number,
        rows=part.num_rows,
        first_at=first,
        last_at=last,
        kept_at=now,
        sealed=sealed,
    )


def too_many(rows: int) -> Refused:
    """Return the error of a business with more records than are kept of one."""
    return Refused(
        found=f"{rows} records of one business",
        expected=f"at most {MOST_KEPT}",
        hint="Delete a source and keep its last two years: no more count.",
        code="too-many-kept",
    )


def _check_room(session: Session, whose: Whose) -> None:
    many = session.scalar(select(func.sum(ChunkRow.rows)).where(*_of(whose))) or 0
    if many > MOST_KEPT:
        raise too_many(many)
