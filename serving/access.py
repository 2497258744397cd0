"""Who may ask: partners, by an API key sent as ``Authorization: Bearer lbg_…``.

A partner is a lender, or an official who runs programmes and sees aggregates only; each has
routes of its own. A key names the person who holds it, so that what one person proposes another
can verify. It is ``lbg_<prefix>_<secret>``. Only the prefix and the SHA-256 of the
secret are kept; the secret has 256 random bits, so a fast hash is enough.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import TypeAdapter
from sqlalchemy import Engine

from features.errors import LumbungError
from serving import database
from serving.tables import ApiKey, Partner

MARK: Final = "lbg"

Kind = Literal["lender", "official"]
"""Of a partner."""

NAMED: Final[dict[Kind, str]] = {"lender": "a lender", "official": "an official"}

_KIND: Final = TypeAdapter[Kind](Kind)


class NotAuthenticated(LumbungError):
    """The caller did not show a key that opens anything."""

    http_status = 401


class Forbidden(LumbungError):
    """The caller is known, and may not do this."""

    http_status = 403


class NotFound(LumbungError):
    """There is no such thing, or it is another tenant's: the two cannot be told apart."""

    http_status = 404


def no_decision() -> NotFound:
    """Return the error of a decision that there is not, or not for the one who asks."""
    return NotFound(
        found="no such decision",
        expected="the id of one of your own decisions",
        hint="The answer to POST /v1/applications carries it.",
        code="no-decision",
    )


@dataclass(frozen=True)
class Caller:
    """Who asks.

    Args:
        partner_id: for which partner.
        kind: of that partner.
        prefix: of the key shown.
        person: who holds the key, by the partner's own name for them; empty where nobody said.
    """

    partner_id: str
    kind: Kind
    prefix: str
    person: str


def issue_key(
    engine: Engine, partner_id: str, name: str, *, person: str = "", kind: Kind = "lender"
) -> str:
    """Make a key for a partner, which is added if it is new; the key is shown only here.

    Args:
        engine: the database.
        partner_id: whose key; a lender's is that of its products' ``lender.id``.
        name: of the partner, as people know it.
        person: who is to hold the key, by the partner's own name for them; a key that names nobody
            neither proposes nor verifies anything.
        kind: of the partner.
    """
    prefix, secret = secrets.token_hex(6), secrets.token_hex(32)
    with database.session(engine) as session, session.begin():
        session.merge(Partner(partner_id=partner_id, name=name, kind=kind))
        session.flush()
        session.add(
            ApiKey(
                prefix=prefix,
                secret_sha256=_hash(secret),
                partner_id=partner_id,
                person=person,
                created_at=datetime.now(UTC),
            )
        )
    return f"{MARK}_{prefix}_{secret}"


def caller_of(engine: Engine, key: str) -> Caller:
    """Return who holds a key; raises NotAuthenticated (``bad-key``) for none."""
    mark, _, rest = key.partition("_")
    prefix, _, secret = rest.partition("_")
    with database.session(engine) as session:
        row = session.get(ApiKey, prefix) if mark == MARK else None
        if row is None or not hmac.compare_digest(row.secret_sha256, _hash(secret)):
            raise _refused("a key that opens nothing")
        return holder(row, session.get_one(Partner, row.partner_id))


def holder(key: ApiKey, partner: Partner) -> Caller:
    """Return who asks by a key of a partner."""
    return Caller(partner.partner_id, _KIND.validate_python(partner.kind), key.prefix, key.person)


def name_of(engine: Engine, partner_id: str) -> str:
    """Return a partner's name, as people know it."""
    with database.session(engine) as session:
        return session.get_one(Partner, partner_id).name


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _refused(found: str) -> NotAuthenticated:
    return NotAuthenticated(
        found=found,
        expected="Authorization: Bearer lbg_…",
        hint="Send the key you were given; `lumbung demo` prints one to try.",
        code="bad-key",
    )


_bearer = HTTPBearer(auto_error=False, description="A partner's API key")


def caller(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Return whose key came with the request."""
    if credentials is None:
        raise _refused("no key")
    return caller_of(request.app.state.service.engine, credentials.credentials)


def as_kind(caller: Caller, kind: Kind) -> Caller:
    """Return the caller; raises Forbidden (``other-kind``) when they are of another kind."""
    if caller.kind != kind:
        raise Forbidden(
            found=f"the key of {NAMED[caller.kind]}",
            expected=f"that of {NAMED[kind]}",
            hint="Lenders and officials have routes of their own; see /docs.",
            code="other-kind",
        )
    return caller


def lender(asking: Annotated[Caller, Depends(caller)]) -> Caller:
    """Return who asks for a lender; raises as `as_kind`."""
    return as_kind(asking, "lender")


def official(asking: Annotated[Caller, Depends(caller)]) -> Caller:
    """Return who asks for an official; raises as `as_kind`."""
    return as_kind(asking, "official")


Lender = Annotated[Caller, Depends(lender)]
Official = Annotated[Caller, Depends(official)]


def calling_partner(asking: Lender) -> str:
    """Return the id of the lender whose key came with the request."""
    return asking.partner_id


CallingPartner = Annotated[str, Depends(calling_partner)]
