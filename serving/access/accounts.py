"""Accounts of people: an official's, or of a lender's staff.

One is made by an operator, who is given a link for the person, good for a day and once; by it the
person chooses a password and a second factor. Nobody else knows either, and there is no default.
Whoever fails waits: the same for a name there is and one there is not.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Engine, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Database

from audit.digest import digest
from features.errors import Refused
from serving.access import passwords, second_factor, sessions
from serving.access.callers import USUAL, NotAuthenticated, NotFound, Scope
from serving.access.claims import OWN
from serving.access.sessions import Session
from serving.ledger import entering
from serving.store import database, sealed
from serving.tables import AccountRow, Partner, SessionRow

SETUP_LIVES: Final = timedelta(hours=24)
FREE: Final = 5
"""Tries that may fail before the next has to wait."""

LONGEST_WAIT: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class Account:
    """An account as it is listed.

    Args:
        username: by which the person signs in.
        partner_id: for whom.
        person: by the partner's own name for them.
        scopes: what they may do.
        state: whether they can sign in.
    """

    username: str
    partner_id: str
    person: str
    scopes: tuple[str, ...]
    state: Literal["invited", "in_force", "disabled"]


@dataclass(frozen=True)
class Invited:
    """Somebody who is to choose their password.

    Args:
        username: by which they will sign in.
        secret: of their second factor, for their telephone.
    """

    username: str
    secret: str


@dataclass(frozen=True)
class Shown:
    """What somebody shows to be let in: a name, a password, and a code of the second factor."""

    username: str
    password: str
    code: str


def add(
    engine: Engine,
    username: str,
    partner_id: str,
    person: str,
    now: datetime,
    scopes: Iterable[Scope] = USUAL,
) -> str:
    """Make an account; return the token of the link to set it up, which is shown only here.

    Raises:
        NotFound: no such partner (``no-partner``).
        Refused: somebody signs in by that name (``username-taken``).
    """
    row = AccountRow(
        account_id=secrets.token_hex(8),
        username=username,
        partner_id=partner_id,
        person=person,
        scopes=" ".join(sorted(set(scopes))),
        made_at=now,
        totp_step=0,
        wrong=0,
    )
    try:
        with database.writing(engine) as session:
            if session.get(Partner, partner_id) is None:
                raise _none("partner", "Add it: lumbung partners add.")
            token = _invite(session, row, now)
            session.add(row)
            session.flush()
            return token
    except IntegrityError as error:
        raise Refused(
            found="a name that somebody signs in by",
            expected="another",
            hint="Choose another name, or reset the account there is.",
            code="username-taken",
        ) from error


def reset(engine: Engine, username: str, now: datetime) -> str:
    """End an account's password, second factor and sessions; return the token of a new link.

    One that was disabled is in force again. Raises NotFound (``no-account``).
    """
    with database.writing(engine) as session:
        row = _find(session, username)
        row.password, row.disabled_at, row.wrong, row.wait_until = None, None, 0, None
        session.execute(delete(SessionRow).where(SessionRow.account_id == row.account_id))
        return _invite(session, row, now)


def disable(engine: Engine, username: str, now: datetime) -> None:
    """Let nobody in by an account any more, from now on; raises NotFound (``no-account``)."""
    with database.writing(engine) as session:
        row = _find(session, username)
        row.disabled_at, row.setup_sha256 = row.disabled_at or now, None
        session.execute(delete(SessionRow).where(SessionRow.account_id == row.account_id))
        _entered(session, row, now)


def listed(engine: Engine) -> list[Account]:
    """Return all accounts, by name."""
    with database.session(engine) as session:
        rows = session.scalars(select(AccountRow).order_by(AccountRow.username))
        return [_told(row) for row in rows]


def invited(engine: Engine, token: str, now: datetime) -> Invited:
    """Return whom a link to set an account up is for; raises NotFound (``no-setup``)."""
    with database.session(engine) as session:
        row = _of_link(session, token, now)
        return Invited(row.username, _secret(session, row))


def set_up(engine: Engine, token: str, password: str, code: str, now: datetime) -> list[str]:
    """Keep a password, and that the telephone knows the second factor; return codes for paper.

    Raises:
        NotFound: the link opens nothing, or nothing any more (``no-setup``).
        BadInput: the password is soon guessed (``bad-password``).
        Refused: the code is none of the telephone's (``wrong-second-factor``).
    """
    passwords.check(password, invited(engine, token, now).username)
    kept = passwords.hashed(password)
    with database.writing(engine) as session:
        row = _of_link(session, token, now)
        step = second_factor.step_of(_secret(session, row), code, now)
        if step is None:
            raise Refused(
                found="another code",
                expected="the six digits that the telephone shows now",
                hint="Scan the picture again, and look at the telephone's clock.",
                code="wrong-second-factor",
            )
        row.password, row.totp_step = kept, step
        row.setup_sha256 = row.setup_until = None
        return second_factor.new_codes(session, row.account_id)


def sign_in(engine: Engine, shown: Shown, now: datetime) -> Session:
    """Open a session to whoever shows a name, its password and a code of its second factor.

    Raises:
        NotAuthenticated: one of them is wrong, or too many were (``bad-sign-in``).
    """
    row = _counted(engine, shown.username, now)
    kept = None if row is None else row.password
    if not passwords.opens(kept, shown.password) or row is None or kept is None:
        raise _wrong()
    with database.session(engine) as session, session.begin():
        if not _second(session, row, shown.code, now):
            raise _wrong()
        after = {"wrong": 0, "wait_until": None}
        if passwords.outdated(kept):
            after["password"] = passwords.hashed(shown.password)  # type: ignore[assignment]
        its = AccountRow.account_id == row.account_id
        session.execute(update(AccountRow).where(its).values(**after))
    return sessions.for_account(engine, row.account_id, now)


def _counted(engine: Engine, username: str, now: datetime) -> AccountRow | None:
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


def _second(session: Database, row: AccountRow, code: str, now: datetime) -> bool:
    step = second_factor.step_of(_secret(session, row), code, now)
    if step is not None:
        return second_factor.take_step(session, row.account_id, step)
    return second_factor.take_code(session, row.account_id, code, now)


def _invite(session: Database, row: AccountRow, now: datetime) -> str:
    """Give an account a new link and a new second factor, and enter it into the ledger."""
    token = secrets.token_urlsafe(32)
    row.setup_sha256, row.setup_until = _hash(token), now + SETUP_LIVES
    secret, place = second_factor.new_secret(), _place(row)
    row.totp = sealed.seal(session, row.partner_id, OWN, place, secret.encode())
    row.totp_step = 0
    _entered(session, row, now)
    return token


def _entered(session: Database, row: AccountRow, now: datetime) -> None:
    told = [row.username, row.partner_id, row.person, row.scopes, row.disabled_at is None]
    entering.enter(session, "account", row.account_id, digest(told), now, row.partner_id)


def _of_link(session: Database, token: str, now: datetime) -> AccountRow:
    its = (AccountRow.setup_sha256 == _hash(token), AccountRow.setup_until > now)
    row = session.scalar(select(AccountRow).where(*its))
    if row is None:
        raise NotFound(
            found="no link that sets an account up",
            expected="the whole address, within a day, and once",
            hint="Ask who made your account for a new link.",
            code="no-setup",
        )
    return row


def _find(session: Database, username: str) -> AccountRow:
    row = session.scalar(select(AccountRow).where(AccountRow.username == username))
    if row is None:
        raise _none("account", "`lumbung accounts list` has them.")
    return row


def _secret(session: Database, row: AccountRow) -> str:
    return sealed.unseal(session, row.partner_id, _place(row), row.totp).decode()


def _place(row: AccountRow) -> str:
    return f"accounts.totp/{row.account_id}"


def _told(row: AccountRow) -> Account:
    state: Literal["invited", "in_force", "disabled"] = (
        "disabled" if row.disabled_at else "in_force" if row.password else "invited"
    )
    return Account(row.username, row.partner_id, row.person, row.opens, state)


def _none(what: Literal["partner", "account"], hint: str) -> NotFound:
    return NotFound(found=f"no such {what}", expected="one there is", hint=hint, code=f"no-{what}")


def _wrong() -> NotAuthenticated:
    return NotAuthenticated(
        found="a name, a password or a code that is wrong, or too many that were",
        expected="the three of one account",
        hint="Look at them again. After five tries wait a while; it grows with each.",
        code="bad-sign-in",
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
