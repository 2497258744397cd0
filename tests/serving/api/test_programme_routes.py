"""A programme over HTTP: opened by officials, filled and read by lenders, each their own part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine

from audit.decision import Decision
from models.risk import RiskModel
from serving.access.keys import issue_key
from serving.store.cursors import written
from serving.telling.words import LANGUAGES
from tests.audit.cases import NOW, rules
from tests.serving.cases import bearer, keep, service_of
from tests.serving.programme_cases import favoured, terms

PROGRAMMES = "/v1/programmes"
BATANG = f"{PROGRAMMES}/batang"
BUDGET = f"{BATANG}/budgets/seed"
ENTRIES = f"{BATANG}/entries"
ALLOCATIONS = f"{BATANG}/allocations"
ASKED = 5_000_000
Headers = dict[str, str]


@pytest.fixture
def engine(app: FastAPI, model: RiskModel) -> Engine:
    """Return the database of a service that offers what the audit's cases do."""
    service_of(app).rules = rules(model)
    return service_of(app).engine


def key(engine: Engine, partner_id: str, person: str, kind: Any = "lender") -> Headers:
    """Return the headers of a person of a partner."""
    return bearer(issue_key(engine, partner_id, partner_id, person=person, kind=kind))


@pytest.fixture
def officials(engine: Engine) -> tuple[Headers, Headers]:
    """Return the headers of two officials of an office."""
    one, other = (key(engine, "dinas", name, "official") for name in ("tuti", "wawan"))
    return one, other


@pytest.fixture
def colleague(engine: Engine) -> Headers:
    """Return the headers of another person of granary."""
    return key(engine, "granary", "budi")


@pytest.fixture
def opened(client: TestClient, officials: tuple[Headers, Headers]) -> Headers:
    """Open a programme, and return the headers of its official."""
    one, other = officials
    assert client.put(BATANG, json=terms(), headers=one).json()["state"] == "waiting"
    done = client.post(f"{BATANG}/versions/1/verify", headers=other)
    assert done.json()["state"] == "in_force"
    return one


@pytest.fixture
def full(
    client: TestClient,
    engine: Engine,
    made: Decision,
    opened: Headers,
    granary: Headers,
    colleague: Headers,
) -> Headers:
    """Put in money for twelve of the fifteen who enter, and return the official's headers."""
    client.put(BUDGET, json={"at_most": 12 * ASKED}, headers=granary)
    client.post(f"{BUDGET}/versions/1/verify", headers=colleague)
    for i in range(15):
        keep(engine, favoured(made, f"app-{i:02}"))
        assert enter(client, granary, f"app-{i:02}").status_code == 201
    return opened


def enter(client: TestClient, headers: Headers, decision_id: str, **changed: Any) -> Response:
    """Enter a decision."""
    at = (NOW - timedelta(hours=1)).isoformat()
    asked = {"decision_id": decision_id, "agreed_at": at, "groups": ["women"], **changed}
    return client.post(ENTRIES, json=asked, headers=headers)


def failed(response: Response, status: int, code: str) -> None:
    """Assert that a request failed, and how."""
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_officials_see_what_waits_and_lenders_what_is_open(
    client: TestClient, officials: tuple[Headers, Headers], granary: Headers
) -> None:
    one, other = officials
    client.put(BATANG, json=terms(), headers=one)
    assert client.get(PROGRAMMES, headers=granary).json() == {"programmes": []}
    (waiting,) = client.get(PROGRAMMES, headers=other).json()["programmes"]
    assert (waiting["version"], waiting["state"], waiting["verified_at"]) == (1, "waiting", None)
    failed(client.post(f"{BATANG}/versions/1/verify", headers=one), 403, "same-person")
    client.post(f"{BATANG}/versions/1/verify", headers=other)
    (open_,) = client.get(PROGRAMMES, headers=granary).json()["programmes"]
    assert (open_["state"], open_["programme"]["programme_id"]) == ("in_force", "batang")
    told = client.get(f"{BATANG}/versions", headers=one).json()["programmes"]
    assert told == [open_]


def test_every_fault_of_a_programme_is_told(
    client: TestClient, officials: tuple[Headers, Headers]
) -> None:
    wrong = terms(objective="glory", floors=[{"share": 2}])
    answer = client.put(BATANG, json=wrong, headers=officials[0])
    failed(answer, 422, "bad-programme")
    assert {"objective", "floors/0/name"} <= {one["where"] for one in answer.json()["faults"]}


