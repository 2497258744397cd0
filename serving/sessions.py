"""Doors held open for half an hour: to who entered by a link, and to a partner's staff.

A session's token goes to the browser in a cookie and is kept only as a hash; its mark
against forged forms is derived from it and kept nowhere. A later link to the same decision
ends what was opened by the earlier ones.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypedDict

from sqlalchemy import ColumnElement, Engine, delete, select

from serving import database
from serving.access import Caller, caller_of, holder
from serving.tables import ApiKey, LinkRow, Partner, SessionRow

LIVES: Final = timedelta(minutes=30)
COOKIE: Final = "lumbung"


@dataclass(frozen=True)
class Session:
    """A session just opened; its token is shown only here.

    Args:
        token: for the cookie.
        expires_at: until when it holds, UTC, whatever is done in it.
    """

    token: str
    expires_at: datetime

    @property
    def mark(self) -> str:
        """Return what every form of this session carries."""
        return mark_of(self.token)


class Cookie(TypedDict):
    """How a session's cookie is set: the arguments of ``Response.set_cookie``."""

    key: str
    value: str
    max_age: int
    path: str
    secure: bool
    httponly: bool
    samesite: Literal["strict"]


def cookie(opened: Session, path: str, *, secure: bool) -> Cookie:
    """Return the cookie of a session, sent to *path* and below and to no other site's forms.

    Args:
        opened: the session.
        path: the pages it is for.
        secure: whether it goes over HTTPS only, as it must in production.
    """
    return {
        "key": COOKIE,
        "value": opened.token,
        "max_age": int(LIVES.total_seconds()),
        "path": path,
        "secure": secure,
        "httponly": True,
        "samesite": "strict",
    }


def for_applicant(engine: Engine, link_sha256: str, now: datetime) -> Session:
    """Open a session to the decision of a link; `serving.links.enter` has looked at the code."""
    return _open(engine, SessionRow(link_sha256=link_sha256), now)


def for_staff(engine: Engine, key: str, now: datetime) -> Session:
    """Open a session for whoever holds a partner's key; raises NotAuthenticated (``bad-key``)."""
    return _open(engine, SessionRow(key_prefix=caller_of(engine, key, now).prefix), now)


def session_of(
    engine: Engine, token: str, now: datetime, link_sha256: str | None = None
) -> str | None:
    """Return the id of the decision that a token opens, or None when it opens none (any more).

    Args:
        engine: the database.
        token: of the cookie.
        now: the time, UTC.
        link_sha256: the link that it must have been opened by; any if not given.
    """
    found = select(LinkRow.decision_id).join(SessionRow).where(LinkRow.ended_at.is_(None))
    if link_sha256 is not None:
        found = found.where(LinkRow.link_sha256 == link_sha256)
    with database.session(engine) as session:
        return session.scalar(found.where(*_held(token, now)))


def staff_of(engine: Engine, token: str, now: datetime) -> Caller | None:
    """Return who of a partner's staff a token lets in, or None; a key taken back lets nobody in."""
    found = select(ApiKey, Partner).join(Partner).join(SessionRow).where(*_held(token, now))
    with database.session(engine) as session:
        row = session.execute(found).one_or_none()
        return None if row is None else holder(*row, now)


def end(engine: Engine, token: str) -> None:
    """Close a session, as who leaves a shared telephone will want."""
    with database.session(engine) as session, session.begin():
        session.execute(delete(SessionRow).where(SessionRow.token_sha256 == _hash(token)))


def mark_of(token: str) -> str:
    """Return the mark against forged forms of a session: nobody without the token knows it."""
    return hmac.digest(token.encode(), b"forms", "sha256").hex()


def is_marked(token: str, mark: str) -> bool:
    """Return whether a form carries its session's mark."""
    return hmac.compare_digest(mark_of(token).encode(), mark.encode())


def _open(engine: Engine, row: SessionRow, now: datetime) -> Session:
    """Keep a session, and let go of those that are over."""
    opened = Session(secrets.token_urlsafe(32), now + LIVES)
    row.token_sha256 = _hash(opened.token)
    row.opened_at, row.expires_at = now, opened.expires_at
    with database.session(engine) as session, session.begin():
        session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
        session.add(row)
    return opened


def _held(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (SessionRow.token_sha256 == _hash(token), SessionRow.expires_at > now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
