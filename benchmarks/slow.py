"""Thousands of clients that never end the head of a request, beside one that is in earnest."""

from __future__ import annotations

import select
import socket
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any, Final

from benchmarks.nursery import status

HEAD: Final = b"POST /v1/applications HTTP/1.1\r\nHost: lumbung\r\nContent-Le"
"""What each of them sends: a head without its end."""

ASKS: Final = 20
"""Requests in earnest while the others are there."""


def slow(port: int, clients: int, within: float) -> dict[str, Any]:
    """Open so many slow connections, ask in earnest meanwhile; return what was seen.

    Args:
        port: of a server on loopback.
        clients: how many; the process needs as many open files.
        within: seconds after which all of them are expected to be closed by the server.
    """
    with ExitStack() as stack:
        began = time.monotonic()
        crowd = [stack.enter_context(_opened(port)) for _ in range(clients)]
        opened = time.monotonic() - began
        answers, longest = _in_earnest(port)
        closed, last = _closed(crowd, within)
    after, _ = _in_earnest(port)
    return {
        "clients": clients,
        "seconds_to_open": round(opened, 2),
        "answers_meanwhile": dict(answers),
        "longest_answer_seconds": round(longest, 3),
        "closed_by_server": closed,
        "seconds_to_close": round(last, 1),
        "answers_after": dict(after),
    }


def _opened(port: int) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", port))
    opened.sendall(HEAD)
    return opened


def _in_earnest(port: int) -> tuple[Counter[str], float]:
    answers, longest = Counter[str](), 0.0
    for _ in range(ASKS):
        began = time.monotonic()
        answers[status(port, "/health/live")] += 1
        longest = max(longest, time.monotonic() - began)
    return answers, longest


def _closed(crowd: Iterable[socket.socket], within: float) -> tuple[int, float]:
    """Return how many the server closes in the time given, and after how many seconds the last."""
    waiting = {one.fileno() for one in crowd}
    all_of_them, began, last = len(waiting), time.monotonic(), 0.0
    ready = select.poll()
    for one in waiting:
        ready.register(one, select.POLLIN)
    while waiting and time.monotonic() - began < within:
        for one, _ in ready.poll(200):
            ready.unregister(one)
            waiting.discard(one)
            last = time.monotonic() - began
    return all_of_them - len(waiting), last