@pytest.mark.usefixtures("opened")
def test_a_budget_is_proposed_by_one_and_verified_by_another(
    client: TestClient, granary: Headers, colleague: Headers, mill: Headers
) -> None:
    proposed = client.put(BUDGET, json={"at_most": 7}, headers=granary).json()
    assert (proposed["version"], proposed["state"], proposed["proposed_by"]) == (
        1,
        "waiting",
        "ani",
    )
    failed(client.post(f"{BUDGET}/versions/1/verify", headers=granary), 403, "same-person")
    failed(client.post(f"{BUDGET}/versions/1/verify", headers=mill), 404, "no-such-version")
    done = client.post(f"{BUDGET}/versions/1/verify", headers=colleague).json()
    assert (done["state"], done["at_most"]) == ("in_force", 7)
    listed = client.get(f"{BATANG}/budgets", headers=granary).json()
    assert listed == {"budgets": [done]}
    assert client.get(f"{BATANG}/budgets", headers=mill).json() == {"budgets": []}


@pytest.mark.usefixtures("opened")
def test_a_budget_of_anothers_product_or_in_no_programme_is_refused(
    client: TestClient, granary: Headers, mill: Headers
) -> None:
    failed(client.put(BUDGET, json={"at_most": 7}, headers=mill), 404, "no-product")
    nowhere = f"{PROGRAMMES}/nowhere/budgets/seed"
    failed(client.put(nowhere, json={"at_most": 7}, headers=granary), 404, "no-programme")
    for wrong in ({"at_most": -1}, {"at_most": 1.5}, {}, {"at_most": 1, "of": "all"}):
        failed(client.put(BUDGET, json=wrong, headers=granary), 422, "bad-request")


@pytest.mark.usefixtures("opened")
def test_a_lender_enters_its_own_decisions_only(
    client: TestClient, engine: Engine, made: Decision, granary: Headers, mill: Headers
) -> None:
    keep(engine, favoured(made, "a"))
    failed(enter(client, mill, "a"), 404, "no-decision")
    failed(enter(client, mill, "nowhere"), 404, "no-decision")
    failed(enter(client, granary, "a", groups=["giants"]), 422, "no-group")
    entry = enter(client, granary, "a")
    assert entry.status_code == 201
    assert (entry.json()["decision_id"], entry.json()["groups"]) == ("a", ["women"])


def test_who_leaves_is_allocated_nothing(
    client: TestClient, full: Headers, granary: Headers, mill: Headers
) -> None:
    failed(client.delete(f"{ENTRIES}/app-00", headers=mill), 404, "no-entry")
    left = client.delete(f"{ENTRIES}/app-00", headers=granary)
    assert (left.status_code, left.content) == (204, b"")
    client.post(ALLOCATIONS, headers=full)
    page = client.get(f"{ALLOCATIONS}/1/outcomes", headers=granary).json()
    assert [one["decision_id"] for one in page["outcomes"]] == [f"app-{i:02}" for i in range(1, 15)]


def test_an_official_gets_the_most_from_the_budget_with_its_proof_in_words(
    client: TestClient, full: Headers
) -> None:
    made = client.post(ALLOCATIONS, headers=full)
    assert made.status_code == 201
    told = made.json()
    assert (told["number"], told["made_by"], told["objective"]) == (1, "tuti", "businesses")
    assert (told["worth"]["sums"]["served"], told["worth"]["sums"]["worth"]) == (12, 12.0)
    assert told["worth"]["gap"] < 0.001
    assert {one["method"] for one in told["beside"]} == {"greedy", "deferred_acceptance"}
    assert told["total"]["met"] == {"businesses": 12, "amount": 12 * ASKED}
    assert told["total"]["no_room"] is None  # three: too few to tell
    budget = {one["use"]["name"]: one for one in told["limits"]}["Dana seed"]
    assert (budget["use"]["used"], budget["use"]["at_most"]) == (12 * ASKED, 12 * ASKED)
    for said in (told["proof"], budget["text"], *(one["text"] for one in told["beside"])):
        assert set(said) == set(LANGUAGES)
    assert client.get(f"{ALLOCATIONS}/1", headers=full).json() == told
    assert client.get(ALLOCATIONS, headers=full).json() == {"allocations": [told]}


