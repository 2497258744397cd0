"""Connections that do not wait for slow senders for ever: a request begins to come, or they end.

Uvicorn ends a connection that is idle after an answer (``timeout_keep_alive``), but waits without
end for one that sends its headers byte by byte, or nothing at all. Whoever opens thousands of those
would keep everybody else out. How slowly a body may come says `serving.api.bodies`. Nor does
httptools say how much headers may hold, which would fill the memory until then.

Where there are more connections than may be (``limit_concurrency``) uvicorn answers with a line of
text; here it is a problem as any other, which says when to come again.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any, Final

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from features.errors import Unavailable
from serving.api.problems import answer_of

SECONDS: Final = 10.0
"""Within which the headers of a request are whole, from the connection or the last answer on."""

MOST_OF_HEAD: Final = 64 * 2**10
"""Bytes of a request's headers, with those behind a body; some may come with the first of them."""

FULL: Final = answer_of(
    Unavailable(
        found="more connections than this worker holds",
        expected="fewer connections at once",
        hint="Send the same request again in a moment, and keep connections open.",
        code="too-many-connections",
    )
)
FULL.headers["Connection"] = "close"


class Hurried(HttpToolsProtocol):
    """A connection that is closed when the headers of a request take too long, or are too long."""

    seconds = SECONDS
    most = MOST_OF_HEAD
    _late: asyncio.TimerHandle | None = None
    _in_head = False
    _came = _said = 0

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._most, self.limit_concurrency = self.limit_concurrency, None
        self._inner, self.app = self.app, self._answer

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say that there are too many connections."""
        if self._most is None or len(self.connections) <= self._most:
            await self._inner(scope, receive, send)
        else:
            await FULL(scope, receive, send)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a request.

        An answer leaves at once: asyncio sees to that only for sockets that it made itself, which
        those shared by several workers are not, and each answer would wait for the one before to
        be acknowledged, some 40 ms.
        """
        connection: socket.socket | None = transport.get_extra_info("socket")
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn's is narrower
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait no more once a request is whole but for its body; refuse headers without end."""
        self._came += len(data) if self._in_head else 0
        super().data_received(data)
        if self._in_head and self._came > self.most and not self.transport.is_closing():
            self.send_400_response("Headers without end.")
        self._wait()

    def on_message_begin(self) -> None:
        """Begin to count its headers."""
        super().on_message_begin()
        self._in_head, self._came, self._said = True, 0, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; raise ValueError after too much, by which the parser refuses the rest."""
        self._said += len(name) + len(value)
        if self._said > self.most:
            raise ValueError
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._in_head = False
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        super().connection_lost(exc)
        self._rest()

    def _wait(self) -> None:
        if not getattr(self.cycle, "response_complete", True):  # None before the first request
            self._rest()
        elif self._late is None and not self.transport.is_closing():
            self._late = self.loop.call_later(self.seconds, self.transport.abort)

    def _rest(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
