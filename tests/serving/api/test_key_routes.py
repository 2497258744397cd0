"""A partner's administrator gives keys to its own people, and takes them back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serving.access.keys import issue_key
from tests.audit.cases import NOW
from tests.serving.cases import Json, bearer, service_of

ASKED: Json = {"person": "siti", "scopes": ["read"], "days": 2}


@pytest.fixture
def admin(app: FastAPI) -> dict[str, str]:
    """Return the headers of granary's administrator."""
    return bearer(issue_key(service_of(app).engine, "granary", "Granary", scopes=["admin"]))


@pytest.fixture
def made(client: TestClient, admin: dict[str, str]) -> Json:
    """Return a key that the administrator made for siti."""
    answer = client.post("/v1/keys", json=ASKED, headers=admin)
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    made: Json = answer.json()
    return made


def listed(client: TestClient, admin: dict[str, str]) -> dict[str, Json]:
    """Return prefix → key, of those that are listed."""
    return {key["prefix"]: key for key in client.get("/v1/keys", headers=admin).json()["keys"]}


def test_a_key_made_opens_its_scopes_and_is_listed_without_its_secret(
    client: TestClient, admin: dict[str, str], made: Json
) -> None:
    mine = bearer(made["key"])
    assert client.get("/v1/decisions/d1", headers=mine).status_code == 404
    assert client.get("/v1/keys", headers=mine).json()["code"] == "missing-scope"
    found = listed(client, admin)[made["prefix"]]
    expected = {"person": "siti", "scopes": ["read"], "state": "in_force", "revoked_at": None}
    assert expected.items() <= found.items()
    assert found["last_used_on"] == str(NOW.date())
    assert found["expires_at"] == (NOW + timedelta(days=2)).isoformat().replace("+00:00", "Z")
    assert made["key"].split("_")[2] not in client.get("/v1/keys", headers=admin).text


def test_without_days_a_key_lives_as_long_as_the_installation_has_it(
    client: TestClient, admin: dict[str, str]
) -> None:
    asked = {"person": "siti", "scopes": ["read"]}
    prefix = client.post("/v1/keys", json=asked, headers=admin).json()["prefix"]
    assert listed(client, admin)[prefix]["expires_at"].startswith("2027-11-24")


def test_a_key_taken_back_opens_nothing(
    client: TestClient, admin: dict[str, str], made: Json
) -> None:
    answer = client.delete(f"/v1/keys/{made['prefix']}", headers=admin)
    assert (answer.status_code, answer.content) == (204, b"")
    answer = client.get("/v1/decisions/d1", headers=bearer(made["key"]))
    assert (answer.status_code, answer.json()["code"]) == (401, "key-revoked")
    assert listed(client, admin)[made["prefix"]]["state"] == "revoked"


def test_both_keys_work_for_the_hours_said(
    app: FastAPI, client: TestClient, admin: dict[str, str], made: Json
) -> None:
    url = f"/v1/keys/{made['prefix']}/rotate"
    answer = client.post(url, json={"hours": 1}, headers=admin)
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    both = [bearer(key) for key in (made["key"], answer.json()["key"])]
    tried = [client.get("/v1/decisions/d1", headers=one).status_code for one in both]
    assert tried == [404, 404]
    service_of(app).now = lambda: NOW + timedelta(hours=1)
    tried = [client.get("/v1/decisions/d1", headers=one).status_code for one in both]
    assert tried == [401, 404]
    assert client.post(url, json={}, headers=admin).json()["code"] == "key-over"


@pytest.mark.parametrize(
    "wrong",
    [{"scopes": []}, {"scopes": ["all"]}, {"person": ""}, {"days": 0}, {"days": 731}, {"kind": 1}],
)
def test_a_key_that_is_not_well_asked_for_is_not_made(
    client: TestClient, admin: dict[str, str], wrong: Json
) -> None:
    before = set(listed(client, admin))
    answer = client.post("/v1/keys", json={**ASKED, **wrong}, headers=admin)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-request")
    assert set(listed(client, admin)) == before
