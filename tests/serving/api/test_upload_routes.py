"""The routes of uploads: sent in parts, kept behind the answers, what is wrong read as lines."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from lumbung.client import Client, upload
from serving.jobs import arriving
from tests.serving.api.test_bodies import JSON
from tests.serving.api.test_problems import problem
from tests.serving.cases import Json, business
from tests.serving.conftest import ON_SQLITE
from tests.serving.jobs.upload_cases import as_lines, row

UPLOADS = "/v1/uploads"
SHOPS = tuple(f"b{i}" for i in range(4))


@pytest.fixture
def partner(client: TestClient, app: FastAPI, granary: dict[str, str]) -> TestClient:
    """Return the client of a partner that keeps four businesses; nobody works behind it."""
    app.state.keeper.end()
    client.headers.update(granary)
    for name in SHOPS:
        assert client.put(f"/v1/businesses/{name}", json=business()).status_code == 200
    return client


def said(file: bytes, **changed: object) -> Json:
    digest = hashlib.sha256(file).hexdigest()
    return {
        "source": "payments",
        "format": "ndjson",
        "bytes": len(file),
        "sha256": digest,
        **changed,
    }


def whole(partner: TestClient, file: bytes, **changed: object) -> str:
    """Upload a file in one part, complete it, and return where it is."""
    place = partner.post(UPLOADS, json=said(file, **changed)).headers["Location"]
    assert partner.put(f"{place}/parts/1", content=file).status_code == 204
    assert partner.post(f"{place}/complete").status_code == 202
    return place


def test_a_file_is_sent_in_parts_kept_and_told_of(
    partner: TestClient, app: FastAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "PART", 4000)
    rows = [row(i, SHOPS[i % 4]) for i in range(100)]
    rows[50] = row(50, SHOPS[2], amount="x")
    file = tmp_path / "payments.ndjson"
    file.write_bytes(as_lines(rows))

    def passed(request: httpx2.Request) -> httpx2.Response:
        answer = partner.request(
            request.method, request.url.path, content=request.content, headers=JSON
        )
        return httpx2.Response(answer.status_code, content=answer.content)

    with Client("http://x", "k", transport=httpx2.MockTransport(passed)) as client:
        begun = upload(client, file, "payments")
        assert (begun["state"], begun["missing"], begun["parts"] > 3) == ("waiting", [], True)
        app.state.keeping.run()
        done = client.uploads.read(begun["upload_id"])
        assert (done["state"], done["rows"], done["bad"], done["added"]) == ("done", 100, 1, 99)
        (bad,) = client.uploads.rejected(begun["upload_id"]).splitlines()
        assert client.uploads.page()["uploads"] == [done]
    told = json.loads(bad)
    assert (told["line"], told["problem"]["faults"][0]["where"]) == (51, "amount")
    counted = partner.get(f"/v1/businesses/{SHOPS[2]}/records").json()["sources"]
    assert [(one["source"], one["records"]) for one in counted] == [("payments", 24)]


@ON_SQLITE
def test_a_bomb_goes_off_nowhere(partner: TestClient, app: FastAPI) -> None:
    bomb = gzip.compress(b"0" * 10**8)
    place = whole(partner, bomb, format="ndjson+gzip")
    app.state.keeping.run()
    came = partner.get(place).json()
    assert (came["state"], came["problem"]["code"]) == ("failed", "unpacks-too-far")


@ON_SQLITE
def test_what_is_said_of_a_file_is_something_that_can_come(partner: TestClient) -> None:
    for changed in (
        {"bytes": 0},
        {"bytes": 2**40},
        {"sha256": "x"},
        {"source": "none"},
        {"format": "parquet+gzip"},
    ):
        told = partner.post(UPLOADS, json=said(b"{}", **changed))
        problem(told, 422, "bad-request")


@ON_SQLITE
def test_a_part_has_an_end_and_a_cancelled_upload_takes_none(partner: TestClient) -> None:
    place = partner.post(UPLOADS, json=said(b"{}")).headers["Location"]
    long = partner.put(f"{place}/parts/1", content=bytes(arriving.PART + 1))
    problem(long, 413, "too-large")
    problem(partner.put(f"{place}/parts/1", content=b"{"), 422, "wrong-part")
    problem(partner.post(f"{place}/complete"), 409, "upload-incomplete")
    assert partner.delete(place).json()["state"] == "cancelled"
    problem(partner.put(f"{place}/parts/1", content=b"{}"), 409, "upload-closed")
    assert partner.get(f"{place}/rejected").text == ""
