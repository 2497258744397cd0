"""The routes of businesses: what is kept is a partner's own, and what is wrong is said."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from features.sources import BILLS
from tests.audit.cases import AS_OF, NOW
from tests.serving.cases import APPLICATIONS, Json, as_json, body, business, payment
from tests.training.cases import filled

BUSINESS = "/v1/businesses/b1"
BILL = {**as_json([filled(BILLS)])[0], "occurred_at": "2026-10-05T00:00:00+07:00"}
PAID = {"paid_at": "2026-10-18T03:00:00Z", "paid": 1000}


@pytest.fixture
def partner(client: TestClient, granary: dict[str, str]) -> TestClient:
    """Return the client of a partner that keeps one business, with consent to its bills."""
    client.headers.update(granary)
    assert client.put(BUSINESS, json=business()).status_code == 200
    for scope in ("scoring", "payments", "bills"):
        assert agree(client, scope).status_code == 201
    return client


def agree(client: TestClient, scope: str) -> Response:
    given = {"scope": scope, "granted_at": "2026-01-02T03:04:05Z", "evidence": "form 7"}
    return client.post(f"{BUSINESS}/consents", json=given)


def send(client: TestClient, **sent: list[Json]) -> Response:
    return client.post(f"{BUSINESS}/records", json=sent)


def told(response: Response, status: int, code: str) -> Json:
    assert (response.status_code, response.json()["code"]) == (status, code)
    fault: Json = response.json()["faults"][0]
    return fault


def test_a_business_is_read_as_it_was_put(partner: TestClient) -> None:
    found = partner.get(BUSINESS).json()
    assert found["facts"] == {**business(), "held_products": None}
    assert (found["business_id"], found["version"]) == ("b1", 1)
    assert found["known_at"] == NOW.isoformat().replace("+00:00", "Z")
    later = partner.put(BUSINESS, json=business(active_bank_loans=2)).json()
    assert (later["version"], later["facts"]["active_bank_loans"]) == (2, 2)
    listed = partner.get("/v1/businesses").json()
    assert [one["business_id"] for one in listed["businesses"]] == ["b1"]


def test_records_are_kept_counted_completed_and_forgotten(partner: TestClient) -> None:
    payments = as_json([])
    payments = [payment(payment_id="p1"), payment(payment_id="p2")]
    sent = send(partner, payments=payments, bills=[BILL]).json()["kept"]
    assert sent == [
        {"source": "payments", "added": 2, "completed": 0, "same": 0},
        {"source": "bills", "added": 1, "completed": 0, "same": 0},
    ]
    again = send(partner, bills=[{**BILL, **PAID}]).json()["kept"]
    assert again == [{"source": "bills", "added": 0, "completed": 1, "same": 0}]
    counted = partner.get(f"{BUSINESS}/records").json()["sources"]
    assert [(one["source"], one["records"]) for one in counted] == [("payments", 2), ("bills", 1)]
    assert partner.delete(f"{BUSINESS}/records/payments").status_code == 204
    left = partner.get(f"{BUSINESS}/records").json()["sources"]
    assert [one["source"] for one in left] == ["bills"]


def test_of_records_of_which_one_differs_none_is_kept(partner: TestClient) -> None:
    send(partner, payments=[payment(payment_id="p1")])
    other = [payment(payment_id="p2"), payment(payment_id="p1", amount=7)]
    fault = told(send(partner, payments=other, bills=[BILL]), 409, "record-differs")
    assert fault["where"] == "payments/1/amount"
    counted = partner.get(f"{BUSINESS}/records").json()["sources"]
    assert [(one["source"], one["records"]) for one in counted] == [("payments", 1)]


def test_an_application_takes_what_is_kept(partner: TestClient) -> None:
    send(partner, payments=body(200)["payments"])
    asked = {n: v for n, v in body(0).items() if n not in {"payments", "business"}}
    kept = partner.post(APPLICATIONS, json={**asked, "records_from": "kept"})
    sent = partner.post(APPLICATIONS, json=body(200, application_id="a2"))
    assert (kept.status_code, sent.status_code) == (201, 201)
    differs = {"decision_id", "application_id"}
    one, other = ({n: v for n, v in r.json().items() if n not in differs} for r in (kept, sent))
    # no payment has an id in a decision, and known_at of the facts lies behind as_of
    assert one["features"] == other["features"]
    assert one["data_used"] == other["data_used"]


def test_what_is_withdrawn_is_told(partner: TestClient) -> None:
    at = {"scope": "bills", "withdrawn_at": AS_OF.isoformat()}
    given = partner.post(f"{BUSINESS}/withdrawals", json=at).json()["consents"]
    assert given == partner.get(f"{BUSINESS}/consents").json()["consents"]
    withdrawn = {one["scope"]: one["withdrawn_at"] for one in given}
    assert withdrawn == {"scoring": None, "payments": None, "bills": "2026-11-20T04:00:00Z"}


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("GET", "", None),
        ("GET", "/consents", None),
        ("POST", "/consents", {"scope": "scoring", "granted_at": "2026-01-02T03:04:05Z"}),
        ("POST", "/withdrawals", {"scope": "scoring"}),
        ("POST", "/records", {"payments": []}),
        ("GET", "/records", None),
        ("DELETE", "/records/payments", None),
    ],
)
def test_what_another_partner_keeps_is_not_there(
    partner: TestClient, mill: dict[str, str], method: str, path: str, sent: dict[str, Any] | None
) -> None:
    send(partner, bills=[BILL])
    json = {**sent, "evidence": "form 7"} if path == "/consents" and sent else sent
    response = partner.request(method, BUSINESS + path, json=json, headers=mill)
    told(response, 404, "no-business")
    counted = partner.get(f"{BUSINESS}/records").json()["sources"]
    assert [one["source"] for one in counted] == ["bills"]


def test_what_cannot_be_kept_is_told_where(partner: TestClient) -> None:
    early = payment(occurred_at="2026-11-01T00:00:00Z", known_at="2026-10-01T00:00:00Z")
    fault = told(send(partner, payments=[payment(), early]), 422, "known-too-early")
    assert fault["where"] == "payments/1/known_at"
    assert told(send(partner, gold=[]), 422, "bad-request")["where"] == "body/gold"
