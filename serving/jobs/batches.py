"""Batches of applications: taken in whole, decided behind the answers, and read in the order sent.

The lines that wait are sealed with a key of the job's own, some at a time, and gone with it once
the job has ended. What came of a line is committed together with the decision itself, so a batch
that is begun anew after a crash goes on where it was, and no line is decided twice.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, Literal

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from features.errors import BadInput, Refused
from serving.access.callers import NotFound
from serving.jobs.work import finish
from serving.store import database
from serving.store.cursors import Order, Page
from serving.store.sealed import seal, unseal
from serving.tables import BusinessKey, JobPartRow, JobResultRow, JobRow
from serving.webhooks.outbox import tell

State = Literal["waiting", "running", "done", "cancelled"]

MOST_LINES: Final = 50_000
"""Of a batch."""

PART: Final = 50
"""Lines that are decided together, in one commit."""

PAGE: Final = 50
"""Jobs on one page, and results that are read at a time."""

NEWEST: Final = Order((JobRow.made_at, JobRow.job_id), newest_first=True)


@dataclass(frozen=True)
class Result:
    """What came of a line: the decision's id, or the problem with it as JSON."""

    line: int
    decision_id: str | None
    problem: str | None


def start(engine: Engine, partner_id: str, lines: Iterable[bytes], now: datetime) -> JobRow:
    """Take in a batch, one application a line as JSON; an empty line is none.

    Raises:
        BadInput: no line (``no-lines``), or more than `MOST_LINES` (``too-many-lines``).
    """
    job_id = str(uuid.uuid4())
    row = JobRow(
        job_id=job_id, partner_id=partner_id, state="waiting", made_at=now, of=0, done=0, bad=0
    )
    with database.writing(engine) as session:
        session.add(row)
        session.flush()
        said = (line for line in map(bytes.strip, lines) if line)
        while part := list(islice(said, PART)):
            _check_room(row.of + len(part))
            session.add(_part(session, row, part))
            row.of += len(part)
        if not row.of:
            raise _none()
        session.flush()
        session.expunge(row)
    return row


def find(engine: Engine, partner_id: str, job_id: str) -> JobRow:
    """Return a partner's job; raises NotFound (``no-job``)."""
    with database.session(engine) as session:
        row = session.get(JobRow, job_id)
    return _own(row, partner_id)


def page(engine: Engine, partner_id: str, cursor: str | None) -> Page[JobRow]:
    """Return a page of a partner's jobs, the newest first; raises BadInput (``bad-cursor``)."""
    with database.session(engine) as session:
        asked = select(JobRow).where(JobRow.partner_id == partner_id)
        return NEWEST.page(session, asked, cursor, PAGE)


def cancel(engine: Engine, partner_id: str, job_id: str, now: datetime) -> JobRow:
    """Let the lines of a job that wait go undecided; what is decided stays.

    Raises:
        NotFound: no such job (``no-job``).
        Refused: it has ended (``job-ended``).
    """
    with database.writing(engine) as session:
        row = _own(session.get(JobRow, job_id), partner_id)
        if row.ended_at is not None:
            raise _ended()
        end(session, row, "cancelled", now)
        session.flush()
        session.expunge(row)
    return row


def results(engine: Engine, job_id: str) -> Iterator[list[Result]]:
    """Yield what came of the lines of a job so far, in the order sent, `PAGE` at a time."""
    after = 0
    while True:
        its = (JobResultRow.job_id == job_id, JobResultRow.line > after)
        asked = select(JobResultRow).where(*its).order_by(JobResultRow.line).limit(PAGE)
        with database.session(engine) as session:
            found = [Result(r.line, r.decision_id, r.problem) for r in session.scalars(asked)]
        if not found:
            return
        after = found[-1].line
        yield found


def forget(session: Session, partner_id: str, business_id: str) -> None:
    """Empty the lines about a business in the batches of a partner that wait.

    What is left of such a line is that there was one: it is not decided any more.

    Args:
        session: of `database.writing`.
        partner_id: whose batches.
        business_id: the partner's own name for the business.
    """
    waiting = select(JobRow).where(JobRow.partner_id == partner_id, JobRow.ended_at.is_(None))
    for row in session.scalars(waiting).all():
        its = select(JobPartRow).where(JobPartRow.job_id == row.job_id)
        for part in session.scalars(its.execution_options(yield_per=1)):
            lines = _lines(session, row, part)
            left = [b"" if _is_about(line, business_id) else line for line in lines]
            if left != lines:
                part.sealed = _sealed(session, row, part.first, left)
    session.flush()


def lines_of(session: Session, row: JobRow) -> tuple[JobPartRow, list[bytes]] | None:
    """Return the first part of a job that waits, and its lines; None where none does.

    A line is empty whose business was erased since.
    """
    asked = select(JobPartRow).where(JobPartRow.job_id == row.job_id).order_by(JobPartRow.first)
    part = session.scalar(asked.limit(1))
    if part is None:
        return None
    return part, _lines(session, row, part)


def end(session: Session, row: JobRow, state: State, now: datetime) -> None:
    """End a job: what waits of it is deleted, and the key that it was sealed with."""
    finish(row, state, now)
    if state == "done":
        tell(session, row.partner_id, "job.done", {"job_id": row.job_id}, now)
    session.execute(delete(JobPartRow).where(JobPartRow.job_id == row.job_id))
    session.execute(
        delete(BusinessKey).where(
            BusinessKey.partner_id == row.partner_id, BusinessKey.business_id == _name(row.job_id)
        )
    )


def _part(session: Session, row: JobRow, lines: Iterable[bytes]) -> JobPartRow:
    first = row.of + 1
    return JobPartRow(job_id=row.job_id, first=first, sealed=_sealed(session, row, first, lines))


def _sealed(session: Session, row: JobRow, first: int, lines: Iterable[bytes]) -> bytes:
    at = _place(row.job_id, first)
    return seal(session, row.partner_id, _name(row.job_id), at, b"\n".join(lines))


def _lines(session: Session, row: JobRow, part: JobPartRow) -> list[bytes]:
    place = _place(part.job_id, part.first)
    return unseal(session, row.partner_id, place, part.sealed).split(b"\n")


def _is_about(line: bytes, business_id: str) -> bool:
    """Return whether a line asks for a business; read only where its name may stand in it."""
    if business_id.encode() not in line and b"\\" not in line:
        return False
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(asked, dict) and asked.get("business_id") == business_id


def _name(job_id: str) -> str:
    """Return what a job's key is known by; no business can have such a name."""
    return f"jobs/{job_id}"


def _place(job_id: str, first: int) -> str:
    return f"job_parts/{job_id}/{first}"


def _own(row: JobRow | None, partner_id: str) -> JobRow:
    if row is None or row.partner_id != partner_id:
        raise NotFound(
            found="no such job",
            expected="the id of a job of your own",
            hint="GET /v1/jobs lists them.",
            code="no-job",
        )
    return row


def _check_room(lines: int) -> None:
    if lines > MOST_LINES:
        raise BadInput(
            found=f"more than {MOST_LINES} lines",
            expected=f"at most {MOST_LINES}",
            hint="Send the rest as another job.",
            code="too-many-lines",
        )


def _none() -> BadInput:
    return BadInput(
        found="no line",
        expected="one application a line, as JSON",
        hint="See the example at /openapi.json.",
        code="no-lines",
    )


def _ended() -> Refused:
    return Refused(
        found="a job that has ended",
        expected="one that waits or runs",
        hint="Read its result: GET /v1/jobs/{job_id}/result.",
        code="job-ended",
    )
