"""A partner is told what would make each product fit, and that it does is what the matcher says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from audit.days import wib
from matching.fit import Change
from matching.offer import match
from tests.audit.cases import NOW
from tests.serving.cases import APPLICATIONS, body, service_of

Headers = dict[str, str]


@pytest.fixture
def decided(client: TestClient, granary: Headers) -> str:
    """Return the id of a decision of the granary."""
    return str(client.post(APPLICATIONS, json=body(), headers=granary).json()["decision_id"])


def _fits(client: TestClient, decision_id: str, headers: Headers) -> dict[str, Any]:
    answered = client.get(f"/v1/decisions/{decision_id}/fits", headers=headers)
    assert answered.status_code == 200, answered.text
    return dict(answered.json())


def test_every_product_that_may_be_offered_today_is_told_once(
    client: TestClient, decided: str, granary: Headers
) -> None:
    told = _fits(client, decided, granary)
    decision = client.get(f"/v1/decisions/{decided}", headers=granary).json()
    assert (told["decision_id"], told["on"]) == (decided, wib(NOW).isoformat())
    fits = [one["product_id"] for one in told["products"] if one["fits"]]
    assert sorted(fits) == sorted(offer["product_id"] for offer in decision["offers"])
    names = [one["product_id"] for one in told["products"]]
    assert names == sorted({*fits, *(one["product_id"] for one in decision["not_offered"])})
    reasons = {one["product_id"]: one["reasons"] for one in decision["not_offered"]}
    assert all(one["reasons"] == reasons.get(one["product_id"], []) for one in told["products"])


def test_with_the_change_that_is_told_a_product_is_offered(
    client: TestClient, app: FastAPI, decided: str, granary: Headers
) -> None:
    service = service_of(app)
    applicant = service.decision(decided, "granary").applicant
    changed = [one for one in _fits(client, decided, granary)["products"] if one["change"]]
    assert changed
    for one in changed:
        change = Change(**{**one["change"], "documents": tuple(one["change"]["documents"])})
        rules = service.in_force()
        after = match(
            change.made(applicant), rules.products, on=wib(NOW), examples=rules.examples
        ).offers
        assert one["product_id"] in {offer.product_id for offer in after}


def test_a_product_that_fits_carries_at_least_what_was_asked(
    client: TestClient, decided: str, granary: Headers
) -> None:
    asked = body()["amount"]
    for one in _fits(client, decided, granary)["products"]:
        if one["fits"]:
            assert one["change"] is None
            assert one["largest_affordable_amount"] >= asked


def test_no_cut_off_of_a_lender_is_told(
    client: TestClient, app: FastAPI, decided: str, granary: Headers
) -> None:
    service = service_of(app)
    rules = service.in_force()
    strict = [one.model_copy(update={"max_pd": 0.000123}) for one in rules.products]
    service.rules = replace(rules, products=tuple(strict))
    told = client.get(f"/v1/decisions/{decided}/fits", headers=granary)
    assert "0.000123" not in told.text
    assert all(one["beyond_cut_off"] and not one["change"] for one in told.json()["products"])


def test_another_partners_decision_is_not_there(
    client: TestClient, decided: str, mill: Headers
) -> None:
    assert client.get(f"/v1/decisions/{decided}/fits", headers=mill).status_code == 404
