"""Products over HTTP: proposed by one, verified by another, offered the moment after."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.risk import RiskModel
from serving.access.callers import SCOPES
from serving.access.keys import issue_key
from tests.audit.cases import NOW, rules
from tests.serving.cases import APPLICATIONS, bearer, body, service_of, terms

PRODUCTS = "/v1/products"
BRAN = f"{PRODUCTS}/bran"
Headers = dict[str, str]


@pytest.fixture
def colleague(app: FastAPI) -> Headers:
    """Return the headers of another person of granary."""
    return bearer(issue_key(service_of(app).engine, "granary", "Granary", person="budi"))


@pytest.fixture
def official(app: FastAPI) -> Headers:
    """Return the headers of an official."""
    key = issue_key(service_of(app).engine, "dinas", "Dinas", person="tuti", kind="official")
    return bearer(key)


def listed(client: TestClient, headers: Headers, address: str = PRODUCTS) -> list[Any]:
    """Return id, version and state of what is listed."""
    found = client.get(address, headers=headers).json()["products"]
    return [(one["product"]["product_id"], one["version"], one["state"]) for one in found]


def test_nobody_verifies_by_a_key_that_they_gave_in_another_name(
    client: TestClient, app: FastAPI
) -> None:
    engine, scopes = service_of(app).engine, sorted(SCOPES)
    siti = issue_key(engine, "granary", "Granary", person="siti", scopes=scopes)
    client.put(BRAN, json=terms(), headers=bearer(siti))
    asked = {"person": "budi", "scopes": scopes}
    given = client.post("/v1/keys", json=asked, headers=bearer(siti)).json()["key"]
    further = client.post("/v1/keys", json=asked, headers=bearer(given)).json()["key"]
    for key in (given, further):
        answer = client.post(f"{BRAN}/versions/1/verify", headers=bearer(key))
        assert (answer.status_code, answer.json()["code"]) == (403, "delegated-key")
    assert listed(client, bearer(siti), f"{BRAN}/versions") == [("bran", 1, "waiting")]


def test_what_one_proposes_and_another_verifies_is_offered_at_once(
    client: TestClient, app: FastAPI, model: RiskModel, granary: Headers, colleague: Headers
) -> None:
    service_of(app).rules = rules(model)
    proposed = client.put(BRAN, json=terms(), headers=granary)
    assert proposed.status_code == 200
    at = NOW.isoformat().replace("+00:00", "Z")
    told = proposed.json()
    assert (told["version"], told["state"], told["product"]["verified_by"]) == (1, "waiting", None)
    assert (told["proposed_at"], told["proposed_by"], told["verified_at"]) == (at, "ani", None)
    assert listed(client, granary)[0] == ("bran", 1, "waiting")
    alone = client.post(f"{BRAN}/versions/1/verify", headers=granary)
    assert (alone.status_code, alone.json()["code"]) == (403, "same-person")
    done = client.post(f"{BRAN}/versions/1/verify", headers=colleague).json()
    assert (done["state"], done["verified_at"]) == ("offered", at)
    assert (done["product"]["verified_by"], done["product"]["example"]) == ("budi", False)
    made = client.post(APPLICATIONS, json=body(200), headers=granary).json()
    assert "bran" in [offer["product_id"] for offer in made["offers"]]
    assert listed(client, granary, f"{BRAN}/versions") == [("bran", 1, "offered")]


def test_what_is_read_can_be_sent_again_but_for_what_the_service_sets(
    client: TestClient, granary: Headers
) -> None:
    first = client.put(BRAN, json=terms(rate="0.05"), headers=granary).json()
    again = client.put(BRAN, json=terms(rate="0.05"), headers=granary).json()
    assert again == first
    whole = client.put(BRAN, json=first["product"], headers=granary)
    assert (whole.status_code, whole.json()["code"]) == (422, "bad-product")
    assert {fault["where"] for fault in whole.json()["faults"]} == {
        *("product_id", "verified_by", "verified_at", "example"),
    }


def test_every_fault_of_terms_is_told(client: TestClient, granary: Headers) -> None:
    wrong = terms(amount_max=0, tenor_max=1, commission="0.02")
    told = client.put(BRAN, json=wrong, headers=granary)
    assert (told.status_code, told.json()["code"]) == (422, "bad-product")
    places = {fault["where"] for fault in told.json()["faults"]}
    assert places == {"amount_max", "tenor_max", "commission"}
    assert listed(client, granary, f"{BRAN}/versions") == []


def test_lenders_do_not_see_change_or_verify_each_others_products(
    client: TestClient, granary: Headers, mill: Headers
) -> None:
    client.put(BRAN, json=terms(), headers=granary)
    assert listed(client, mill) == listed(client, mill, f"{BRAN}/versions") == []
    hidden = client.post(f"{BRAN}/versions/1/verify", headers=mill)
    nowhere = client.post(f"{PRODUCTS}/chaff/versions/1/verify", headers=mill)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "no-such-version")
    assert hidden.content == nowhere.content
    for sent, status, code in (
        (terms(), 403, "other-lender"),
        (terms(lender={"id": "mill", "name": "Mill", "kind": "bank"}), 409, "name-taken"),
    ):
        answer = client.put(BRAN, json=sent, headers=mill)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert listed(client, granary, f"{BRAN}/versions") == [("bran", 1, "waiting")]


def test_officials_have_no_products(client: TestClient, official: Headers) -> None:
    for answer in (
        client.get(PRODUCTS, headers=official),
        client.put(BRAN, json=terms(), headers=official),
        client.get(f"{BRAN}/versions", headers=official),
        client.post(f"{BRAN}/versions/1/verify", headers=official),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "other-kind")
