"""Connections that do not wait for slow senders for ever: a request begins to come, or they end.

Uvicorn ends a connection that is idle after an answer (``timeout_keep_alive``), but waits without
end for one that sends its headers byte by byte, or nothing at all. Whoever opens thousands of those
would keep everybody else out. How slowly a body may come says `serving.api.bodies`.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS: Final = 10.0
"""Within which the headers of a request are whole, from the connection or the last answer on."""


class Hurried(H11Protocol):
    """A connection that is closed when the headers of a request take too long."""

    seconds = SECONDS
    _late: asyncio.TimerHandle | None = None

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
        """Wait no more once a request is whole but for its body."""
        super().data_received(data)
        self._wait()

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
