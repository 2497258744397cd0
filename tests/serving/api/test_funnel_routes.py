"""Officials see the funnel of a period that is over, and nobody else does."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from audit.decision import Decision
from serving.access.keys import issue_key
from tests.serving.api.test_problems import problem
from tests.serving.cases import APPLICATIONS, bearer, body, service_of
from tests.serving.editions.edition_cases import SIZES, edition, quarter

DATABASES = ("sqlite",)


@pytest.fixture
def dinas(app: FastAPI) -> dict[str, str]:
    """Return the headers of an official."""
    engine = service_of(app).engine
    return bearer(issue_key(engine, "dinas", "Dinas", person="ani", kind="official"))


def test_what_is_decided_now_changes_nothing_that_is_told(
    client: TestClient,
    app: FastAPI,
    dinas: dict[str, str],
    granary: dict[str, str],
    made: Decision,
) -> None:
    problem(client.get("/v1/funnel", headers=dinas), 404, "no-edition")
    quarter(service_of(app).engine, made)
    edition(service_of(app).engine)
    before = client.get("/v1/funnel", headers=dinas).json()
    client.post(APPLICATIONS, json=body(), headers=granary)
    assert client.get("/v1/funnel", headers=dinas).json() == before
    assert before["edition"] == "2026-Q3"
    assert before["asked"] == before["stages"][0]["reached"] == sum(SIZES.values())
    assert {one["kecamatan"] for one in before["places"]} == {"Batang", "Bandar"}
    problem(client.get("/v1/funnel", headers=granary), 403, "other-kind")


def test_of_a_period_without_decisions_it_says_why_nothing_is_told(
    client: TestClient, app: FastAPI, dinas: dict[str, str]
) -> None:
    edition(service_of(app).engine)
    told = client.get("/v1/funnel", headers=dinas).json()
    assert (told["missing"], told["asked"], told["stages"]) == ("nothing_decided", None, [])
