"""A body is read as Python reads JSON, whichever parser does it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.testclient import TestClient

from serving.api.reader import WithRecords

JSON = {"Content-Type": "application/json"}
BODIES = [
    b'{"a": 1, "a": 2}',
    b'{"a": NaN, "b": -Infinity, "c": 1e400, "d": -0, "e": -0.0}',
    b'{"a": 123456789012345678901234567890, "b": 0.1234567890123456789, "c": 1E5}',
    b'{"a": "\\ud800"}',
    b'{"a": "\\u0000\x7f"}',
    b'\xef\xbb\xbf{"a": 1}',
    '{"a": "ü"}'.encode("utf-16"),
    b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}",
    *(b'{"a": 1} x', b'{"a": 01}', b'{"a": "\t"}', b'{"a": 1,}', b"{'a': 1}", b'{"a": .5}'),
    *(b'{"a": "\xff"}', b'{"a": +1}', b'{"a": tru}', b'\x0b{"a": 1}', b"nan", b'{"a": -}', b"{"),
]


def client(route_class: type[Any]) -> TestClient:
    """Return a client of an application that answers with what it reads."""
    router, app = APIRouter(route_class=route_class), FastAPI()

    @router.post("/")
    def told(body: dict[str, Any]) -> str:
        return repr(body)

    app.include_router(router)
    return TestClient(app)


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_each_body_is_answered_as_any_route_answers_it(body: bytes) -> None:
    usual = APIRouter().route_class
    found, expected = (
        client(one).post("/", content=body, headers=JSON) for one in (WithRecords, usual)
    )
    assert (found.status_code, found.content) == (expected.status_code, expected.content)


def test_what_both_read_is_read_by_pydantics_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bodies above would be answered alike if Python read them all."""
    monkeypatch.delattr(Request, "json")
    answer = client(WithRecords).post("/", content=b'{"a": 1.0}', headers=JSON)
    assert json.loads(answer.text) == "{'a': 1.0}"
