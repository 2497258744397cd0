"""Who keeps the uploads: all rows are read and looked at first, then kept a few businesses a time.

While a file is read nothing of it is kept; where too much is wrong the whole is let go. Then the
rows of a business become part of its records together, in one commit with how far it has come, so
that after a crash another worker goes on there. A file whose reading was broken off is read anew.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import pyarrow as pa
from sqlalchemy import delete
from sqlalchemy.orm import Session

from features.errors import BadInput
from features.sources import BUSINESS
from serving.business import businesses
from serving.business.records import Whose
from serving.jobs import arriving, sifting, staging, uploads
from serving.jobs.landing import land
from serving.jobs.reader import Unreadable
from serving.jobs.reading import Reading
from serving.jobs.sifting import LINE, Bad, Sifted
from serving.jobs.unread import fault, too_many_bad
from serving.jobs.work import LEASE, held, lease, named, waits
from serving.service import Service
from serving.store import database
from serving.tables import RejectedRow, StagedRow, UploadRow

log = logging.getLogger(__name__)

AT_ONCE: Final = 500
"""Rows that are looked at in one step."""

STAGED: Final = 50_000
"""Rows that are put into their buckets together."""

TOGETHER: Final = 20
"""Businesses whose rows are kept in one commit."""

MOST_TOLD: Final = 10_000
"""Rows of which it is told what is wrong; more than so many that cannot be read end the upload."""

MOST_BAD: Final = 0.05
"""Share of the rows that may be wrong by themselves; where more are, none is kept."""

TRIES: Final = 5
"""To read a file to its end."""

YIELD: Final = 0.001
"""Seconds between two steps, so that requests are not kept waiting."""


class Lost(Exception):
    """The upload is not ours any more: it was cancelled, or another worker went on with it."""


@dataclass
class _Under:
    """A file that is being read.

    Args:
        upload_id: which.
        reading: what reads it.
        rows: read, and not yet in their buckets.
        staged: how often some were put there.
    """

    upload_id: str
    reading: Reading
    rows: list[pa.Table] = field(default_factory=list)
    staged: int = 0


class Uploads:
    """A worker of uploads, of one at a time.

    Args:
        service: its database and its clock.
    """

    def __init__(self, service: Service) -> None:
        self._service, self._engine = service, service.engine
        self._name = named()
        self._mine: str | None = None
        self._under: _Under | None = None
        self._ended, self._alone = False, threading.Lock()

    def step(self) -> bool:
        """Look at some rows of an upload or keep some; return whether there was any.

        Raises:
            Unavailable: the database is away; a file that is being read is read anew.
        """
        with self._alone:
            return not self._ended and self._step()

    def end(self) -> None:
        """Let go of the file that is being read; another worker reads it anew."""
        self._ended, under = True, self._under
        if under is not None:
            under.reading.kill()
        with self._alone:
            self._drop()

    def _step(self) -> bool:
        row = self._leased()
        if row is None:
            return False
        try:
            if row.bucket is None:
                self._read(row)
            else:
                self._keep(row, row.bucket)
        except Lost:
            log.info("upload %s goes on without this worker", row.upload_id)
            self._drop()
        except BaseException:
            self._drop()
            raise
        time.sleep(YIELD)
        return True

    def _leased(self) -> UploadRow | None:
        """Return the upload to go on with, or the next."""
        now = self._service.now()
        if self._mine is None:
            with database.session(self._engine) as session:
                if not waits(session, UploadRow, self._name, now):
                    return None
        with database.writing(self._engine) as session:
            row = None if self._mine is None else session.get(UploadRow, self._mine)
            if row is not None and held(row, self._name):
                row.leased_until = now + LEASE
            else:
                self._drop()
                row = lease(session, UploadRow, self._name, now)
            self._mine = None if row is None else row.upload_id
            session.flush()
            session.expunge_all()
        return row

    def _drop(self) -> None:
        if self._under is not None:
            self._under.reading.close()
        self._mine = self._under = None

    def _read(self, row: UploadRow) -> None:
        """Look at the next rows of a file."""
        if row.tries >= TRIES and self._under is None:
            self._fail(row, fault("reader-failed"))
            return
        under = self._under or self._begin(row)
        now = self._service.now()
        try:
            rows = under.reading.take(AT_ONCE)
        except Unreadable as error:
            if not self._ended:
                self._fail(row, fault(str(error)))
            return
        sifted = self._known(row, sifting.sift(row.source, rows, now))
        under.rows.append(sifted.good)
        with database.writing(self._engine) as session:
            mine = self._held(session, row)
            mine.rows += len(rows)
            _reject(session, mine, sifted.bad)
            if not rows or sum(some.num_rows for some in under.rows) >= STAGED:
                self._stage(session, mine, under)
            if mine.bad > MOST_TOLD or (not rows and mine.bad > MOST_BAD * mine.rows):
                uploads.end(session, mine, "failed", now, too_many_bad(mine.bad, mine.rows))
            elif not rows:
                self._whole(session, mine, now)
            over = mine.ended_at is not None or not rows
        if over:
            under.reading.close()
            self._under = None

    def _begin(self, row: UploadRow) -> _Under:
        """Begin to read a file, from its first row."""
        with database.writing(self._engine) as session:
            mine = self._held(session, row)
            mine.tries, mine.rows, mine.bad = mine.tries + 1, 0, 0
            for table in (StagedRow, RejectedRow):
                session.execute(delete(table).where(table.upload_id == row.upload_id))
        self._under = _Under(row.upload_id, Reading(row.form, arriving.content(self._engine, row)))
        return self._under

    def _known(self, row: UploadRow, sifted: Sifted) -> Sifted:
        """Take the rows of businesses that are not kept here for bad."""
        import pyarrow.compute as pc

        names = sifted.good[BUSINESS.name]
        with database.session(self._engine) as session:
            there = businesses.among(session, row.partner_id, set(names.to_pylist()))
        known = pc.is_in(names, value_set=pa.array(sorted(there), pa.string()))
        lost = sifted.good.filter(pc.invert(known))[LINE].to_pylist()
        bad = [sifting.told(line, businesses.no_business()) for line in lost]
        return Sifted(sifted.good.filter(known), [*sifted.bad, *bad])

    def _stage(self, session: Session, mine: UploadRow, under: _Under) -> None:
        rows = staging.whole(under.rows)
        if rows.num_rows:
            staging.stage(session, mine, rows, under.staged)
        under.rows, under.staged = [], under.staged + 1

    def _whole(self, session: Session, mine: UploadRow, now: datetime) -> None:
        """Go on to keep what was read; there may be nothing."""
        session.flush()
        mine.bucket = staging.after(session, mine, -1)
        if not mine.rows:
            uploads.end(session, mine, "failed", now, fault("no-lines"))
        elif mine.bucket is None:
            uploads.end(session, mine, "done", now)

    def _keep(self, row: UploadRow, bucket: int) -> None:
        """Keep the rows of the next businesses of a bucket."""
        import pyarrow.compute as pc

        with database.session(self._engine) as session:
            rows = staging.taken(session, row, bucket)
        names = sorted(set(rows[BUSINESS.name].to_pylist()))
        now = self._service.now()
        with database.writing(self._engine) as session:
            mine = self._held(session, row)
            for name in names[mine.within : mine.within + TOGETHER]:
                its = rows.filter(pc.equal(rows[BUSINESS.name], name))
                landed = land(session, Whose(row.partner_id, name), row.source, its, now)
                mine.added += landed.added
                mine.completed += landed.completed
                mine.same += landed.same
                _reject(session, mine, landed.bad)
            mine.within += TOGETHER
            if mine.within >= len(names):
                mine.bucket, mine.within = staging.after(session, mine, bucket), 0
                if mine.bucket is None:
                    uploads.end(session, mine, "done", now)

    def _fail(self, row: UploadRow, error: BadInput) -> None:
        self._drop()
        with database.writing(self._engine) as session:
            uploads.end(session, self._held(session, row), "failed", self._service.now(), error)

    def _held(self, session: Session, row: UploadRow) -> UploadRow:
        """Return an upload as it stands; raises Lost where it is not ours any more."""
        mine = session.get(UploadRow, row.upload_id, populate_existing=True)
        if mine is None or not held(mine, self._name):
            raise Lost
        return mine


def _reject(session: Session, mine: UploadRow, bad: Iterable[Bad]) -> None:
    """Count rows that are not taken, and tell of the first of them what is wrong."""
    for one in bad:
        mine.bad += 1
        if mine.bad <= MOST_TOLD:
            its = {"upload_id": mine.upload_id, "line": one.line}
            session.add(RejectedRow(**its, problem=one.problem.model_dump_json()))
