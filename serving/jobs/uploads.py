"""Files of records that a partner uploads: said of each before it comes, and how it ends.

A file arrives in parts (`serving.jobs.arriving`) and is kept behind the answers
(`serving.jobs.keeping`). What comes is sealed with a key of the upload's own, which is destroyed
with it at the end.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from features.errors import LumbungError, Refused
from serving.access.callers import NotFound
from serving.jobs.work import finish
from serving.reading.faults import Problem, problem_of
from serving.store import database
from serving.store.cursors import Order, Page
from serving.store.sealed import seal
from serving.tables import BusinessKey, RejectedRow, StagedRow, UploadPartRow, UploadRow
from serving.webhooks.outbox import tell

State = Literal["open", "waiting", "running", "done", "failed", "cancelled"]
UNENDED: Final = ("open", "waiting", "running")

MOST_BYTES: Final = 128 * 2**20
"""Of a file."""

MOST_HELD: Final = 512 * 2**20
"""Bytes of the files of a partner that have not ended, together."""

PAGE: Final = 50
"""Uploads on one page, and rejected rows that are read at a time."""

NEWEST: Final = Order((UploadRow.made_at, UploadRow.upload_id), newest_first=True)


@dataclass(frozen=True)
class File:
    """What is said of a file before it comes.

    Args:
        source: of all its rows.
        form: one of `serving.jobs.reader.FORMS`.
        size: bytes.
        sha256: of all of it, as 64 hexadecimal digits.
    """

    source: str
    form: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Rejected:
    """A row that was not taken: its line, and the problem as JSON."""

    line: int
    problem: str


def begin(engine: Engine, partner_id: str, file: File, now: datetime) -> UploadRow:
    """Open an upload.

    Raises:
        Refused: a partner's uploads that have not ended are too much together
            (``too-much-uploaded``).
    """
    upload_id = str(uuid.uuid4())
    counts = dict.fromkeys(("tries", "rows", "bad", "added", "completed", "same", "within"), 0)
    with database.writing(engine) as session:
        _check_room(session, partner_id, file.size)
        digest = seal(session, partner_id, _name(upload_id), place(upload_id), file.sha256.encode())
        row = UploadRow(
            upload_id=upload_id,
            partner_id=partner_id,
            state="open",
            made_at=now,
            source=file.source,
            form=file.form,
            size=file.size,
            sha256=digest,
            **counts,
        )
        session.add(row)
        session.flush()
        session.expunge(row)
    return row


def find(engine: Engine, partner_id: str, upload_id: str) -> UploadRow:
    """Return a partner's upload; raises NotFound (``no-upload``)."""
    with database.session(engine) as session:
        return own(session, partner_id, upload_id)


def page(engine: Engine, partner_id: str, cursor: str | None) -> Page[UploadRow]:
    """Return a page of a partner's uploads, the newest first; raises BadInput (``bad-cursor``)."""
    with database.session(engine) as session:
        asked = select(UploadRow).where(UploadRow.partner_id == partner_id)
        return NEWEST.page(session, asked, cursor, PAGE)


def cancel(engine: Engine, partner_id: str, upload_id: str, now: datetime) -> UploadRow:
    """Let an upload go of which nothing is kept yet.

    Raises:
        NotFound: no such upload (``no-upload``).
        Refused: it has ended, or its rows are being kept (``upload-closed``).
    """
    with database.writing(engine) as session:
        row = own(session, partner_id, upload_id)
        if row.ended_at is not None or row.bucket is not None:
            raise closed()
        end(session, row, "cancelled", now)
        session.flush()
        session.expunge(row)
    return row


def rejected(engine: Engine, upload_id: str) -> Iterator[list[Rejected]]:
    """Yield the rows that were not taken, in order of their lines, `PAGE` at a time."""
    after = 0
    while True:
        its = (RejectedRow.upload_id == upload_id, RejectedRow.line > after)
        asked = select(RejectedRow).where(*its).order_by(RejectedRow.line).limit(PAGE)
        with database.session(engine) as session:
            found = [Rejected(one.line, one.problem) for one in session.scalars(asked)]
        if not found:
            return
        after = found[-1].line
        yield found


def end(
    session: Session,
    row: UploadRow,
    state: State,
    now: datetime,
    error: LumbungError | None = None,
) -> None:
    """End an upload: what came and what was read of it is deleted, and the key of both.

    Args:
        session: of `database.writing`.
        row: the upload.
        state: how it ended.
        now: the time, UTC.
        error: why it failed.
    """
    finish(row, state, now)
    row.problem = None if error is None else problem_of(error).model_dump_json()
    if state != "cancelled":
        tell(session, row.partner_id, "upload.done", {"upload_id": row.upload_id}, now)
    for table in (UploadPartRow, StagedRow):
        session.execute(delete(table).where(table.upload_id == row.upload_id))
    session.execute(
        delete(BusinessKey).where(
            BusinessKey.partner_id == row.partner_id,
            BusinessKey.business_id == _name(row.upload_id),
        )
    )


def why(row: UploadRow) -> Problem | None:
    """Return why an upload failed; None where it did not."""
    return None if row.problem is None else Problem.model_validate_json(row.problem)


def _name(upload_id: str) -> str:
    """Return what an upload's key is known by; no business can have such a name."""
    return f"uploads/{upload_id}"


def place(upload_id: str) -> str:
    """Return the place for which the digest of a file is sealed."""
    return f"uploads/{upload_id}"


def own(session: Session, partner_id: str, upload_id: str) -> UploadRow:
    """Return a partner's upload; raises NotFound (``no-upload``)."""
    row = session.get(UploadRow, upload_id)
    if row is None or row.partner_id != partner_id:
        raise NotFound(
            found="no such upload",
            expected="the id of an upload of your own",
            hint="GET /v1/uploads lists them.",
            code="no-upload",
        )
    return row


def still_open(session: Session, partner_id: str, upload_id: str) -> UploadRow:
    """Return a partner's upload that is open; raises NotFound, or Refused (``upload-closed``)."""
    row = own(session, partner_id, upload_id)
    if row.state != "open":
        raise closed()
    return row


def _check_room(session: Session, partner_id: str, size: int) -> None:
    its = (UploadRow.partner_id == partner_id, UploadRow.state.in_(UNENDED))
    held = session.scalar(select(func.coalesce(func.sum(UploadRow.size), 0)).where(*its)) or 0
    if held + size > MOST_HELD:
        raise Refused(
            found=f"{held} bytes of uploads that have not ended",
            expected=f"at most {MOST_HELD} with this one",
            hint="Wait until they are done, or cancel one: DELETE /v1/uploads/{upload_id}.",
            code="too-much-uploaded",
        )


def closed() -> Refused:
    """Return the error of an upload to which that cannot be done any more."""
    return Refused(
        found="an upload that takes no more, or cannot be cancelled any more",
        expected="one that is open, or of which nothing is kept yet",
        hint="See how it stands: GET /v1/uploads/{upload_id}.",
        code="upload-closed",
    )
