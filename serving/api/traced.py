"""Every answer about a business leaves a trace: who asked, for what, and about whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.access.trail import OWNER, Access

ABOUT: Final = ("decision_id", "case_id", "business_id", "job_id")
"""Parts of an address that tell whom it is about, the nearest first; of a job whose result is read
each decision is noted too."""

PERSONAL: Final = (
    *("/v1/applications", "/v1/businesses", "/v1/cases", "/v1/decisions", "/v1/jobs"),
    *("/v1/programmes/{programme_id}/entries", "/p/", "/staff"),
)
"""Beginnings of addresses that are about businesses."""

DECISIONS: Final = "/v1/decisions/"
"""What the address of a decision that was made begins with."""

ANSWERED: Final = 400
"""From this status on nothing was told of anybody."""


class Traced:
    """An application whose accesses are noted, by the ``trail`` of its state."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, and note it if it was about anybody."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        made, status = "", ANSWERED

        async def seen(message: Message) -> None:
            nonlocal made, status
            if message["type"] == "http.response.start":
                status = message["status"]
                made = Headers(raw=message["headers"]).get("location", "")
            await send(message)

        await self._app(scope, receive, seen)
        if status < ANSWERED:
            _note(scope, made)


def noting(request: Request) -> Callable[[str], None]:
    """Return what notes that a request of a caller's told of a decision, by its id."""
    state, caller = request.app.state, request.state.caller
    what = f"{request.method} {request.scope['route'].path}"

    def note(decision_id: str) -> None:
        told = (caller.partner_id, caller.prefix, what, f"decision/{decision_id}")
        state.trail.note(Access(state.service.now(), *told))

    return note


def _note(scope: Scope, made: str) -> None:
    """Note who asked; a page without a session told nobody anything."""
    state: dict[str, Any] = scope.get("state", {})
    caller, decision = state.get("caller"), state.get("applicant")
    address = scope["path"] if (route := scope.get("route")) is None else route.path
    trail = getattr(scope["app"].state, "trail", None)
    if trail is None or not address.startswith(PERSONAL):
        return
    at, what = scope["app"].state.service.now(), f"{scope['method']} {address}"
    if decision is not None:
        subject = f"decision/{decision.decision_id}"
        trail.note(Access(at, decision.partner_id, OWNER, what, subject))
    elif caller is not None:
        subject = _subject(scope["path_params"], made)
        trail.note(Access(at, caller.partner_id, caller.prefix, what, subject))


def _subject(named: Mapping[str, Any], made: str) -> str:
    """Return whom a request was about: whom its address names, or the decision that was made."""
    for part in ABOUT:
        if part in named:
            return f"{part.removesuffix('_id')}/{named[part]}"
    return f"decision/{made.removeprefix(DECISIONS)}" if made.startswith(DECISIONS) else ""
