"""Who may ask: partners, by an API key sent as ``Authorization: Bearer lbg_…``.

A partner is a lender, or an official who runs programmes and sees aggregates only; each has
routes of its own. A key names the person who holds it, so that what one person proposes another
can verify, and it opens what its scopes say. A route says which scope it asks for
(`scoped`) and of whom (`Lender`, `Official`). `serving.access.keys` makes keys.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal, get_args

from anyio.to_thread import run_sync
from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from pydantic import TypeAdapter
from sqlalchemy import Engine, bindparam, select

from features.errors import LumbungError, Unavailable
from serving.access.rates import Rates
from serving.store import database
from serving.tables import AccountRow, ApiKey, Partner

MARK: Final = "lbg"

Kind = Literal["lender", "official"]
"""Of a partner."""

NAMED: Final[dict[Kind, str]] = {"lender": "a lender", "official": "an official"}

Scope = Literal[
    "admin",
    "audit",
    "cases",
    "outcomes",
    "products",
    "programmes",
    "protected",
    "read",
    "records",
    "score",
    "webhooks",
]
"""What a key may be for, by who holds it. docs/decisions/0040-access.md says what each opens."""

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

USUAL: Final[frozenset[Scope]] = frozenset(SCOPES) - {"admin", "protected"}
"""Of a key of which nobody said more: all but giving and taking keys, and what is held apart."""

State = Literal["in_force", "expired", "revoked"]
"""Of a key."""

_KIND: Final = TypeAdapter[Kind](Kind)

SHOWN: Final = (
    select(ApiKey.__table__, Partner.kind)
    .join_from(ApiKey, Partner)
    .where(ApiKey.prefix == bindparam("prefix"))
)
"""A key by its prefix, with the kind of its partner; made once, for every request asks it."""


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
        prefix: of the key shown, or the id of the account.
        person: who holds it, by the partner's own name for them; empty where nobody said.
        scopes: what they may do.
        delegated: whether an administrator of the partner gave the key, and not the operator: it
            may be in the same hands.
    """

    partner_id: str
    kind: Kind
    prefix: str
    person: str
    scopes: frozenset[str] = USUAL
    delegated: bool = False


def caller_of(engine: Engine, key: str, now: datetime) -> Caller:
    """Return who holds a key, and keep the day on which it was shown.

    The database is asked each time, so that a key taken back opens nothing in any process.

    Raises:
        NotAuthenticated: it opens nothing (``bad-key``), or nothing any more (``key-expired``,
            ``key-revoked``).
    """
    mark, _, rest = key.partition("_")
    prefix, _, secret = rest.partition("_")
    with database.reading(engine) as opened:
        found = opened.execute(SHOWN, {"prefix": prefix}).mappings().one_or_none()
    if found is None or mark != MARK:
        raise _refused("a key that opens nothing")
    said = dict(found)
    kind, row = said.pop("kind"), ApiKey(**said)
    if not hmac.compare_digest(row.secret_sha256, hashed(secret)):
        raise _refused("a key that opens nothing")
    if (state := state_of(row, now)) != "in_force":
        raise _over(state)
    if _is_new(row, now):
        _used(engine, prefix, now)
    return _holder(row, kind)


def state_of(key: ApiKey, now: datetime) -> State:
    """Return whether a key opens anything at a time."""
    if key.revoked_at is not None:  # whatever the clock says since
        return "revoked"
    return "in_force" if now < key.expires_at else "expired"


def holder(key: ApiKey, partner: Partner, now: datetime) -> Caller | None:
    """Return who asks by a key of a partner; None when it opens nothing any more."""
    return _holder(key, partner.kind) if state_of(key, now) == "in_force" else None


def signed_in(account: AccountRow, partner: Partner) -> Caller | None:
    """Return who asks by an account of a partner; None when it lets nobody in any more."""
    if account.disabled_at is not None:
        return None
    kind = _KIND.validate_python(partner.kind)
    of = (partner.partner_id, kind, account.account_id, account.person)
    return Caller(*of, frozenset(account.opens))


def _holder(key: ApiKey, kind: str) -> Caller:
    of = (key.partner_id, _KIND.validate_python(kind), key.prefix, key.person)
    return Caller(*of, frozenset(key.opens), delegated=bool(key.given_by))


