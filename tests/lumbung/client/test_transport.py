"""A request is sent again where that does no harm, and a problem is told as the service told it."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest

from lumbung.client import transport
from lumbung.client.problem import Problem
from lumbung.client.transport import Transport, pages

PROBLEM = {"code": "no-decision", "detail": "Found no such decision.", "faults": [{"where": ""}]}


@dataclass
class Told:
    """A server that gives its answers in turn, the last for ever; and what it was asked."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    made = Told()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            lower = {name.lower(): value for name, value in self.headers.items()}
            made.asked.append((self.command, self.path, lower, self.rfile.read(length)))
            status, headers, body = (
                made.answers.pop(0) if len(made.answers) > 1 else made.answers[0]
            )
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = answer  # noqa: N815  as http.server names them

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    monkeypatch.setattr(transport, "FIRST_SECONDS", 0.001)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        worker = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        worker.start()
        made.url = f"http://127.0.0.1:{server.server_port}"
        yield made
        server.shutdown()
        worker.join()


BUSY = (503, {"Retry-After": "0"}, b"")
CUT: tuple[int, dict[str, str], bytes] = (0, {}, b"")
DONE = (200, {"Content-Type": "application/json"}, b'{"a": 1}')


@pytest.mark.parametrize("trouble", [BUSY, CUT, (429, {}, b""), (502, {}, b"<html>")])
def test_what_was_not_done_is_asked_for_again(
    told: Told, trouble: tuple[int, dict[str, str], bytes]
) -> None:
    told.answers = [trouble, trouble, DONE]
    with Transport(told.url, "lbg_a_b") as sender:
        assert sender.send("GET", "/v1/x").json() == {"a": 1}
    assert [asked[:2] for asked in told.asked] == [("GET", "/v1/x")] * 3
    assert {asked[2]["authorization"] for asked in told.asked} == {"Bearer lbg_a_b"}


def test_in_the_end_it_gives_up_with_the_last_answer(told: Told) -> None:
    told.answers = [BUSY]
    with Transport(told.url, "k", tries=3) as sender, pytest.raises(Problem) as caught:
        sender.send("GET", "/v1/x")
    assert caught.value.status == 503
    assert len(told.asked) == 3


def test_without_any_answer_the_error_says_so(told: Told) -> None:
    told.answers = [CUT]
    with Transport(told.url, "k", tries=2) as sender, pytest.raises(httpx2.TransportError):
        sender.send("GET", "/v1/x")
    assert len(told.asked) == 2


def test_what_could_be_done_twice_is_sent_once(told: Told) -> None:
    told.answers = [BUSY, DONE]
    with Transport(told.url, "k") as sender, pytest.raises(Problem):
        sender.send("POST", "/v1/x", body={}, once=True)
    assert len(told.asked) == 1


def test_what_comes_piece_by_piece_is_sent_once(told: Told) -> None:
    told.answers = [BUSY, DONE]
    with Transport(told.url, "k") as sender, pytest.raises(Problem):
        sender.send("PUT", "/v1/x", content=iter([b"one", b"two"]))
    assert len(told.asked) == 1


def test_a_refusal_is_not_sent_again_and_is_told_as_it_came(told: Told) -> None:
    headers = {"Content-Type": "application/problem+json", "X-Request-ID": "r1"}
    told.answers = [(404, headers, json.dumps(PROBLEM).encode())]
    with Transport(told.url, "k") as sender, pytest.raises(Problem, match="404 no-decision") as it:
        sender.send("GET", "/v1/x")
    assert len(told.asked) == 1
    problem = it.value
    assert (problem.code, problem.detail) == (PROBLEM["code"], PROBLEM["detail"])
    assert (problem.faults, problem.request_id) == (PROBLEM["faults"], "r1")


def test_what_is_none_is_left_out_and_the_rest_goes_as_given(told: Told) -> None:
    told.answers = [DONE]
    with Transport(told.url, "k") as sender:
        sender.send("GET", "/v1/x", query={"a": None, "b": "ü&"}, headers={"h": None, "i": "1"})
        sender.send("POST", "/v1/x", body={"amount": 1})
        sender.send("PUT", "/v1/x", content=b"raw")
    (_, path, headers, _), (*_, as_json), (*_, raw) = told.asked
    assert path == "/v1/x?b=%C3%BC%26"
    assert headers["i"] == "1"
    assert "h" not in headers
    assert json.loads(as_json) == {"amount": 1}
    assert raw == b"raw"


def test_pages_follow_their_cursors(told: Told) -> None:
    told.answers = [
        (200, {"Content-Type": "application/json"}, json.dumps(page).encode())
        for page in ({"rows": [1], "next_cursor": "c"}, {"rows": [2], "next_cursor": None})
    ]
    with Transport(told.url, "k") as sender:

        def page(state: str, *, cursor: str | None = None) -> dict[str, object]:
            found: dict[str, object] = sender.send(
                "GET", "/v1/x", query={"state": state, "cursor": cursor}
            ).json()
            return found

        got = [one["rows"] for one in pages(functools.partial(page, "open"))]
    assert got == [[1], [2]]
    assert [asked[1] for asked in told.asked] == ["/v1/x?state=open", "/v1/x?state=open&cursor=c"]


def test_a_pause_is_as_long_as_asked_but_not_for_ever() -> None:
    assert transport._pause(1, "7") == 7  # noqa: SLF001
    assert transport._pause(1, "100000") == transport.MOST_SECONDS  # noqa: SLF001
    longest = [transport.FIRST_SECONDS * 2**tried for tried in (1, 2, 3)]
    pauses = [transport._pause(tried, None) for tried in (1, 2, 3)]  # noqa: SLF001
    assert all(most / 2 <= pause <= most for pause, most in zip(pauses, longest, strict=True))
