"""Keys of partners: what each opens and for how long, and how they are made and taken back.

A key is ``lbg_<prefix>_<secret>``. Only the prefix and the SHA-256 of the secret are kept; the
secret has 256 random bits, so a fast hash is enough. It opens what its scopes say until it ends;
one that takes its place works at once, while the one before works on for as long as is said.
`serving.access.callers` asks for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.digest import digest
from features.errors import Refused
from serving.access.callers import (
    USUAL,
    Caller,
    Kind,
    NotFound,
    Scope,
    State,
    hashed,
    state_of,
)
from serving.ledger import entering, evidence
from serving.store import database
from serving.tables import ApiKey, Partner

LIVES: Final = timedelta(days=365)
"""How long a key opens when nobody says."""

OVERLAP: Final = timedelta(days=7)
"""How long a key works on beside the one that takes its place, when nobody says."""

GIVEN: Final = "key-given"
ENDED: Final = "key-end"

_SCOPES: Final = TypeAdapter[tuple[Scope, ...]](tuple[Scope, ...])


@dataclass(frozen=True)
class Key:
    """A key as it is listed; its secret is not kept.

    Args:
        prefix: by which it is named.
        partner_id: whose.
        person: who holds it; empty where nobody said.
        scopes: what it opens, in order of the alphabet.
        created_at, expires_at: from when to when, UTC.
        revoked_at: when it was taken back; None while it was not.
        last_used_on: the last day, UTC, on which it was shown; None before the first.
        given_by: the administrator's key by which it was made; None where the operator made it.
        state: of now.
    """

    prefix: str
    partner_id: str
    person: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_on: date | None
    given_by: str | None
    state: State


_KEY: Final = TypeAdapter[Key](Key)


@dataclass(frozen=True)
class Asked:
    """What a key is to be.

    Args:
        person: who is to hold it, by the partner's own name for them; a key that names nobody
            neither proposes nor verifies anything.
        scopes: what it opens.
        lives: for how long.
    """

    person: str = ""
    scopes: Iterable[Scope] = USUAL
    lives: timedelta = LIVES


def add_partner(engine: Engine, partner_id: str, name: str, kind: Kind = "lender") -> None:
    """Add a partner, or name one anew.

    Args:
        engine: the database.
        partner_id: of it; a lender's is that of its products' ``lender.id``.
        name: as people know it.
        kind: of it.

    Raises:
        Refused: it is there and of the other kind (``other-partner``).
    """
    with database.session(engine) as session, session.begin():
        there = session.get(Partner, partner_id)
        if there is not None and there.kind != kind:
            raise Refused(
                found="a partner of another kind by that name",
                expected="a name of its own",
                hint="Choose another name: a lender never becomes an official.",
                code="other-partner",
            )
        session.merge(Partner(partner_id=partner_id, name=name, kind=kind))


def issue_key(
    engine: Engine,
    partner_id: str,
    name: str,
    *,
    person: str = "",
    kind: Kind = "lender",
    scopes: Iterable[Scope] = USUAL,
    lives: timedelta = LIVES,
) -> str:
    """Add a partner and return a new key of it; the arguments are those of both."""
    add_partner(engine, partner_id, name, kind)
    asked = Asked(person, scopes, lives)
    return issue(engine, partner_id, asked, datetime.now(UTC))


def issue(engine: Engine, partner_id: str, asked: Asked, now: datetime, given_by: str = "") -> str:
    """Make a key, which is shown only here.

    Args:
        engine: the database.
        partner_id: whose.
        asked: what it is to be.
        now: the time, UTC.
        given_by: the key of the administrator who gives it; empty for the operator.

    Raises:
        NotFound: there is no such partner (``no-partner``).
    """
    with database.writing(engine) as session:
        if session.get(Partner, partner_id) is None:
            raise NotFound(
                found="no such partner",
                expected="one that was added",
                hint="Add it: lumbung partners add.",
                code="no-partner",
            )
        return _make(session, partner_id, asked, now, given_by)


def listed(engine: Engine, now: datetime, partner_id: str | None = None) -> list[Key]:
    """Return the keys of a partner, or of all, the oldest first."""
    asked = select(ApiKey).order_by(ApiKey.created_at, ApiKey.prefix)
    if partner_id is not None:
        asked = asked.where(ApiKey.partner_id == partner_id)
    with database.session(engine) as session:
        return [_told(row, now) for row in session.scalars(asked)]


def rotate(
    engine: Engine,
    prefix: str,
    now: datetime,
    overlap: timedelta = OVERLAP,
    by: Caller | None = None,
) -> str:
    """Return a key in the place of another, which works on for *overlap* and then ends.

    It is held by the same person, opens the same, and lives as long as the other was to. An
    administrator who does so to another's key has had the new one in hand, and so has given it.

    Args:
        engine: the database.
        prefix: of the key to be replaced.
        now: the time, UTC.
        overlap: for how long both work; the other one never lives longer by it.
        by: the administrator who asks, whose own partner's it must be; None for the operator.

    Raises:
        NotFound: there is no such key (``no-key``).
        Refused: it opens nothing any more (``key-over``).
    """
    with database.writing(engine) as session:
        row = _find(session, prefix, None if by is None else by.partner_id)
        if state_of(row, now) != "in_force":
            raise Refused(
                found="a key that has expired or was revoked",
                expected="one in force",
                hint="Issue a new key.",
                code="key-over",
            )
        lives, scopes = row.expires_at - row.created_at, _SCOPES.validate_python(row.opens)
        given_by = row.given_by or "" if by is None or by.prefix == prefix else by.prefix
        made = _make(session, row.partner_id, Asked(row.person, scopes, lives), now, given_by)
        row.expires_at = min(row.expires_at, now + overlap)
        _ended(session, row, now)
        return made


def revoke(engine: Engine, prefix: str, now: datetime, partner_id: str | None = None) -> None:
    """Take a key back: from now on it opens nothing, and neither do the sessions it opened.

    One taken back before stays as it was.

    Raises:
        NotFound: there is no such key (``no-key``), or it is another partner's.
    """
    with database.writing(engine) as session:
        row = _find(session, prefix, partner_id)
        if row.revoked_at is None:
            row.revoked_at = now
            _ended(session, row, now)


def as_json(key: Key) -> dict[str, Any]:
    """Return a key as JSON has it."""
    told: dict[str, Any] = _KEY.dump_python(key, mode="json")
    return told


def _make(session: Session, partner_id: str, asked: Asked, now: datetime, given_by: str) -> str:
    prefix, secret = secrets.token_hex(6), secrets.token_hex(32)
    row = ApiKey(
        prefix=prefix,
        secret_sha256=hashed(secret),
        partner_id=partner_id,
        person=asked.person,
        given_by=given_by,
        scopes=" ".join(sorted(set(asked.scopes))),
        created_at=now,
        expires_at=now + asked.lives,
    )
    session.add(row)
    session.flush()
    entering.enter(session, GIVEN, *evidence.given(row))
    return f"lbg_{prefix}_{secret}"


def _ended(session: Session, row: ApiKey, now: datetime) -> None:
    """Enter the end of a key into the ledger, as it is listed from now on."""
    told = _KEY.dump_python(_told(row, now), mode="json", exclude={"last_used_on", "state"})
    entering.enter(session, ENDED, row.prefix, digest(told), now, row.partner_id)


def _find(session: Session, prefix: str, partner_id: str | None) -> ApiKey:
    row = session.get(ApiKey, prefix, with_for_update=True)
    if row is None or partner_id not in (None, row.partner_id):
        raise NotFound(
            found="no such key",
            expected="the prefix of a key of your own",
            hint="The list of keys has them.",
            code="no-key",
        )
    return row


def _told(row: ApiKey, now: datetime) -> Key:
    return Key(
        prefix=row.prefix,
        partner_id=row.partner_id,
        person=row.person,
        scopes=_SCOPES.validate_python(row.opens),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_on=row.last_used_on,
        given_by=row.given_by or None,
        state=state_of(row, now),
    )
