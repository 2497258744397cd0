"""A lender takes what an owner asks for: the same document, and the owner reads that it did."""

from __future__ import annotations

import json

from fastapi.testclient import TestClient

from serving.business.records import Whose
from serving.rights.export import of_business
from serving.settings import Settings
from serving.store.sealed import unlocked
from tests.serving.cases import APPLICATIONS, body, started

DATABASES = ("sqlite",)
"""What is taken is of tests/serving/rights, on both."""

BUSINESS = str(body()["business_id"])
EXPORT = f"/v1/businesses/{BUSINESS}/export"


def test_it_is_the_document_that_the_owner_takes_along_and_stands_in_the_trail(
    settings: Settings, granary: dict[str, str]
) -> None:
    with started(settings) as client:
        client.post(APPLICATIONS, json=body(), headers=granary)
        given = client.get(EXPORT, headers=granary)
    assert given.status_code == 200
    engine = unlocked(settings)
    kept = of_business(engine, Whose("granary", BUSINESS))
    engine.dispose()
    noted = [one["what"] for one in kept["accesses"]]
    assert noted == ["POST /v1/applications", "GET /v1/businesses/{business_id}/export"]
    before = {**kept, "accesses": given.json()["accesses"]}
    assert given.json() == json.loads(json.dumps(before))


def test_of_anothers_business_nothing_is_given(
    client: TestClient, granary: dict[str, str], mill: dict[str, str]
) -> None:
    client.post(APPLICATIONS, json=body(), headers=granary)
    answer = client.get(EXPORT, headers=mill)
    assert (answer.status_code, answer.json()["code"]) == (404, "no-business")
