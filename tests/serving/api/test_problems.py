"""Whatever is wrong with a request, the answer says so in one shape, and repeats no value of it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.api.problems import MEDIA_TYPE
from serving.reading.faults import SHOWN, Problem
from serving.reading.rows import MOST_MONEY
from tests.audit.cases import AS_OF, NOW
from tests.conftest import ROOT
from tests.serving.cases import APPLICATIONS, body, business, payment

NIK = "3325081234567890"
"""An identity number of nobody, where a value went into the wrong place."""
SURROGATE = "\ud800"

Headers = dict[str, str]


def problem(response: Any, status: int, code: str) -> Problem:
    """Assert that a response is this problem, in the shape of all; return it."""
    assert response.headers["content-type"] == MEDIA_TYPE
    found = Problem.model_validate_json(response.content)
    assert (response.status_code, found.status, found.code) == (status, status, code)
    assert found.title == HTTPStatus(status).phrase
    assert found.type.endswith(f"#{code}")
    assert f"### `{code}`" in (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    assert NIK not in response.text
    for fault in found.faults:
        assert fault.found
        assert fault.expected
        assert fault.hint.endswith(".")
    return found


def post(client: TestClient, content: bytes, headers: Headers) -> Any:
    """Send bytes that call themselves JSON."""
    headers = {**headers, "Content-Type": "application/json"}
    return client.post(APPLICATIONS, content=content, headers=headers)


WRONG: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a field missing": ("bad-request", "body/payments/0/kind", {"payments": [{
        name: value for name, value in payment().items() if name != "kind"
    }]}),
    "a field too much": ("bad-request", "body/nik", {"nik": NIK}),
    "a value for a field's name": ("bad-request", "body/…", {NIK: 1}),
    "another type": ("bad-request", "body/amount", {"amount": NIK}),
    "a list for an object": ("bad-request", "body/business", {"business": [NIK]}),
    "an object for a list": ("bad-request", "body/payments", {"payments": {"nik": NIK}}),
    "an amount below zero": ("bad-request", "body/amount", {"amount": -5}),
    "an amount of nothing": ("bad-request", "body/amount", {"amount": 0}),
    "a fraction": ("bad-request", "body/amount", {"amount": 0.5}),
    "an amount too large": ("bad-request", "body/amount", {"amount": MOST_MONEY + 1}),
    "an identity as amount": ("bad-request", "body/amount", {"amount": int(NIK)}),
    "not a number": ("bad-request", "body/amount", {"amount": float("nan")}),
    "infinity": ("bad-request", "body/payments/0/amount", {"payments": [
        payment(amount=float("inf"))
    ]}),
    "minus infinity": ("bad-request", "body/payments/0/balance_after", {"payments": [
        payment(balance_after=float("-inf"))
    ]}),
    "a huge number": ("bad-request", "body/amount", {"amount": 10**300}),
    "a time without a zone": ("bad-request", "body/as_of", {"as_of": "2026-11-20T04:00:00"}),
    "a time that is none": ("bad-request", "body/as_of", {"as_of": NIK}),
    "half a character": ("bad-request", "body/business_id", {"business_id": NIK + SURROGATE}),
    "a character of no width": ("bad-request", "body/business_id", {"business_id": "b\u200b1"}),
    "right to left": ("bad-request", "body/business_id", {"business_id": "\u202e" + NIK}),
    "an end of text": ("bad-request", "body/business_id", {"business_id": "b\x001"}),
    "an unknown currency": ("bad-request", "body/currency", {"currency": NIK}),
    "another currency": ("other-currency", "currency", {"currency": "USD"}),
    "a time to come": ("future-date", "as_of", {"as_of": NOW.replace(year=2027).isoformat()}),
    "a day to come": ("future-date", "business/started_on", {
        "business": business(started_on="2027-01-01")
    }),
    "a payment at as_of": ("after-as-of", "payments/0/occurred_at", {"payments": [
        payment(occurred_at=AS_OF.isoformat(), known_at=None, payment_id=NIK)
    ]}),
    "a payment after as_of": ("after-as-of", "payments/0/occurred_at", {"payments": [
        payment(occurred_at="9999-12-31T00:00:00Z", known_at=None)
    ]}),
    "a payment known too early": ("known-too-early", "payments/0/known_at", {"payments": [
        payment(known_at="2020-01-01T00:00:00Z", payment_id=NIK)
    ]}),
    "a payment twice": ("duplicate-id", "payments/1/payment_id", {"payments": [
        payment(payment_id=NIK), payment(payment_id=NIK)
    ]}),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_a_request_that_cannot_be_used_says_where_and_why(
    shared: TestClient, granary: Headers, wrong: str
) -> None:
    code, where, changed = WRONG[wrong]
    response = post(shared, json.dumps(body(**changed)).encode(), granary)
    found = problem(response, 422, code)
    assert [fault.where for fault in found.faults] == [where]


@pytest.mark.parametrize(
    ("content", "status", "where"),
    [
        (b"", 422, ["body"]),
        (b"null", 422, ["body"]),
        (b"[]", 422, ["body"]),
        (json.dumps(NIK).encode(), 422, ["body"]),
        (json.dumps(body(business_id=NIK)).encode()[:-1], 422, None),
        (json.dumps(body(business_id=NIK)).encode()[:99], 422, None),
        (b"{'application_id': 'a1'}", 422, None),
        (b'{"amount": 1e999', 422, None),
        (b'\xff\xfe{"amount": 1}', 400, []),
        (b'{"amount": ' + b"9" * 5000 + b"}", 400, []),
        (b"[" * 100_000, 400, []),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_body_that_is_no_request_is_refused_by_what_it_is(
    shared: TestClient, granary: Headers, content: bytes, status: int, where: list[str] | None
) -> None:
    found = problem(post(shared, content, granary), status, "bad-request")
    if where is None:
        ((fault),) = found.faults
        assert (fault.where.split("/")[0], fault.found) == ("body", "no JSON")
    else:
        assert [fault.where for fault in found.faults] == where


def test_many_faults_are_counted_and_not_all_listed(shared: TestClient, granary: Headers) -> None:
    payments = [payment(amount=-1)] * (SHOWN + 5)
    found = problem(
        shared.post(APPLICATIONS, json=body(payments=payments), headers=granary), 422, "bad-request"
    )
    assert found.detail == f"{SHOWN + 5} faults in the request."
    assert len(found.faults) == SHOWN


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/decision", "/v1/decisions/a/b", f"/{NIK}"])
def test_an_unknown_address_is_not_found(shared: TestClient, path: str) -> None:
    problem(shared.get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", APPLICATIONS, "POST"),
        ("DELETE", "/v1/decisions/d1", "GET"),
        ("POST", "/health/ready", "GET"),
        ("PATCH", "/health/live", "GET"),
    ],
)
def test_a_wrong_method_names_the_right_one(
    shared: TestClient, method: str, path: str, allowed: str
) -> None:
    response = shared.request(method, path)
    problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == allowed


PLACES = [
    *((name,) for name in body()),
    *(("business", name) for name in business()),
    *(("payments", 0, name) for name in payment()),
]
"""Every field of a request."""


@st.composite
def misplaced(draw: st.DrawFn) -> dict[str, Any]:
    """Return a request with an identity number in a place where it does not belong."""
    request = body()
    value: Any = draw(st.sampled_from([
        NIK, int(NIK), float(NIK), -int(NIK), [NIK], {NIK: NIK}, f"Siti {NIK}", f"2026-{NIK}",
        {"$ref": NIK}, [[int(NIK)]], NIK + SURROGATE, f"{NIK}\x00",
    ]))  # fmt: skip
    *way, last = draw(st.sampled_from(PLACES))
    place = request
    for step in way:
        place = place[step]  # type: ignore[index]
    place[NIK if draw(st.booleans()) else last] = value  # type: ignore[index]
    return request


@settings(deadline=None, max_examples=150)
@given(misplaced())
def test_no_answer_to_a_wrong_request_repeats_a_value_of_it(
    shared: TestClient, granary: Headers, request_: dict[str, Any]
) -> None:
    """An identity number fits a few names; there it is the partner's own word for something."""
    response = post(shared, json.dumps(request_).encode(), granary)
    if response.status_code != 201:
        assert response.status_code in {409, 422}
        assert NIK not in response.text


def test_every_problem_is_described_in_the_media_type_it_comes_in(shared: TestClient) -> None:
    document = shared.get("/openapi.json").json()
    described = [
        response["content"]
        for item in document["paths"].values()
        for operation in item.values()
        for status, response in operation["responses"].items()
        if status >= "400"
    ]
    assert described
    shape = {"schema": {"$ref": "#/components/schemas/Problem"}}
    assert all(content == {MEDIA_TYPE: shape} for content in described)
