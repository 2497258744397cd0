"""The client of the races: what it asks, when it stops, and what it does not let pass."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Iterator

import pytest

from benchmarks.load import NUMBER, asked, load


class Told(socketserver.ThreadingTCPServer):
    """A server that says the same each time, in two parts, and remembers what was asked."""

    daemon_threads = True

    def __init__(self, answer: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.answer, self.asked = answer, list[bytes]()


class Answering(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # who does not like an answer goes away
            self._handle()

    def _handle(self) -> None:
        server = self.server
        assert isinstance(server, Told)
        while line := self.rfile.readline():
            while (header := self.rfile.readline()).strip():
                if header.startswith(b"Content-Length:"):
                    length = int(header.split()[1])
            server.asked.append(line.split()[1] + b" " + self.rfile.read(length))
            half = len(server.answer) // 2
            for part in (server.answer[:half], server.answer[half:]):
                self.wfile.write(part)
                self.wfile.flush()


@contextlib.contextmanager
def telling(body: bytes, status: bytes = b"201 Created") -> Iterator[Told]:
    head = b"HTTP/1.1 " + status + b"\r\nCONTENT-LENGTH: %d\r\n\r\n" % len(body)
    with Told(head + body) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


REQUEST = asked("/score", f'{{"application_id":"{NUMBER}"}}', holds='"score":600')


def test_every_connection_asks_and_every_request_is_another() -> None:
    with telling(b'{"score":600}') as server:
        came = load(server.server_address[1], [REQUEST], connections=3, seconds=0.0)
    assert len(came.took) == len(server.asked) == len(set(server.asked)) == 3
    assert all(one.startswith(b'/score {"application_id":"0') for one in server.asked)
    assert min(came.took) > 0
    assert came.seconds >= max(came.took)


def test_requests_come_in_turn() -> None:
    other = asked("/other", f'"{NUMBER}"')
    with telling(b'{"score":600}') as server:
        came = load(server.server_address[1], [REQUEST, other], connections=5, seconds=0.0)
    paths = sorted(one.split()[0] for one in server.asked)
    assert paths == [b"/other"] * 2 + [b"/score"] * 3
    assert came.sent > came.received > 0


def test_it_asks_until_the_time_is_up() -> None:
    with telling(b'{"score":600}') as server:
        came = load(server.server_address[1], [REQUEST], connections=1, seconds=0.2)
    assert came.seconds >= 0.2
    assert len(came.took) == len(server.asked) > 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"score":601}', b"201 Created"),
        (b'{"score":600}', b"200 OK"),
        (b"away", b"503 Service Unavailable"),
    ],
)
def test_an_answer_that_is_not_expected_ends_the_run(body: bytes, status: bytes) -> None:
    with (
        telling(body, status) as server,
        pytest.raises(AssertionError, match=r"score.*600.* but"),
    ):
        load(server.server_address[1], [REQUEST], connections=2, seconds=0.1)


def test_a_key_is_shown_and_the_length_is_that_of_what_is_sent() -> None:
    one = asked("/v1/applications", f'["é","{NUMBER}"]', key="k")
    sent = one.numbered()
    head, body = sent.split(b"\r\n\r\n")
    assert b"Authorization: Bearer k" in head
    assert f"Content-Length: {len(body)}".encode() in head
    assert "Authorization" not in asked("/score", NUMBER).before.decode()
