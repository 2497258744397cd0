"""Doors held open: to who entered by a link, and to a partner's staff by a key or an account.

An applicant's is open for half an hour; staff's until half an hour has passed in which nothing was
asked for, or a working day. A session's token goes to the browser in a cookie and is kept only as a
hash; its mark against forged forms is derived from it and kept nowhere. A later link to the same
decision ends what was opened by the earlier ones.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypedDict

from sqlalchemy import ColumnElement, Engine, delete, select, update
from sqlalchemy.orm import Session as Database

from serving.access.callers import Caller, caller_of, holder, signed_in
from serving.store import database
from serving.tables import AccountRow, ApiKey, LinkRow, Partner, SessionRow

LIVES: Final = timedelta(minutes=30)
"""Of an applicant's session; of staff's, from what was asked for last."""

LONGEST: Final = timedelta(hours=8)
"""Of a session of staff, whatever is done in it."""

MINUTE: Final = timedelta(minutes=1)
COOKIE: Final = "lumbung"
STAFF_COOKIE: Final = "lumbung-staff"


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
        "key": cookie_name(secure=secure),
        "value": opened.token,
        "max_age": int(LIVES.total_seconds()),
        "path": path,
        "secure": secure,
        "httponly": True,
        "samesite": "strict",
    }


def staff_cookie(opened: Session, *, secure: bool) -> Cookie:
    """Return the cookie of a session of staff, sent to all pages of this host and no other."""
    lives = int(LONGEST.total_seconds())
    made = cookie(opened, "/", secure=secure)
    return {**made, "key": staff_cookie_name(secure=secure), "max_age": lives}


def cookie_name(*, secure: bool) -> str:
    """Return the name of an applicant's cookie; by it a browser knows that it must be secure."""
    return f"__Secure-{COOKIE}" if secure else COOKIE


def staff_cookie_name(*, secure: bool) -> str:
    """Return the name of staff's cookie; by it a browser knows that this very host set it."""
    return f"__Host-{STAFF_COOKIE}" if secure else STAFF_COOKIE


def for_applicant(engine: Engine, link_sha256: str, now: datetime) -> Session:
    """Open a session to the decision of a link; `links.enter` has looked at the code."""
    return _open(engine, SessionRow(link_sha256=link_sha256), now, LIVES)


def for_staff(engine: Engine, key: str, now: datetime) -> Session:
    """Open a session for whoever holds a partner's key; raises NotAuthenticated (``bad-key``)."""
    return _open(engine, SessionRow(key_prefix=caller_of(engine, key, now).prefix), now, LONGEST)


def for_account(engine: Engine, account_id: str, now: datetime) -> Session:
    """Open a session for a person; `signing_in` has looked at what they show."""
    return _open(engine, SessionRow(account_id=account_id), now, LONGEST)


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
    """Return who of a partner's staff a token lets in, or None; and keep that they were there.

    A key taken back and an account that is disabled let nobody in.
    """
    held = (*_held(token, now), SessionRow.seen_at > now - LIVES)
    key = select(SessionRow.seen_at, ApiKey, Partner).join_from(SessionRow, ApiKey)
    account = select(SessionRow.seen_at, AccountRow, Partner).join_from(SessionRow, AccountRow)
    with database.session(engine) as session:
        by_key = session.execute(key.join(Partner).where(*held)).one_or_none()
        by_account = session.execute(account.join(Partner).where(*held)).one_or_none()
        found = holder(*by_key[1:], now) if by_key else None
        found = signed_in(*by_account[1:]) if by_account else found
        seen_at = (by_key or by_account or (now,))[0]
    if found is not None and seen_at <= now - MINUTE:
        _saw(engine, token, now)
    return found


def _saw(engine: Engine, token: str, now: datetime) -> None:
    with database.session(engine) as session, session.begin():
        seen = update(SessionRow).where(SessionRow.token_sha256 == _hash(token))
        session.execute(seen.values(seen_at=now))


@dataclass(frozen=True)
class Open:
    """A session of an account's, as the person sees it.

    Args:
        name: by which it is ended; it opens nothing.
        opened_at, seen_at: when, and when something was asked for last, UTC.
        this: whether it is the one that asks.
    """

    name: str
    opened_at: datetime
    seen_at: datetime
    this: bool


def of_account(engine: Engine, account_id: str, token: str, now: datetime) -> list[Open]:
    """Return the sessions of an account that are open, the oldest first."""
    with database.session(engine) as session:
        rows = session.scalars(
            select(SessionRow).where(*_open_to(account_id, now)).order_by(SessionRow.opened_at)
        )
        this = _hash(token)
        return [
            Open(_name(row), row.opened_at, row.seen_at, row.token_sha256 == this) for row in rows
        ]


def end_of_account(engine: Engine, account_id: str, name: str, now: datetime) -> None:
    """End a session of an account, by its name; nothing where there is none."""
    with database.session(engine) as session, session.begin():
        for row in session.scalars(select(SessionRow).where(*_open_to(account_id, now))):
            if _name(row) == name:
                session.delete(row)


def end_others(session: Database, account_id: str, token: str) -> None:
    """End all sessions of an account but one, in the transaction that runs."""
    others = (SessionRow.account_id == account_id, SessionRow.token_sha256 != _hash(token))
    session.execute(delete(SessionRow).where(*others))


def _open_to(account_id: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    held = (SessionRow.expires_at > now, SessionRow.seen_at > now - LIVES)
    return (SessionRow.account_id == account_id, *held)


def _name(row: SessionRow) -> str:
    return _hash(row.token_sha256)[:16]


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


def _open(engine: Engine, row: SessionRow, now: datetime, lives: timedelta) -> Session:
    """Keep a session, and let go of those that are over."""
    opened = Session(secrets.token_urlsafe(32), now + lives)
    row.token_sha256 = _hash(opened.token)
    row.opened_at = row.seen_at = now
    row.expires_at = opened.expires_at
    with database.session(engine) as session, session.begin():
        session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
        session.add(row)
    return opened


def _held(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (SessionRow.token_sha256 == _hash(token), SessionRow.expires_at > now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
