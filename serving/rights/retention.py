"""What is kept too long goes: docs/retention.md says of every table how long that is.

Each business is erased in a transaction of its own, and what was erased is not found again, so a
run that was interrupted is given again and goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Engine, Select, delete, func, or_, select
from sqlalchemy.orm import Session

from audit.digest import digest
from serving.business.consents import ALL
from serving.business.records import Whose
from serving.jobs import uploads
from serving.ledger.entering import enter
from serving.rights.erasing import MARK, Lock, erase, locked
from serving.settings import Settings
from serving.store import database
from serving.tables import (
    AccessRow,
    ConsentRow,
    DecisionRow,
    JobResultRow,
    JobRow,
    LinkRow,
    SessionRow,
    UploadRow,
    WithdrawalRow,
)

SUBJECT: Final = "retention"
"""What the ledger calls a run; what was erased in it has entries of its own."""


@dataclass(frozen=True)
class Swept:
    """What a run did, or would do.

    Args:
        businesses: erased.
        locked: businesses whose time is over, and of which something has to be kept still.
        links, sessions: deleted, as they open nothing any more.
        accesses: deleted, as it was long ago that somebody was told of somebody.
        uploads: cancelled, as nobody completed them.
        jobs: deleted with what came of each line, as they ended long ago; their decisions stay.
    """

    businesses: int
    locked: int
    links: int
    sessions: int
    accesses: int
    uploads: int
    jobs: int


def due(engine: Engine, settings: Settings, now: datetime) -> list[Whose]:
    """Return the businesses whose time is over, each once.

    It is over some days after a withdrawal that stands, or after the last decision.

    Args:
        engine: the database.
        settings: how long each is kept.
        now: the time, UTC.
    """
    asked = [_withdrawn(now - timedelta(days=settings.withdrawn_days))]
    if settings.decision_days is not None:
        asked.append(_old(now - timedelta(days=settings.decision_days)))
    with database.session(engine) as session:
        found = [
            Whose(partner, business) for one in asked for partner, business in session.execute(one)
        ]
    return list(dict.fromkeys(found))


def sweep(engine: Engine, settings: Settings, now: datetime, *, dry: bool = False) -> Swept:
    """Erase and delete what is over, and enter it into the ledger.

    Args:
        engine: the database.
        settings: how long each is kept.
        now: the time, UTC.
        dry: whether to tell only what would be done.
    """
    over = due(engine, settings, now)
    lock = Lock(settings.dispute_days, asked_by_owner=True)
    free = [whose for whose in over if not locked(engine, whose, now, lock)]
    if dry:
        with database.session(engine) as session:
            return Swept(len(free), len(over) - len(free), *_counted(session, settings, now))
    for whose in free:
        erase(engine, settings.destroyed_keys, whose, now, lock)
    with database.writing(engine) as session:
        counts = _counted(session, settings, now)
        for gone in _gone(settings, now):
            session.execute(delete(gone.table).where(gone.over))
        for row in _abandoned(session, settings, now):
            uploads.end(session, row, "cancelled", now)
        swept = Swept(len(free), len(over) - len(free), *counts)
        enter(session, "retention", SUBJECT, digest(asdict(swept)), now)
    database.wipe(engine)
    return swept


def _withdrawn(before: datetime) -> Select[str, str]:
    """Select who withdrew before an instant, and neither consented nor was decided on since."""
    last = func.max(WithdrawalRow.at)
    anew = (
        select(ConsentRow.consent_id)
        .where(
            ConsentRow.partner_id == WithdrawalRow.partner_id,
            ConsentRow.business_id == WithdrawalRow.business_id,
            ConsentRow.scope == ALL,
            ConsentRow.withdrawn_at.is_(None),
        )
        .exists()
    )
    since = (
        select(DecisionRow.decision_id)
        .where(
            DecisionRow.partner_id == WithdrawalRow.partner_id,
            DecisionRow.business_id == WithdrawalRow.business_id,
            DecisionRow.decided_at > WithdrawalRow.at,
        )
        .exists()
    )
    business = (WithdrawalRow.partner_id, WithdrawalRow.business_id)
    return select(*business).where(~since, ~anew).group_by(*business).having(last <= before)


def _old(before: datetime) -> Select[str, str]:
    """Select the businesses of which the last decision was made before an instant."""
    business = (DecisionRow.partner_id, DecisionRow.business_id)
    return (
        select(*business)
        .where(DecisionRow.business_id.not_like(f"{MARK}%"))
        .group_by(*business)
        .having(func.max(DecisionRow.decided_at) <= before)
    )


class _Gone(NamedTuple):
    """Rows that are over."""

    table: type[AccessRow | JobResultRow | JobRow | LinkRow | SessionRow]
    over: ColumnElement[bool]


def _gone(settings: Settings, now: datetime) -> tuple[_Gone, ...]:
    """Return rows that are over, what points to something before it."""
    before = now - timedelta(days=settings.ended_link_days)
    links = or_(LinkRow.expires_at <= before, LinkRow.ended_at <= before)
    opened = SessionRow.link_sha256.in_(select(LinkRow.link_sha256).where(links))
    ended = JobRow.ended_at <= now - timedelta(days=settings.job_days)
    results = JobResultRow.job_id.in_(select(JobRow.job_id).where(ended))
    return (
        _Gone(JobResultRow, results),
        _Gone(JobRow, ended),
        _Gone(AccessRow, AccessRow.at <= now - timedelta(days=settings.access_days)),
        _Gone(SessionRow, or_(SessionRow.expires_at <= now, opened)),
        _Gone(LinkRow, links),
    )


def _abandoned(session: Session, settings: Settings, now: datetime) -> Sequence[UploadRow]:
    """Return the uploads that nobody completed in time."""
    before = now - timedelta(days=settings.upload_days)
    its = (UploadRow.state == "open", UploadRow.made_at <= before)
    return session.scalars(select(UploadRow).where(*its)).all()


def _counted(session: Session, settings: Settings, now: datetime) -> tuple[int, int, int, int, int]:
    """Return how many links, sessions, accesses, uploads and jobs are over."""
    counted = {
        gone.table: session.scalar(select(func.count()).select_from(gone.table).where(gone.over))
        for gone in _gone(settings, now)
    }
    links, sessions = counted[LinkRow] or 0, counted[SessionRow] or 0
    uploads, jobs = len(_abandoned(session, settings, now)), counted[JobRow] or 0
    return links, sessions, counted[AccessRow] or 0, uploads, jobs