def _is_new(key: ApiKey, now: datetime) -> bool:
    """Return whether a key is shown for the first time on a day, UTC."""
    return key.last_used_on is None or key.last_used_on < now.date()


def _used(engine: Engine, prefix: str, now: datetime) -> None:
    """Keep the day; a database that takes no writing now refuses nobody for it."""
    with (
        contextlib.suppress(Unavailable),
        database.session(engine) as session,
        session.begin(),
    ):
        session.get_one(ApiKey, prefix).last_used_on = now.date()


def name_of(engine: Engine, partner_id: str) -> str:
    """Return a partner's name, as people know it."""
    with database.session(engine) as session:
        return session.get_one(Partner, partner_id).name


def hashed(secret: str) -> str:
    """Return what is kept of a key's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _refused(found: str) -> NotAuthenticated:
    return NotAuthenticated(
        found=found,
        expected="Authorization: Bearer lbg_…",
        hint="Send the key you were given; `lumbung demo` prints one to try.",
        code="bad-key",
    )


def _over(state: State) -> NotAuthenticated:
    code = "key-expired" if state == "expired" else "key-revoked"
    return NotAuthenticated(
        found=f"a key that {'has expired' if state == 'expired' else 'was revoked'}",
        expected="a key in force",
        hint="Ask who administers your keys for a new one.",
        code=code,
    )


_bearer = HTTPBearer(auto_error=False, description="A partner's API key")


async def caller(request: Request) -> Caller:
    """Return whose key came with the request; it is looked up once for each, in a thread.

    The guards call this themselves, and each only looks at what it found: a way to a thread and
    back costs more than that, and so does asking FastAPI for it.
    """
    if not hasattr(request.state, "caller"):
        await run_sync(_look_up, request, await _bearer(request))
    found: Caller = request.state.caller
    return found


def _look_up(request: Request, shown: HTTPAuthorizationCredentials | None) -> None:
    """Look up who asks, and count it."""
    service, state = request.app.state.service, request.state
    rates: Rates = request.app.state.rates
    try:
        if shown is None:
            raise _refused("no key")
        state.caller = caller_of(service.engine, shown.credentials, service.now())
    except NotAuthenticated:
        rates.by_address(request.client.host if request.client else "")
        raise
    state.standing = rates.by_key(state.caller.prefix)


def as_scoped(caller: Caller, scope: str) -> Caller:
    """Return the caller; raises Forbidden (``missing-scope``) when they may not do this."""
    if scope not in caller.scopes:
        raise Forbidden(
            found=f"a key without the scope {scope}",
            expected=f"one with the scope {scope}",
            hint="Ask who administers your keys for one that opens this.",
            code="missing-scope",
        )
    return caller


async def in_scope(
    request: Request,
    asked: SecurityScopes,
    shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Return who asks, if their key has every scope that the route asks for."""
    del shown  # by which the document knows how a key is sent
    asking = await caller(request)
    for scope in asked.scopes:
        as_scoped(asking, scope)
    return asking


def scoped(scope: Scope) -> Any:
    """Return what a route or a router depends on, so that only keys with a scope open it.

    ``Router(…, dependencies=[scoped("records")])``; the document lists it with the operation.
    """
    return Security(in_scope, scopes=[scope])


def as_kind(caller: Caller, kind: Kind) -> Caller:
    """Return the caller; raises Forbidden (``other-kind``) when they are of another kind."""
    if caller.kind != kind:
        raise Forbidden(
            found=f"the key of {NAMED[caller.kind]}",
            expected=f"that of {NAMED[kind]}",
            hint="Lenders and officials have routes of their own; see /openapi.json.",
            code="other-kind",
        )
    return caller


async def lender(request: Request) -> Caller:
    """Return who asks for a lender; raises as `as_kind`."""
    return as_kind(await caller(request), "lender")


async def official(request: Request) -> Caller:
    """Return who asks for an official; raises as `as_kind`."""
    return as_kind(await caller(request), "official")


Lender = Annotated[Caller, Depends(lender)]
Official = Annotated[Caller, Depends(official)]


async def calling_partner(request: Request) -> str:
    """Return the id of the lender whose key came with the request; raises as `as_kind`."""
    return (await lender(request)).partner_id


CallingPartner = Annotated[str, Depends(calling_partner)]
