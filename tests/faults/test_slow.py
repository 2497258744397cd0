"""Senders that mean no good: each has an end, and others are served meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import ClassVar

import pytest
import uvicorn
from fastapi import FastAPI

from benchmarks.nursery import status
from benchmarks.slow import slow
from lumbung.hurried import Hurried


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
    app = FastAPI()
    app.get("/health/live")(live)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, http=InTwoTenths, log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield free.getsockname()[1]
        server.should_exit = True
        thread.join()


def test_who_never_ends_the_head_of_a_request_is_let_go_and_others_are_answered(port: int) -> None:
    seen = slow(port, 100, 30)
    assert seen["closed_by_server"] == 100
    assert set(seen["answers_meanwhile"]) == set(seen["answers_after"]) == {"200"}


def test_who_connects_and_says_nothing_is_let_go(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as silent:
        assert silent.recv(1) == b""


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
    assert status(port, "/health/live") == "200"
    assert InTwoTenths.at_once
    assert all(InTwoTenths.at_once)
