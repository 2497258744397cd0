"""Decisions over HTTP: made once, on disk before they are answered, seen by their partner only."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from audit.decision import RECORD
from serving.access.links import PATH, enter
from serving.access.sessions import session_of
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import place, unseal
from tests.audit.cases import NOW, alone
from tests.conftest import ROOT
from tests.serving.cases import APPLICATIONS, body, kept, service_of, started

Headers = dict[str, str]


def test_a_decision_is_made_whose_points_add_up(client: TestClient, granary: Headers) -> None:
    response = client.post(APPLICATIONS, json=body(200), headers=granary)
    answer = response.json()
    points = answer["points"]
    assert response.status_code == 201
    assert response.headers["Location"] == f"/v1/decisions/{answer['decision_id']}"
    assert points["base"] + sum(r["points"] for r in points["by_reason"]) == points["score"]
    assert answer["decided_at"] == NOW.isoformat().replace("+00:00", "Z")
    assert answer["versions"]["model"] == "1"


def test_a_decision_is_on_disk_before_it_is_answered(
    app: FastAPI, url: str, granary: Headers
) -> None:
    seen: list[list[tuple[Any, ...]]] = []
    watched = TestClient(watching(app, lambda: seen.append(kept(url))))
    answer = watched.post(APPLICATIONS, json=body(), headers=granary).json()
    ((decision_id, partner_id, sealed),) = seen[0]
    with database.session(service_of(app).engine) as session:
        its = (partner_id, place("decisions", "sealed", decision_id), sealed)
        decision = RECORD.validate_json(unseal(session, *its))
    assert (decision_id, partner_id) == (answer["decision_id"], "granary")
    assert decision.probability_of_default == answer["probability_of_default"]
    assert decision.features == answer["features"]


def watching(app: ASGIApp, look: Callable[[], None]) -> ASGIApp:
    """Return the application, but with *look* called before an answer's first byte leaves."""

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        async def looking(message: Message) -> None:
            if message["type"] == "http.response.start":
                look()
            await send(message)

        await app(scope, receive, looking)

    return watched


def test_the_same_request_again_gets_the_same_decision(
    client: TestClient, app: FastAPI, url: str, granary: Headers
) -> None:
    first = client.post(APPLICATIONS, json=body(), headers=granary)
    service_of(app).now = lambda: NOW.replace(year=NOW.year + 1)
    again = client.post(APPLICATIONS, json=body(), headers=granary)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert len(kept(url)) == 1


def test_the_same_request_many_times_at_once_gets_one_decision(
    client: TestClient, url: str, granary: Headers
) -> None:
    with ThreadPoolExecutor(8) as pool:
        asks = [
            pool.submit(client.post, APPLICATIONS, json=body(), headers=granary) for _ in range(16)
        ]
        answers = [ask.result() for ask in asks]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(kept(url)) == 1


@pytest.mark.parametrize(
    "changed",
    [{"amount": 5_000_001}, {"business_id": "b2"}, {"payments": []}, {"business": {}}],
    ids=str,
)
def test_another_request_under_the_same_application_id_is_refused(
    client: TestClient, url: str, granary: Headers, changed: dict[str, Any]
) -> None:
    client.post(APPLICATIONS, json=body(), headers=granary)
    before = kept(url)
    response = client.post(APPLICATIONS, json=body(**changed), headers=granary)
    assert response.status_code == 409
    assert response.json()["code"] == "duplicate-application"
    assert response.json()["faults"][0]["where"] == "application_id"
    assert kept(url) == before


def test_a_decision_can_be_read_again_as_it_was_answered(
    client: TestClient, granary: Headers
) -> None:
    made = client.post(APPLICATIONS, json=body(200), headers=granary)
    read = client.get(made.headers["Location"], headers=granary)
    assert (read.status_code, read.content) == (200, made.content)


