"""Officials see the funnel, and nobody else does."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.testclient import TestClient

from audit.funnel import STAGES
from serving.access.keys import issue_key
from tests.serving.api.test_problems import problem
from tests.serving.cases import APPLICATIONS, bearer, body, service_of

DATABASES = ("sqlite",)
"""What is counted is of tests/serving/lending, on both."""


def test_officials_see_aggregates_only(
    client: TestClient, app: FastAPI, granary: dict[str, str]
) -> None:
    key = issue_key(service_of(app).engine, "dinas", "Dinas", person="ani", kind="official")
    empty = client.get("/v1/funnel", headers=bearer(key)).json()
    stages = [{"stage": stage, "stopped": 0, "reached": 0} for stage in STAGES]
    assert empty == {"places": [], "total": {"kecamatan": "", "asked": 0, "stages": stages}}
    client.post(APPLICATIONS, json=body(), headers=granary)
    told = client.get("/v1/funnel", headers=bearer(key)).json()
    assert told["total"]["asked"] is None
    assert body()["business_id"] not in str(told)
    problem(client.get("/v1/funnel", headers=granary), 403, "other-kind")
