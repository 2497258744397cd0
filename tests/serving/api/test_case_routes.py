"""Cases over HTTP: listed, looked at with all there is to know, answered once, by their partner."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from audit.result import Policy
from features.signals import SIGNALS
from models.risk import RiskModel
from serving.applications.cases import ask_for_person, say_wrong
from serving.telling.words import said
from tests.audit.cases import NOW, circles, history, rules
from tests.serving.cases import APPLICATIONS, as_json, body, service_of

CASES = "/v1/cases"
Headers = dict[str, str]
ANSWER = {
    "outcome": "lend",
    "reason_code": "V04",
    "officer": "staff-7",
    "note": "Transaksi sudah jelas.",
}


@pytest.fixture
def engine(app: FastAPI) -> Engine:
    """Return the database of the service that `client` speaks to."""
    return service_of(app).engine


@pytest.fixture
def looked(client: TestClient, app: FastAPI, model: RiskModel, granary: Headers) -> str:
    """Return the id of a decision on money sent in circles, which goes to a person."""
    service_of(app).rules = rules(model, policy=Policy(most_probability=1.0, near=0.0))
    request = body(payments=as_json([*history(200), *circles()]))
    made = client.post(APPLICATIONS, json=request, headers=granary).json()
    assert made["result"]["causes"] == ["transactions_to_check"]
    return str(made["decision_id"])


def only(client: TestClient, headers: Headers, **asked: str) -> dict[str, Any]:
    """Return the only case of a partner's queue."""
    (case,) = client.get(CASES, params=asked, headers=headers).json()["cases"]
    assert isinstance(case, dict)
    return case


def test_a_decision_that_goes_to_a_person_is_in_its_partners_queue(
    client: TestClient, looked: str, granary: Headers, mill: Headers
) -> None:
    case = only(client, granary)
    assert (case["decision_id"], case["kind"], case["about"]) == (looked, "review", "result")
    assert (case["recommended"], case["wrote"], case["answer"]) == ("human_review", None, None)
    assert client.get(CASES, headers=mill).json() == {"cases": [], "next_cursor": None}


def test_an_officer_sees_the_case_its_explanation_and_what_to_ask_about(
    client: TestClient, app: FastAPI, looked: str, granary: Headers
) -> None:
    case_id = only(client, granary)["case_id"]
    seen = client.get(f"{CASES}/{case_id}", headers=granary).json()
    told = client.get(f"/v1/decisions/{looked}/explanation", headers=granary).json()
    assert seen["explanation"] == told
    assert seen["case"]["first_seen_at"] == NOW.isoformat().replace("+00:00", "Z")
    kept = service_of(app).decision(looked, "granary")
    declared = {signal.name: signal for signal in SIGNALS}
    assert {signal["name"] for signal in seen["signals"]} == set(kept.raised) != set()
    for signal in seen["signals"]:
        assert signal["value"] == kept.signals[signal["name"]]
        assert signal["meaning"] == declared[signal["name"]].meaning
        assert "line" not in signal


def test_what_the_applicant_says_reaches_the_officer(
    client: TestClient, looked: str, engine: Engine, granary: Headers
) -> None:
    say_wrong(engine, looked, "bills", "Sudah saya bayar.", NOW)
    cases = client.get(CASES, headers=granary).json()["cases"]
    assert [case["kind"] for case in cases] == ["correction", "review"]
    assert (cases[0]["about"], cases[0]["wrote"]) == ("bills", "Sudah saya bayar.")


@pytest.mark.usefixtures("looked")
def test_an_answer_is_given_once_and_read_by_the_partner_with_its_words(
    client: TestClient, granary: Headers
) -> None:
    address = f"{CASES}/{only(client, granary)['case_id']}/answer"
    first = client.post(address, json=ANSWER, headers=granary)
    assert first.status_code == 200
    answer = first.json()["answer"]
    assert {name: answer[name] for name in ANSWER} == ANSWER
    assert answer["reason"] == said("answers", "V04")
    assert answer["override"] is None
    again = client.post(address, json={**ANSWER, "outcome": "not_yet"}, headers=granary)
    assert (again.status_code, again.json()["code"]) == (409, "case-answered")
    assert client.get(CASES, headers=granary).json()["cases"] == []
    assert only(client, granary, state="answered") == first.json()


@pytest.mark.parametrize(
    "wrong",
    [
        *({"outcome": "rejected"}, {"reason_code": "V10"}, {"officer": ""}, {"note": ""}),
        *({"note": "x" * 1001}, {"note": "a\0b"}, {"officer": "Budi Santoso"}, {"extra": 1}),
    ],
    ids=str,
)
def test_an_answer_that_is_none_is_refused(
    client: TestClient, looked: str, granary: Headers, wrong: dict[str, Any]
) -> None:
    address = f"{CASES}/{only(client, granary)['case_id']}/answer"
    assert client.post(address, json={**ANSWER, **wrong}, headers=granary).status_code == 422
    assert only(client, granary)["decision_id"] == looked


def test_partners_do_not_see_or_answer_each_others_cases(
    client: TestClient, looked: str, granary: Headers, mill: Headers
) -> None:
    case = only(client, granary)
    hidden = client.get(f"{CASES}/{case['case_id']}", headers=mill)
    nowhere = client.get(f"{CASES}/nowhere", headers=mill)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "no-case")
    assert hidden.content == nowhere.content
    tried = client.post(f"{CASES}/{case['case_id']}/answer", json=ANSWER, headers=mill)
    assert (tried.status_code, tried.json()["code"]) == (404, "no-case")
    assert only(client, granary) == case
    assert case["decision_id"] == looked


def test_a_cursor_of_nowhere_and_a_parameter_that_there_is_not_are_refused(
    client: TestClient, granary: Headers
) -> None:
    for asked, code in (({"cursor": "x"}, "bad-cursor"), ({"stat": "open"}, "bad-request")):
        response = client.get(CASES, params=asked, headers=granary)
        assert (response.status_code, response.json()["code"]) == (422, code)


@pytest.mark.usefixtures("looked")
def test_the_summary_is_of_ones_own_cases(
    client: TestClient, granary: Headers, mill: Headers
) -> None:
    address = f"{CASES}/{only(client, granary)['case_id']}/answer"
    client.post(address, json=ANSWER, headers=granary)
    told = client.get(f"{CASES}/summary", headers=granary).json()
    assert (told["open"], told["answered"], told["unseen"]) == (0, 1, 1)
    assert (told["hours_to_answer"], told["hours_to_view"]) == (0.0, None)
    assert client.get(f"{CASES}/summary", headers=mill).json()["answered"] == 0


def test_an_answer_against_the_score_is_told_as_an_override(
    client: TestClient, app: FastAPI, engine: Engine, model: RiskModel, granary: Headers
) -> None:
    service_of(app).rules = replace(rules(model), products=())
    made = client.post(APPLICATIONS, json=body(200), headers=granary).json()
    assert made["result"]["kind"] == "not_yet"
    case = ask_for_person(engine, made["decision_id"], "Saya punya penjamin.", NOW)
    said_of_it = {**ANSWER, "reason_code": "V06", "note": None}
    told = client.post(f"{CASES}/{case.case_id}/answer", json=said_of_it, headers=granary).json()
    assert (told["answer"]["override"], told["answer"]["note"]) == ("low", None)
    assert client.get(f"{CASES}/summary", headers=granary).json()["override_rate"] == 1.0
