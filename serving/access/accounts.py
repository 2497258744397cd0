"""Accounts of people: an official's, or of a lender's staff.

One is made by an operator, who is given a link for the person, good for a day and once; by it the
person chooses a password and a second factor. Nobody else knows either, and there is no default.
`serving.access.signing_in` lets people in by them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Database

from audit.digest import digest
from features.errors import Refused
from serving.access import passwords, second_factor
from serving.access.callers import USUAL, NotFound, Scope
from serving.access.claims import OWN
from serving.ledger import entering
from serving.store import database, sealed
from serving.tables import AccountRow, Partner, SessionRow

SETUP_LIVES: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Account:
    """An account as it is listed.

    Args:
        username: by which the person signs in.
        partner_id: for whom.
        person: by the partner's own name for them.
        scopes: what they may do.
        state: whether they can sign in.
        bound: whether they can by a provider too.
    """

    username: str
    partner_id: str
    person: str
    scopes: tuple[str, ...]
    state: Literal["invited", "in_force", "disabled"]
    bound: bool


@dataclass(frozen=True)
class Invited:
    """Somebody who is to choose their password.

    Args:
        username: by which they will sign in.
        secret: of their second factor, for their telephone.
    """

    username: str
    secret: str


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
        row = find(session, username)
        row.password, row.disabled_at, row.wrong, row.wait_until = None, None, 0, None
        row.half_sha256 = row.half_until = None
        session.execute(delete(SessionRow).where(SessionRow.account_id == row.account_id))
        return _invite(session, row, now)


def disable(engine: Engine, username: str, now: datetime) -> None:
    """Let nobody in by an account any more, from now on; raises NotFound (``no-account``)."""
    with database.writing(engine) as session:
        row = find(session, username)
        row.disabled_at, row.setup_sha256 = row.disabled_at or now, None
        session.execute(delete(SessionRow).where(SessionRow.account_id == row.account_id))
        entered(session, row, now)


def listed(engine: Engine) -> list[Account]:
    """Return all accounts, by name."""
    with database.session(engine) as session:
        rows = session.scalars(select(AccountRow).order_by(AccountRow.username))
        return [_told(row) for row in rows]


def username_of(engine: Engine, account_id: str) -> str | None:
    """Return by which name an account signs in; None where there is no such account."""
    with database.session(engine) as session:
        row = session.get(AccountRow, account_id)
        return None if row is None else row.username


def invited(engine: Engine, token: str, now: datetime) -> Invited:
    """Return whom a link to set an account up is for; raises NotFound (``no-setup``)."""
    with database.session(engine) as session:
        row = _of_link(session, token, now)
        return Invited(row.username, secret_of(session, row))


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
        step = second_factor.step_of(secret_of(session, row), code, now)
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


def _invite(session: Database, row: AccountRow, now: datetime) -> str:
    """Give an account a new link and a new second factor, and enter it into the ledger."""
    token = secrets.token_urlsafe(32)
    row.setup_sha256, row.setup_until = _hash(token), now + SETUP_LIVES
    secret, place = second_factor.new_secret(), _place(row)
    row.totp = sealed.seal(session, row.partner_id, OWN, place, secret.encode())
    row.totp_step = 0
    entered(session, row, now)
    return token


def entered(session: Database, row: AccountRow, now: datetime) -> None:
    """Enter into the ledger what an account is from now on, and that its secrets may be others."""
    bound = [row.known_sha256, row.subject_sha256]
    told = [row.username, row.partner_id, row.person, row.scopes, row.disabled_at is None, *bound]
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


def find(session: Database, username: str) -> AccountRow:
    """Return the account of a name; raises NotFound (``no-account``)."""
    row = session.scalar(select(AccountRow).where(AccountRow.username == username))
    if row is None:
        raise _none("account", "`lumbung accounts list` has them.")
    return row


def secret_of(session: Database, row: AccountRow) -> str:
    """Return the secret of an account's second factor."""
    return sealed.unseal(session, row.partner_id, _place(row), row.totp).decode()


def _place(row: AccountRow) -> str:
    return f"accounts.totp/{row.account_id}"


def _told(row: AccountRow) -> Account:
    state: Literal["invited", "in_force", "disabled"] = (
        "disabled" if row.disabled_at else "in_force" if row.password else "invited"
    )
    return Account(
        row.username, row.partner_id, row.person, row.opens, state, row.known_sha256 is not None
    )


def _none(what: Literal["partner", "account"], hint: str) -> NotFound:
    return NotFound(found=f"no such {what}", expected="one there is", hint=hint, code=f"no-{what}")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
