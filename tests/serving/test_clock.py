"""A clock that jumps: what is decided stays, and nothing is decided before its data."""

from __future__ import annotations

from datetime import timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.audit.cases import AS_OF, NOW
from tests.serving.api.test_problems import problem
from tests.serving.cases import APPLICATIONS, body, service_of

Headers = dict[str, str]


def test_a_clock_that_jumps_back_changes_no_decision_and_orders_none_before_its_data(
    client: TestClient, app: FastAPI, granary: Headers
) -> None:
    made = client.post(APPLICATIONS, json=body(), headers=granary)
    service_of(app).now = lambda: AS_OF - timedelta(days=1)
    again = client.post(APPLICATIONS, json=body(), headers=granary)
    read = client.get(made.headers["Location"], headers=granary)
    assert read.content == made.content
    early = client.post(APPLICATIONS, json=body(application_id="a2"), headers=granary)
    assert again.content == made.content
    problem(early, 422, "future-date")


def test_a_clock_that_jumps_ahead_ends_keys_and_no_decision(
    client: TestClient, app: FastAPI, granary: Headers
) -> None:
    made = client.post(APPLICATIONS, json=body(), headers=granary)
    service_of(app).now = lambda: NOW + timedelta(days=3650)
    late = client.get(made.headers["Location"], headers=granary)
    problem(late, 401, "key-expired")
    service_of(app).now = lambda: NOW
    assert client.get(made.headers["Location"], headers=granary).content == made.content
