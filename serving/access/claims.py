"""Requests that are done once: a caller names each by a key of its own, and may send it again.

While a request runs nobody else runs it; once it succeeded its answer is kept for a while, and
the same request gets that. Where the process died in between, the claim lapses and the request is
run again: whatever it makes finds what was made before. Answers may hold what is shown once, so
they are sealed with the partner's own key.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Engine, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from features.errors import BadInput, Refused
from serving.store import database, sealed
from serving.tables import ClaimRow

OWN: Final = ""
"""In place of a business: what is the partner's own, and about none."""


class InProgress(Refused):
    """The very same request runs now."""

    retry_after = 1


@dataclass(frozen=True)
class Asked:
    """A request under a key.

    Args:
        partner_id: who asks.
        route: the method, and the address without what stands in it.
        key: the caller's own name for the request.
        digest: SHA-256 of the request as it came.
    """

    partner_id: str
    route: str
    key: str
    digest: str

    @property
    def key_sha256(self) -> str:
        """Return what the database knows the key by: it may say something of a person."""
        return hashlib.sha256(self.key.encode()).hexdigest()

    @property
    def place(self) -> str:
        """Return where its answer is kept."""
        return f"claims/{self.route}/{self.key_sha256}"


@dataclass(frozen=True)
class Claim:
    """A request that is ours to run."""

    asked: Asked
    token: str


@dataclass(frozen=True)
class Answer:
    """An answer as it was given: its status, the headers that belong to it, and its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def written(self) -> bytes:
        """Return it in bytes, its head on the first line."""
        return json.dumps([self.status, dict(self.headers)]).encode() + b"\n" + self.body


def read(written: bytes) -> Answer:
    """Return an answer from its bytes."""
    head, _, body = written.partition(b"\n")
    status, headers = json.loads(head)
    return Answer(status, headers, body)


def claim(engine: Engine, asked: Asked, now: datetime, lease: timedelta) -> Claim | Answer:
    """Claim a request, for so long at most; or return the answer that it got.

    Raises:
        BadInput: the key named another request (``idempotency-key-reused``).
        InProgress: the request runs now (``idempotency-in-progress``).
    """
    mine = Claim(asked, secrets.token_hex(16))
    try:
        with database.session(engine) as session, session.begin():
            session.execute(delete(ClaimRow).where(ClaimRow.until <= now))
            session.add(_row(asked, now + lease, mine.token))
    except IntegrityError as error:
        with database.session(engine) as session:
            row = _same(session, asked)
            if row is None or row.sealed is None:
                raise _running() from error
            return read(sealed.unseal(session, asked.partner_id, asked.place, row.sealed))
    return mine


def finish(engine: Engine, done: Claim, answer: Answer, until: datetime) -> None:
    """Keep the answer of a claim that is still ours, until a time."""
    asked = done.asked
    with database.writing(engine) as session:
        kept = sealed.seal(session, asked.partner_id, OWN, asked.place, answer.written())
        session.execute(update(ClaimRow).where(*_ours(done)).values(until=until, sealed=kept))


def release(engine: Engine, claim: Claim) -> None:
    """Let go of a claim that made nothing."""
    with database.session(engine) as session, session.begin():
        session.execute(delete(ClaimRow).where(*_ours(claim)))


def _row(asked: Asked, until: datetime, token: str) -> ClaimRow:
    return ClaimRow(
        partner_id=asked.partner_id,
        route=asked.route,
        key_sha256=asked.key_sha256,
        digest=asked.digest,
        token=token,
        until=until,
    )


def _same(session: Session, asked: Asked) -> ClaimRow | None:
    """Return what is there of a request; raises BadInput when its key names another."""
    row = session.get(ClaimRow, (asked.partner_id, asked.route, asked.key_sha256))
    if row is not None and row.digest != asked.digest:
        raise BadInput(
            found="an Idempotency-Key that named another request",
            expected="a key of its own for each request, and the same request under the same key",
            hint="Send a new request under a new key.",
            code="idempotency-key-reused",
            where="Idempotency-Key",
        )
    return row


def _ours(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    asked = claim.asked
    return (
        ClaimRow.partner_id == asked.partner_id,
        ClaimRow.route == asked.route,
        ClaimRow.key_sha256 == asked.key_sha256,
        ClaimRow.token == claim.token,
    )


def _running() -> InProgress:
    return InProgress(
        found="the same request, not answered yet",
        expected="one at a time under one Idempotency-Key",
        hint="Send it again in a moment; it will get the answer of the first.",
        code="idempotency-in-progress",
        where="Idempotency-Key",
    )
