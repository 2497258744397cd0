"""A client that costs little: so many connections on loopback, each asking again when answered.

Requests are bytes made before, but for the number that makes each another; answers are looked at
no further than status, length and the bytes that they must hold. So what it measures is the server,
though both share the machine; what it costs itself is told.
"""

from __future__ import annotations

import contextlib
import itertools
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

NUMBER: Final = "__number__"
"""Stands in a request where its own number is put, which is as long."""

END: Final = b"\r\n\r\n"
LENGTH: Final = b"content-length:"
STATUS: Final = slice(9, 12)
CREATED: Final = b"201"
CHUNK: Final = 2**18
PATIENCE: Final = 60.0
"""Seconds within which some answer comes."""

_numbers = itertools.count(1)


def number() -> str:
    """Return what stands in the place of `NUMBER`, never the same."""
    return f"{next(_numbers):010}"


@dataclass(frozen=True)
class Asked:
    """A request, and what its answer must be.

    Args:
        before: its bytes up to the number.
        after: those that follow.
        holds: what the answer must hold.
    """

    before: bytes
    after: bytes
    holds: bytes = b""

    def numbered(self) -> bytes:
        """Return the bytes of a request that was not sent before."""
        return self.before + number().encode() + self.after


def asked(path: str, body: str, key: str = "", holds: str = "") -> Asked:
    """Return a request by POST, in whose body `NUMBER` stands once.

    Args:
        path: on the server.
        body: in JSON.
        key: that opens; none where it is empty.
        holds: what the answer must hold.
    """
    opens = f"Authorization: Bearer {key}\r\n" if key else ""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{opens}Content-Type: application/json\r\n"
    whole = f"{head}Content-Length: {len(body.encode())}\r\n\r\n{body}".encode()
    before, after = whole.split(NUMBER.encode())
    return Asked(before, after, holds.encode())


@dataclass
class Answered:
    """What came of a load.

    Args:
        seconds: from the first request to the last answer.
        cpu_seconds: of this client.
        took: seconds of each answer, from the first byte sent to the last received.
        sent, received: bytes of all requests and all answers.
    """

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    sent: int = 0
    received: int = 0


class _Connection:
    """A connection, and the request that is under way on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray()

    def ask(self, one: Asked) -> int:
        """Send a request; return how many bytes it has."""
        self._asked, self._begun = one, time.perf_counter()
        sent = one.numbered()
        self.socket.sendall(sent)
        return len(sent)

    def read(self) -> tuple[float, int] | None:
        """Return the seconds and the bytes of the answer, or None while it is not all there.

        Raises AssertionError where it is not the one that is expected.
        """
        part = self.socket.recv(CHUNK)
        self._buffer += part
        if part and not self._whole():
            return None
        took, answer = time.perf_counter() - self._begun, bytes(self._buffer)
        self._buffer.clear()
        if answer[STATUS] != CREATED or self._asked.holds not in answer:
            raise AssertionError(f"not {self._asked.holds!r} but {answer[:600]!r}")
        return took, len(answer)

    def _whole(self) -> bool:
        end = self._buffer.find(END)
        if end < 0:
            return False
        head = bytes(self._buffer[:end]).lower()
        length = head[head.index(LENGTH) + len(LENGTH) :].split(b"\r\n", 1)[0]
        return len(self._buffer) == end + len(END) + int(length)


def load(port: int, requests: Sequence[Asked], connections: int, seconds: float) -> Answered:
    """Ask on so many connections for so long; return when all that was asked is answered.

    Args:
        port: of a server on loopback.
        requests: asked one after the other, over and over.
        connections: each has one request under way.
        seconds: after which nothing more is asked; each connection asks once at least.

    Raises:
        AssertionError: an answer is not the one that was expected.
        TimeoutError: none came.
    """
    turn, out = itertools.cycle(requests), Answered()
    with selectors.DefaultSelector() as selector, contextlib.ExitStack() as opened:
        those = [_Connection(port) for _ in range(connections)]
        for one in those:
            selector.register(opened.enter_context(one.socket), selectors.EVENT_READ, one)
        cpu, begun = time.process_time(), time.perf_counter()
        for one in those:
            out.sent += one.ask(next(turn))
        _answer(selector, turn, begun + seconds, out)
        out.seconds, out.cpu_seconds = time.perf_counter() - begun, time.process_time() - cpu
    return out


def _answer(
    selector: selectors.BaseSelector, turn: Iterator[Asked], until: float, out: Answered
) -> None:
    """Read answers and ask again until the time is up and nothing is under way."""
    under_way = len(selector.get_map())
    while under_way:
        ready = selector.select(PATIENCE)
        if not ready:
            raise TimeoutError
        for key, _ in ready:
            answer = key.data.read()
            if answer is None:
                continue
            out.took.append(answer[0])
            out.received += answer[1]
            if time.perf_counter() < until:
                out.sent += key.data.ask(next(turn))
            else:
                under_way -= 1
