"""Officials read editions to the letter, and nobody else does."""

from __future__ import annotations

import hashlib

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from audit.editions.sections import EDITION
from serving.access.keys import issue_key
from serving.editions import keeping
from tests.serving.api.test_problems import problem
from tests.serving.cases import bearer, service_of
from tests.serving.editions.edition_cases import edition

DATABASES = ("sqlite",)


@pytest.fixture
def dinas(app: FastAPI) -> dict[str, str]:
    """Return the headers of an official."""
    engine = service_of(app).engine
    return bearer(issue_key(engine, "dinas", "Dinas", person="ani", kind="official"))


def test_an_official_reads_the_very_text_that_the_ledger_vouches_for(
    client: TestClient, app: FastAPI, dinas: dict[str, str], granary: dict[str, str]
) -> None:
    engine = service_of(app).engine
    assert client.get("/v1/editions", headers=dinas).json() == {"editions": []}
    made = edition(engine)
    (listed,) = client.get("/v1/editions", headers=dinas).json()["editions"]
    assert (listed["name"], listed["first"]) == ("2026-Q3", "2026-07-01")
    answer = client.get("/v1/editions/2026-Q3", headers=dinas)
    assert EDITION.validate_json(answer.content) == made
    digest = hashlib.sha256(answer.content).hexdigest()
    assert digest == keeping.find(engine, "2026-Q3").digest
    problem(client.get("/v1/editions/2026-Q2", headers=dinas), 404, "no-edition")
    problem(client.get("/v1/editions/yesterday", headers=dinas), 422, "bad-request")
    problem(client.get("/v1/editions/2026-Q3", headers=granary), 403, "other-kind")