def test_an_official_is_told_of_no_application_business_or_decision(
    client: TestClient, full: Headers
) -> None:
    text = client.post(ALLOCATIONS, headers=full).text
    assert "batang" in text
    assert "app-" not in text


def test_a_lender_reads_what_each_of_its_own_applications_got_and_why(
    client: TestClient, full: Headers, granary: Headers, mill: Headers
) -> None:
    client.post(ALLOCATIONS, headers=full)
    page = client.get(f"{ALLOCATIONS}/1/outcomes", headers=granary).json()
    assert [one["decision_id"] for one in page["outcomes"]] == [f"app-{i:02}" for i in range(15)]
    assert sum(one["product_id"] == "seed" for one in page["outcomes"]) == 12
    without = [one for one in page["outcomes"] if one["code"] == "no_room"]
    assert len(without) == 3
    assert all("“Budget of Seed”" in one["text"]["en"] for one in without)
    assert all("“Dana Seed”" in one["text"]["id"] for one in without)
    assert page["next_cursor"] is None
    behind = {"cursor": written(["app-13"])}
    last = client.get(f"{ALLOCATIONS}/1/outcomes", params=behind, headers=granary)
    assert [one["decision_id"] for one in last.json()["outcomes"]] == ["app-14"]
    hidden = client.get(f"{ALLOCATIONS}/1/outcomes", headers=mill)
    failed(hidden, 404, "no-allocation")
    assert hidden.content == client.get(f"{ALLOCATIONS}/2/outcomes", headers=mill).content


def test_another_office_has_no_part_in_the_programme(
    client: TestClient, engine: Engine, full: Headers
) -> None:
    client.post(ALLOCATIONS, headers=full)
    others = key(engine, "bupati", "sri", "official")
    assert client.get(PROGRAMMES, headers=others).json() == {"programmes": []}
    assert client.get(f"{BATANG}/versions", headers=others).json() == {"programmes": []}
    failed(client.put(BATANG, json=terms(), headers=others), 409, "name-taken")
    failed(client.post(f"{BATANG}/versions/1/verify", headers=others), 404, "no-such-version")
    failed(client.post(ALLOCATIONS, headers=others), 404, "no-programme")
    failed(client.get(ALLOCATIONS, headers=others), 404, "no-programme")
    failed(client.get(f"{ALLOCATIONS}/1", headers=others), 404, "no-allocation")


def test_lenders_do_what_is_theirs_and_officials_what_is_theirs(
    client: TestClient, opened: Headers, granary: Headers
) -> None:
    for answer in (
        client.put(BATANG, json=terms(), headers=granary),
        client.get(f"{BATANG}/versions", headers=granary),
        client.post(f"{BATANG}/versions/1/verify", headers=granary),
        client.post(ALLOCATIONS, headers=granary),
        client.get(ALLOCATIONS, headers=granary),
        client.get(f"{ALLOCATIONS}/1", headers=granary),
        client.get(f"{BATANG}/budgets", headers=opened),
        client.put(BUDGET, json={"at_most": 1}, headers=opened),
        client.post(f"{BUDGET}/versions/1/verify", headers=opened),
        enter(client, opened, "a"),
        client.delete(f"{ENTRIES}/a", headers=opened),
        client.get(f"{ALLOCATIONS}/1/outcomes", headers=opened),
    ):
        failed(answer, 403, "other-kind")


def test_a_programme_whose_limits_cannot_all_hold_says_which(
    client: TestClient, full: Headers, officials: tuple[Headers, Headers]
) -> None:
    least = {"name": "At least", "unit": "businesses", "at_least": 14}
    client.put(BATANG, json=terms(limits=[least]), headers=full)
    client.post(f"{BATANG}/versions/2/verify", headers=officials[1])
    answer = client.post(ALLOCATIONS, headers=full)
    failed(answer, 409, "programme-infeasible")
    assert "At least" in answer.json()["detail"]
    assert "Dana seed" in answer.json()["detail"]


def test_outside_its_days_a_programme_takes_nothing(
    client: TestClient, app: FastAPI, full: Headers, granary: Headers
) -> None:
    service_of(app).now = lambda: NOW + timedelta(days=60)
    for answer in (
        client.post(ALLOCATIONS, headers=full),
        client.put(BUDGET, json={"at_most": 1}, headers=granary),
        enter(client, granary, "app-00"),
    ):
        failed(answer, 409, "programme-closed")
    assert client.get(PROGRAMMES, headers=granary).json() == {"programmes": []}
