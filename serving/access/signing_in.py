"""Signing in, by a name, a password and a second factor; and changing the password by the same.

Whoever fails waits: the same for a name there is and one there is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, or_, select, update
from sqlalchemy.orm import Session as Database

from serving.access import accounts, passwords, second_factor, sessions
from serving.access.callers import NotAuthenticated
from serving.access.sessions import Session
from serving.store import database
from serving.tables import AccountRow

FREE: Final = 5
"""Tries that may fail before the next has to wait."""

LONGEST_WAIT: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class Shown:
    """What somebody shows to be let in: a name, a password, and a code of the second factor."""

    username: str
    password: str
    code: str


def sign_in(engine: Engine, shown: Shown, now: datetime) -> Session:
    """Open a session to whoever shows a name, its password and a code of its second factor.

    Raises:
        NotAuthenticated: one of them is wrong, or too many were (``bad-sign-in``).
    """
    row, kept = _known(engine, shown, now)
    with database.session(engine) as session, session.begin():
        second(session, row, shown.code, now)
        if passwords.outdated(kept):
            its = AccountRow.account_id == row.account_id
            anew = passwords.hashed(shown.password)
            session.execute(update(AccountRow).where(its).values(password=anew))
    return sessions.for_account(engine, row.account_id, now)


def change(engine: Engine, token: str, shown: Shown, new: str, now: datetime) -> None:
    """Keep another password of whoever shows the one before and a code; end their other sessions.

    Args:
        engine: the database.
        token: of the session in which they ask, which goes on.
        shown: their name, the password there is, and a code.
        new: the password to be.
        now: the time, UTC.

    Raises:
        BadInput: the new one is soon guessed (``bad-password``).
        NotAuthenticated: what is shown is wrong, or too much was (``bad-sign-in``).
    """
    passwords.check(new, shown.username)
    row, _ = _known(engine, shown, now)
    anew = passwords.hashed(new)
    with database.writing(engine) as session:
        second(session, row, shown.code, now)
        its = session.get_one(AccountRow, row.account_id)
        its.password = anew
        sessions.end_others(session, row.account_id, token)
        accounts.entered(session, its, now)


def _known(engine: Engine, shown: Shown, now: datetime) -> tuple[AccountRow, str]:
    """Count a try; return the account of a name and its password, and what is kept of that.

    Raises NotAuthenticated (``bad-sign-in``).
    """
    row = counted(engine, shown.username, now)
    kept = None if row is None else row.password
    if not passwords.opens(kept, shown.password) or row is None or kept is None:
        raise wrong()
    return row, kept


def counted(engine: Engine, username: str, now: datetime) -> AccountRow | None:
    """Count a try and return the account it is at; None where there is none, or it must wait."""
    may = or_(AccountRow.wait_until.is_(None), AccountRow.wait_until <= now)
    its = (AccountRow.username == username, AccountRow.disabled_at.is_(None), may)
    with database.session(engine) as session, session.begin():
        counting = update(AccountRow).where(*its).values(wrong=AccountRow.wrong + 1)
        if session.connection().execute(counting).rowcount == 0:
            return None
        row = session.scalars(select(AccountRow).where(AccountRow.username == username)).one()
        if row.wrong >= FREE:
            row.wait_until = now + min(timedelta(minutes=2 ** (row.wrong - FREE)), LONGEST_WAIT)
        session.flush()
        session.expunge(row)
        return row


def second(session: Database, row: AccountRow, code: str, now: datetime) -> None:
    """Take a code of an account's second factor, and forget what failed before.

    Raises NotAuthenticated (``bad-sign-in``), also where the account was disabled or reset, or its
    password changed, since the try was counted.
    """
    step = second_factor.step_of(accounts.secret_of(session, row), code, now)
    if step is None:
        taken = second_factor.take_code(session, row.account_id, code, now)
    else:
        taken = second_factor.take_step(session, row.account_id, step)
    if not taken:
        raise wrong()
    its = (
        AccountRow.account_id == row.account_id,
        AccountRow.disabled_at.is_(None),
        AccountRow.totp == row.totp,
        AccountRow.password == row.password,
    )
    forgetting = update(AccountRow).where(*its).values(wrong=0, wait_until=None)
    if session.connection().execute(forgetting).rowcount == 0:
        raise wrong()


def wrong() -> NotAuthenticated:
    """Return the error of what opens nothing; it does not tell what of it is wrong."""
    return NotAuthenticated(
        found="a name, a password or a code that is wrong, or too many that were",
        expected="the three of one account",
        hint="Look at them again. After five tries wait a while; it grows with each.",
        code="bad-sign-in",
    )