def test_partners_do_not_see_each_others_decisions(
    client: TestClient, url: str, granary: Headers, mill: Headers
) -> None:
    mine = client.post(APPLICATIONS, json=body(), headers=granary)
    theirs = client.post(APPLICATIONS, json=body(amount=1_000_000), headers=mill)
    assert theirs.status_code == 201
    assert {partner for _, partner, _ in kept(url)} == {"granary", "mill"}
    hidden = client.get(mine.headers["Location"], headers=mill)
    nowhere = client.get("/v1/decisions/nowhere", headers=mill)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "no-decision")
    assert hidden.content == nowhere.content


def test_a_link_opens_the_decision_it_was_made_for(
    client: TestClient, app: FastAPI, granary: Headers
) -> None:
    made = client.post(APPLICATIONS, json=body(), headers=granary).json()
    response = client.post(f"/v1/decisions/{made['decision_id']}/links", headers=granary)
    told = response.json()
    assert response.status_code == 201
    assert told["expires_at"] == (NOW + timedelta(days=7)).isoformat().replace("+00:00", "Z")
    assert response.headers["Cache-Control"] == "no-store"
    assert all(told["url"] in text and len(text) <= 160 for text in told["sms"].values())
    root, link_id = told["url"].split(PATH)
    assert root == "http://testserver"
    engine = service_of(app).engine
    opened = enter(engine, link_id, told["code"], NOW)
    assert session_of(engine, opened.token, NOW) == made["decision_id"]


def test_a_link_lives_and_leads_where_the_settings_say(
    settings: Settings, granary: Headers
) -> None:
    said = {"public_url": "https://lumbung.example", "link_days": 2}
    with started(settings.model_copy(update=said)) as client:
        made = client.post(APPLICATIONS, json=body(), headers=granary).json()
        address = f"/v1/decisions/{made['decision_id']}/links"
        told = client.post(address, headers=granary).json()
    assert told["url"].startswith(f"https://lumbung.example{PATH}")
    assert told["expires_at"] == (NOW + timedelta(days=2)).isoformat().replace("+00:00", "Z")


def test_an_explanation_tells_the_decision_as_it_was_answered_and_adds_up(
    client: TestClient, granary: Headers
) -> None:
    made = client.post(APPLICATIONS, json=body(200), headers=granary).json()
    told = client.get(f"/v1/decisions/{made['decision_id']}/explanation", headers=granary).json()
    assert told["decision"] == made
    assert (told["decides"], told["recomputed"]) == ("Granary", True)
    features = [feature for part in told["parts"] for feature in part["features"]]
    assert {feature["name"]: feature["value"] for feature in features} == made["features"]
    total = told["base"] + sum(feature["points"] for feature in features)
    assert round(total) == made["points"]["score"]


def test_without_a_champion_a_decision_is_still_explained(
    client: TestClient, app: FastAPI, granary: Headers
) -> None:
    made = client.post(APPLICATIONS, json=body(), headers=granary).json()
    service_of(app).rules = alone()
    told = client.get(f"/v1/decisions/{made['decision_id']}/explanation", headers=granary).json()
    assert told["decision"] == made
    assert (told["recomputed"], told["base"]) == (False, None)


@pytest.mark.parametrize(("method", "of"), [("GET", "explanation"), ("POST", "links")])
def test_partners_do_not_reach_what_hangs_on_each_others_decisions(
    client: TestClient, granary: Headers, mill: Headers, method: str, of: str
) -> None:
    mine = client.post(APPLICATIONS, json=body(), headers=granary).headers["Location"]
    hidden = client.request(method, f"{mine}/{of}", headers=mill)
    nowhere = client.request(method, f"/v1/decisions/nowhere/{of}", headers=mill)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "no-decision")
    assert hidden.content == nowhere.content


def test_live_and_ready_say_so(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json() == {
        "status": "ready",
        "scorer": "champion",
        "model": "1",
        "version": importlib.metadata.version("lumbung"),
    }


def test_the_documented_example_is_a_request_that_is_decided(
    client: TestClient, granary: Headers
) -> None:
    example = json.loads((ROOT / "docs/examples/application.json").read_text("utf-8"))
    assert client.post(APPLICATIONS, json=example, headers=granary).status_code == 201
