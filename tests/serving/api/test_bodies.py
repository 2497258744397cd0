"""A request that is too large is refused, whoever sends it, before it is held."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from serving.api import bodies
from serving.api.bodies import MOST, MOST_OF_FORM, MOST_OF_JSON, Bounded
from tests.serving.api.test_problems import problem
from tests.serving.cases import APPLICATIONS

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
JSON = {"content-type": "application/json"}
MB = 10**6
FILE = b'--x\r\nContent-Disposition: form-data; name="code"; filename="f"\r\n\r\n'


@pytest.mark.parametrize("kind", [URLENCODED, URLENCODED.upper(), MULTIPART])
@pytest.mark.parametrize("path", ["/p/none", "/p/none/human", "/staff"])
def test_a_form_has_an_end(shared: TestClient, path: str, kind: str) -> None:
    text = b"code=" if "x-www" in kind.lower() else FILE
    sent = text + b"1" * MOST_OF_FORM
    problem(shared.post(path, content=sent, headers={"content-type": kind}), 413, "too-large")


def test_what_is_too_large_is_read_no_further() -> None:
    came = 0

    async def endless() -> Message:
        nonlocal came
        came += 1
        return {"type": "http.request", "body": b"1" * 1024, "more_body": True}

    async def hold(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, send
        while (await receive())["more_body"]:
            pass

    async def silent(message: Message) -> None:
        del message

    form: Scope = {"type": "http", "headers": [(b"content-type", URLENCODED.encode())]}
    with pytest.raises(HTTPException):
        asyncio.run(Bounded(hold)(form, endless, silent))
    assert came == MOST_OF_FORM // 1024 + 1


def test_an_application_has_an_end(shared: TestClient) -> None:
    sent = b'{"application_id":"' + b"1" * MOST
    answer = shared.post(APPLICATIONS, content=sent, headers={"content-type": "application/json"})
    problem(answer, 413, "too-large")


def test_what_carries_no_records_ends_sooner(shared: TestClient) -> None:
    sent = b'{"url":"' + b"1" * MOST_OF_JSON
    answer = shared.post("/v1/webhooks", content=sent, headers={"content-type": "application/json"})
    problem(answer, 413, "too-large")


def test_a_body_that_stays_away_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.01)

    async def never() -> Message:
        await asyncio.Event().wait()
        return {}

    async def reads(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, send
        await receive()

    async def silent(message: Message) -> None:
        del message

    scope: Scope = {"type": "http", "path": APPLICATIONS, "headers": []}
    with pytest.raises(HTTPException, match="408"):
        asyncio.run(Bounded(reads)(scope, never, silent))


def test_a_body_of_fifty_megabytes_is_read_where_records_are_sent_and_nowhere_else(
    shared: TestClient, granary: dict[str, str]
) -> None:
    sent = b" " * (50 * MB) + b"{}"
    headers = {**granary, **JSON}
    problem(shared.post(APPLICATIONS, content=sent, headers=headers), 422, "bad-request")
    problem(shared.post("/v1/webhooks", content=sent, headers=headers), 413, "too-large")


def test_what_is_packed_is_not_unpacked(shared: TestClient, granary: dict[str, str]) -> None:
    """A hundred megabytes of spaces, a thousandth of that as they are sent."""
    bomb = gzip.compress(b" " * (100 * MB), 9)
    headers = {**granary, **JSON, "content-encoding": "gzip"}
    problem(shared.post(APPLICATIONS, content=bomb, headers=headers), 400, "bad-request")
