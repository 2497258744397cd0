"""Accounts that are bound to a provider, and how who comes back from it is let in.

The operator binds an account to one person there; nobody gets in whom nobody bound, and nobody
makes an account by coming. The provider stands for the password alone: the second factor is asked
here, of everyone. Who is known, and not yet let in, carries a token for it, good for a while.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Database

from audit.digest import digest
from features.errors import Refused
from serving.access import accounts, sessions, signing_in
from serving.access.identity import Claim, Identity, unbelieved
from serving.access.sessions import Session
from serving.store import database
from serving.tables import AccountRow

HALF_LIVES: Final = timedelta(minutes=5)
"""Within which who came back shows the second factor."""


def bind(engine: Engine, username: str, whom: tuple[str, Claim, str], now: datetime) -> None:
    """Let whom a provider knows by a name, or by a verified address, sign in as an account.

    In the place of whomever it was bound to: what they have open is over. Which of the provider's
    people bears that name is kept when they first come, and from then on nobody else is let in by
    it.

    Args:
        engine: the database.
        username: of the account.
        whom: the provider's address, by what it is to know them, and what that says of them.
        now: the time, UTC.

    Raises:
        NotFound: no such account (``no-account``).
        Refused: another account is bound to them (``bound-already``).
    """
    try:
        with database.writing(engine) as session:
            row = accounts.find(session, username)
            if row.known_sha256 is not None:
                _end(session, row)
            row.known_sha256, row.subject_sha256 = _known(*whom), None
            session.flush()
            accounts.entered(session, row, now)
    except IntegrityError as error:
        raise Refused(
            found="somebody whom another account is bound to",
            expected="one account for each of the provider's people",
            hint="Unbind the other account: lumbung accounts unbind.",
            code="bound-already",
        ) from error


def unbind(engine: Engine, username: str, now: datetime) -> None:
    """Let nobody in by a provider as an account any more; raises NotFound (``no-account``).

    What is open by it is over.
    """
    with database.writing(engine) as session:
        row = accounts.find(session, username)
        row.known_sha256 = row.subject_sha256 = None
        _end(session, row)
        accounts.entered(session, row, now)


def known(engine: Engine, who: Identity, claim: Claim, now: datetime) -> str:
    """Return a token for who came back, by which they go on to the second factor.

    Raises:
        NotAuthenticated: no account in force is bound to them (``bad-provider-answer``).
    """
    token, subject = secrets.token_urlsafe(32), digest([who.issuer, who.subject])
    its = AccountRow.known_sha256 == _known(who.issuer, claim, who.known)
    with database.writing(engine) as session:
        row = session.scalar(select(AccountRow).where(its))
        if row is None or row.disabled_at is not None or row.password is None:
            raise unbelieved()
        if row.subject_sha256 not in (None, subject):
            raise unbelieved()
        if row.subject_sha256 is None:
            row.subject_sha256 = subject
            accounts.entered(session, row, now)
        row.half_sha256, row.half_until = _hash(token), now + HALF_LIVES
    return token


def finish(engine: Engine, token: str, code: str, now: datetime) -> Session:
    """Open a session to who came back and shows a code of the second factor.

    Raises:
        NotAuthenticated: nobody came back with that token, or too long ago
            (``bad-provider-answer``); or the code is wrong, or too many were (``bad-sign-in``).
    """
    its = (AccountRow.half_sha256 == _hash(token), AccountRow.half_until > now)
    with database.session(engine) as session:
        row = session.scalar(select(AccountRow).where(*its))
    if row is None:
        raise unbelieved()
    row = signing_in.counted(engine, row.username, now)
    if row is None:
        raise signing_in.wrong()
    with database.session(engine) as session, session.begin():
        signing_in.second(session, row, code, now)
        done = update(AccountRow).where(*its).values(half_sha256=None, half_until=None)
        if session.connection().execute(done).rowcount == 0:
            raise unbelieved()
    return sessions.for_account(engine, row.account_id, now)


def _end(session: Database, row: AccountRow) -> None:
    """End what is open by an account, and what was about to be."""
    row.half_sha256 = row.half_until = None
    sessions.end_others(session, row.account_id, "")


def _known(issuer: str, claim: Claim, value: str) -> str:
    """Return what is kept of whom an account is bound to; an address is one however it is typed."""
    return digest([issuer, claim, value.strip().casefold() if claim == "email" else value])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
