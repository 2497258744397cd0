"""The routes by which a partner gives keys to its people and programs, and takes them back."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Response

from serving.access import keys
from serving.access.callers import Caller, caller, scoped
from serving.access.keys import Asked
from serving.api import key_schemas as schemas
from serving.api.idempotency import ONCE
from serving.api.key_schemas import Prefix
from serving.api.problems import responses
from serving.api.routes import Configured, Running
from serving.api.routing import Router

v1 = Router(
    prefix="/v1/keys",
    tags=["keys"],
    dependencies=[scoped("admin")],
    responses=responses(401, 403, 422, 503),
)

Asking = Annotated[Caller, Depends(caller)]


@v1.get("", summary="List your keys")
def listed(by: Asking, service: Running) -> schemas.Keys:
    """Return all keys of yours, those that open nothing any more too."""
    found = keys.listed(service.engine, service.now(), by.partner_id)
    told = [schemas.Key.model_validate(one, from_attributes=True) for one in found]
    return schemas.Keys(keys=told)


@v1.post(
    "",
    status_code=201,
    summary="Make a key",
    dependencies=[ONCE],
    responses=responses(400, 409),
)
def issue(
    asked: schemas.KeyAsked,
    by: Asking,
    service: Running,
    settings: Configured,
    response: Response,
) -> schemas.NewKey:
    """Make a key for a person or a program of yours. It is shown only here.

    It neither proposes nor verifies anything: that takes a key or an account from the operator.
    """
    lives = timedelta(days=asked.days or settings.key_days)
    wanted = Asked(asked.person, asked.scopes, lives)
    made = keys.issue(service.engine, by.partner_id, wanted, service.now(), by.prefix)
    return _new(made, response)


@v1.post(
    "/{prefix}/rotate",
    status_code=201,
    summary="Put a key in the place of another",
    dependencies=[ONCE],
    responses=responses(400, 404, 409),
)
def rotate(
    prefix: Prefix, asked: schemas.Overlap, by: Asking, service: Running, response: Response
) -> schemas.NewKey:
    """Make a key of the same person and scopes; the one before works on for a while, then ends."""
    overlap = timedelta(hours=asked.hours)
    made = keys.rotate(service.engine, prefix, service.now(), overlap, by)
    return _new(made, response)


@v1.delete("/{prefix}", status_code=204, summary="Take a key back", responses=responses(404))
def revoke(prefix: Prefix, by: Asking, service: Running) -> None:
    """Take a key of yours back: it opens nothing from now on, nor do the sessions it opened."""
    keys.revoke(service.engine, prefix, service.now(), by.partner_id)


def _new(key: str, response: Response) -> schemas.NewKey:
    response.headers["Cache-Control"] = "no-store"
    return schemas.NewKey(key=key, prefix=key.split("_")[1])
