"""Each request, from outside: its id, its line in the log, its figures, and its span.

The path of a request is never told, for it may name somebody: the route's template is.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from typing import Any, Final

import structlog
from fastapi import FastAPI
from opentelemetry import propagate, trace
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.operation.metrics import Metrics

ID: Final = "X-Request-ID"
UUID: Final = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
"""What an id from outside must look like; anything else may say who somebody is."""

NO_ROUTE: Final = "none"
"""In place of the template, where no route has the path."""

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
TRACER: Final = trace.get_tracer("lumbung")

log = logging.getLogger(__name__)


def install(app: FastAPI, metrics: Metrics) -> None:
    """Let every request of *app* be seen, those that end in a fault of ours too."""
    inside = app.build_middleware_stack
    app.build_middleware_stack = lambda: Observed(inside(), metrics)  # type: ignore[method-assign]


class Observed:
    """An application whose requests are seen.

    Args:
        app: the application.
        metrics: what counts them.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        seen = Seen(scope, _id_of(headers), self._metrics)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=seen.request_id)
        context = propagate.extract(dict(headers))
        with (
            self._metrics.running.track_inprogress(),
            TRACER.start_as_current_span(
                "request", context=context, kind=trace.SpanKind.SERVER, record_exception=False
            ) as span,
        ):
            try:
                await self._app(scope, receive, seen.answering(send))
            finally:
                seen.end(span)


class Seen:
    """A request under way."""

    def __init__(self, scope: Scope, request_id: str, metrics: Metrics) -> None:
        self.request_id = request_id
        self._scope, self._metrics = scope, metrics
        self._state: dict[str, Any] = scope.setdefault("state", {})
        self._status = 499  # the caller left before an answer
        self._begun = time.perf_counter()

    def answering(self, send: Send) -> Send:
        """Return what sends the answer, with the request's id."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._status = message["status"]
                MutableHeaders(scope=message)[ID] = self.request_id
            await send(message)

        return answer

    def end(self, span: trace.Span) -> None:
        """Count it, log it, and name its span."""
        seconds = time.perf_counter() - self._begun
        method = self._scope["method"] if self._scope["method"] in METHODS else "OTHER"
        route = getattr(self._scope.get("route"), "path", NO_ROUTE)
        code, caller = self._state.get("code"), self._state.get("caller")
        self._metrics.requests.labels(method, route, self._status).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        if code is not None:
            self._metrics.problems.labels(code).inc()
        span.update_name(f"{method} {route}")
        span.set_attributes({"http.route": route, "http.response.status_code": self._status})
        said = {
            "method": method,
            "route": route,
            "status": self._status,
            "ms": round(1000 * seconds, 1),
            "code": code,
            "key": getattr(caller, "prefix", None),
        }
        log.info("request", extra={name: v for name, v in said.items() if v is not None})


def _id_of(headers: Headers) -> str:
    """Return the id that came with a request, if it looks like one, else a new one."""
    given = headers.get(ID, "").lower()
    return given if UUID.fullmatch(given) else str(uuid.uuid4())
