"""Senders that mean no good: each has an end, and others are served meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from email.message import Message
from http.client import HTTPConnection
from typing import ClassVar

import pytest
import uvicorn
from fastapi import FastAPI

from benchmarks.nursery import status as status_of
from benchmarks.served import until
from lumbung.hurried import Hurried
from tests.benchmarks.small import figures
from tests.contracts.blocks import line


class InTwoTenths(Hurried):
    """A connection whose requests begin within two tenths of a second."""

    seconds = 0.2
    at_once: ClassVar[list[int]] = []
    """Of each connection, whether its answers leave at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        connection = transport.get_extra_info("socket")
        self.at_once.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def live() -> dict[str, str]:
    """Say nothing more."""
    return {}


@pytest.fixture
def port() -> Iterator[int]:
    """Return the port of a server that says that it lives."""
    with listening(InTwoTenths) as port:
        yield port


@contextlib.contextmanager
def listening(connection: type[Hurried], most: int | None = None) -> Iterator[int]:
    """Give the port of such a server, which holds so many connections."""
    app = FastAPI()
    app.get("/health/live")(live)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(app, http=connection, log_level="critical", limit_concurrency=most)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield free.getsockname()[1]
        server.should_exit = True
        thread.join()


def test_who_never_ends_the_head_of_a_request_is_let_go_and_others_are_answered() -> None:
    """Ten seconds is what is promised; a busy machine is given thirty."""
    found = figures(line("lumbung bench faults slow"), "--slow", "100")
    seen = found["parts"]["slow clients"]
    assert seen["closed_by_server"] == 100
    assert seen["seconds_to_close"] <= 30
    assert set(seen["answers_meanwhile"]) == set(seen["answers_after"]) == {"200"}


def test_who_connects_and_says_nothing_is_let_go(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as silent:
        assert silent.recv(1) == b""


@pytest.mark.parametrize(
    "headers",
    [b"X-Long: " + 2**20 * b"x", b"".join(b"X-%d: %s\r\n" % (i, 2000 * b"x") for i in range(50))],
    ids=["one header without end", "headers without end"],
)
def test_headers_without_end_are_refused_before_they_fill_the_memory(headers: bytes) -> None:
    with (
        listening(Hurried) as port,
        socket.create_connection(("127.0.0.1", port), timeout=30) as opened,
    ):
        with contextlib.suppress(ConnectionError):  # it may be closed while more is sent
            for start in range(0, len(headers), 8192):
                head = b"" if start else b"GET /health/live HTTP/1.1\r\nHost: lumbung\r\n"
                opened.sendall(head + headers[start : start + 8192])
        got = b""
        with contextlib.suppress(ConnectionResetError):
            got = opened.recv(1024)
        assert got[:13] in (b"", b"HTTP/1.1 400 ")
        assert status_of(port, "/health/live") == "200"


def test_headers_of_some_length_are_read(port: int) -> None:
    with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=30)) as one:
        for _ in range(3):
            one.request("GET", "/health/live", headers={f"X-{i}": 3000 * "x" for i in range(20)})
            assert one.getresponse().read() == b"{}"


def test_a_connection_serves_one_request_after_another(port: int) -> None:
    with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=30)) as one:
        one.connect()
        same = one.sock
        for _ in range(3):
            one.request("GET", "/health/live")
            assert one.getresponse().read() == b"{}"
            assert one.sock is same


def test_an_answer_does_not_wait_for_the_one_before_to_be_acknowledged(port: int) -> None:
    """The port is shared as workers share theirs: asyncio did not make its socket."""
    assert status_of(port, "/health/live") == "200"
    assert InTwoTenths.at_once
    assert all(InTwoTenths.at_once)


def test_one_connection_more_than_may_be_is_told_to_come_again_and_the_others_are_served() -> None:
    with listening(Hurried, most=3) as port:
        with contextlib.ExitStack() as stack:
            held = [HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(3)]
            for one in held:
                stack.callback(one.close)
                assert answer(one)[0] == 200
            with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=30)) as more:
                status, headers, body = answer(more)
            assert (status, json.loads(body)["code"]) == (503, "too-many-connections")
            assert headers["Content-Type"] == "application/problem+json"
            assert int(headers["Retry-After"]) > 0
            assert headers["Connection"] == "close"
            until(lambda: answer(held[0])[0] == 200)
        until(lambda: status_of(port, "/health/live") == "200")


def answer(connection: HTTPConnection) -> tuple[int, Message, bytes]:
    """Return what is answered over a connection that is kept."""
    connection.request("GET", "/health/live")
    got = connection.getresponse()
    return got.status, got.headers, got.read()
