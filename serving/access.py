"""Who may ask: partners, by an API key sent as ``Authorization: Bearer lbg_…``.

A key is ``lbg_<prefix>_<secret>``. Only the prefix and the SHA-256 of the
secret are kept; the secret has 256 random bits, so a fast hash is enough.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine

from features.errors import LumbungError
from serving import database
from serving.database import ApiKey, Partner

MARK: Final = "lbg"


class NotAuthenticated(LumbungError):
    """The caller did not show a key that opens anything."""

    http_status = 401


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


def issue_key(engine: Engine, partner_id: str, name: str) -> str:
    """Make a key for a partner, which is added if it is new; the key is shown only here."""
    prefix, secret = secrets.token_hex(6), secrets.token_hex(32)
    with database.session(engine) as session, session.begin():
        session.merge(Partner(partner_id=partner_id, name=name))
        session.flush()
        session.add(
            ApiKey(
                prefix=prefix,
                secret_sha256=_hash(secret),
                partner_id=partner_id,
                created_at=datetime.now(UTC),
            )
        )
    return f"{MARK}_{prefix}_{secret}"


def partner_of(engine: Engine, key: str) -> str:
    """Return the partner a key belongs to; raises NotAuthenticated (``bad-key``) for none."""
    mark, _, rest = key.partition("_")
    prefix, _, secret = rest.partition("_")
    with database.session(engine) as session:
        row = session.get(ApiKey, prefix) if mark == MARK else None
    if row is None or not hmac.compare_digest(row.secret_sha256, _hash(secret)):
        raise _refused("a key that opens nothing")
    return row.partner_id


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


def calling_partner(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str:
    """Return the id of the partner whose key came with the request."""
    if credentials is None:
        raise _refused("no key")
    return partner_of(request.app.state.service.engine, credentials.credentials)


CallingPartner = Annotated[str, Depends(calling_partner)]
