"""The header ``Idempotency-Key``: a request under one is done once, however often it is sent.

A route says that it takes the header by depending on `ONCE`, after its guards: who may not ask
is not told what was answered to others. `Once` around the application keeps an answer of
success before it leaves; what was refused made nothing, and may be sent again.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from typing import Annotated, Final

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends, FastAPI, Header, Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from features.errors import Unavailable
from serving.access import claims
from serving.access.callers import caller
from serving.access.claims import Answer, Asked, Claim

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=2)
"""For how long at most a request runs before another of the same key may."""

KEPT: Final = (
    "cache-control",
    "content-type",
    "location",
)
"""Headers that belong to an answer."""

REPLAYED: Final = "Idempotency-Replayed"
"""Header of an answer that is given again."""

SUCCESS: Final = range(200, 300)

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Your own name for this request, such as a UUID. The same request sent again "
        "under it within a day gets the same answer, and nothing is done twice.",
    ),
]


class Replayed(Exception):
    """The request was answered before."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


async def asked_of(request: Request, key: Key = None) -> Asked | None:
    """Return what the database knows a request by; None of one without a key."""
    asking = await caller(request)
    if key is None:
        return None
    whole = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    whole.update(await request.body())
    route = f"{request.method} {request.scope['route'].path}"
    return Asked(asking.partner_id, route, key, whole.hexdigest())


async def once(request: Request, key: Key = None) -> None:
    """Claim the request, or give it the answer that it got; raises as `claims.claim`."""
    asked = await asked_of(request, key)
    if asked is None:
        return
    service = request.app.state.service
    found = await run_sync(claims.claim, service.engine, asked, service.now(), LEASE)
    if isinstance(found, Answer):
        raise Replayed(found)
    request.state.claim = found


ONCE: Final = Depends(once)


def install(app: FastAPI) -> None:
    """Make an application answer once what its routes say is done once."""
    app.exception_handler(Replayed)(_again)
    app.add_middleware(Once)


async def _again(request: Request, replayed: Replayed) -> Response:
    del request
    kept = replayed.answer
    return Response(kept.body, kept.status, {**kept.headers, REPLAYED: "true"})


class Once:
    """An application whose answers to claimed requests are kept before they leave."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        held: list[Message] = []

        async def hold(message: Message) -> None:
            claim = scope.get("state", {}).get("claim")
            if claim is None:
                await send(message)
                return
            held.append(message)
            if not message.get("more_body", message["type"] == "http.response.start"):
                await run_sync(_settle, scope, claim, _answer(held))
                del scope["state"]["claim"]
                for one in held:
                    await send(one)

        try:
            await self._app(scope, receive, hold)
        finally:
            claim = scope.get("state", {}).pop("claim", None)
            if claim is not None:
                with anyio.CancelScope(shield=True):
                    await run_sync(_settle, scope, claim, None)


def _answer(held: list[Message]) -> Answer | None:
    """Return an answer of success as it is kept, None of another."""
    start, *parts = held
    if start["status"] not in SUCCESS:
        return None
    named = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    headers = {name: value for name, value in named.items() if name in KEPT}
    return Answer(start["status"], headers, b"".join(part["body"] for part in parts))


def _settle(scope: Scope, claim: Claim, answer: Answer | None) -> None:
    """Keep the answer, or let go of the claim; where that fails it lapses."""
    state = scope["app"].state
    service = state.service
    try:
        if answer is None:
            claims.release(service.engine, claim)
        else:
            lives = timedelta(hours=state.settings.idempotency_hours)
            claims.finish(service.engine, claim, answer, service.now() + lives)
    except Unavailable as error:
        log.warning("an answer under an Idempotency-Key is not kept: %s", error)
