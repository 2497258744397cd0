"""Rate limits over HTTP: who is counted by what, and the headers that say where a caller stands.

A partner's key is counted where it is looked up (`serving.access.callers`); whoever opens a page is
counted here, by address. ``RateLimit`` and ``RateLimit-Policy`` are those of the IETF's draft.
"""

from __future__ import annotations

from typing import Final

from anyio.to_thread import run_sync
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.access.rates import Rates, Standing, TooMany
from serving.api.problems import answer_of

UNCOUNTED: Final = ("/v1", "/health", "/metrics")
"""What is counted by key, or is not for the public."""

TOO_MANY: Final = 429


class Rated:
    """An application that says where its callers stand, and counts those without a key."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        rates: Rates = scope["app"].state.rates

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                _tell(message, rates, scope.get("state", {}).get("standing"))
            await send(message)

        if not scope["path"].startswith(UNCOUNTED):
            try:
                await run_sync(rates.by_address, address_of(Request(scope)))
            except TooMany as error:
                await answer_of(error)(scope, receive, told)
                return
        await self._app(scope, receive, told)


def address_of(request: Request) -> str:
    """Return where a request comes from; behind a proxy the server says what that is."""
    return request.client.host if request.client else ""


def _tell(message: Message, rates: Rates, standing: Standing | None) -> None:
    headers = MutableHeaders(scope=message)
    if standing is not None:
        headers["RateLimit"] = f'"{standing.policy}";r={standing.remaining};t={standing.reset}'
    if standing is not None or message["status"] == TOO_MANY:
        headers["RateLimit-Policy"] = rates.policies()
