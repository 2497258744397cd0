"""What lenders report is learnt from, as the runbook says: they tell it over the API."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from serving.api.examples import example
from serving.app import create_app
from serving.settings import Settings
from tests.contracts.blocks import of
from tests.journeys.demo import Demo
from tests.journeys.operator import Operator

LOANS = 60
FEW = 20
"""Loans whose owners do not agree that models learn from them."""

SCOPES = ("scoring", "payments", "model_improvement")


def told(lender: TestClient) -> None:
    """Tell of the records, the consents and the ends of some loans, every third of them bad."""
    made = lender.get("/v1/decisions").json()["decisions"][:LOANS]
    assert len(made) == LOANS
    end = example("repayments_report", "application/json")
    reports = []
    for number, one in enumerate(made):
        business = f"/v1/businesses/{one['business_id']}"
        for scope in SCOPES[: 2 if number < FEW else 3]:
            agreed = {**example("businesses_grant", "application/json"), "scope": scope}
            assert lender.post(f"{business}/consents", json=agreed).status_code == 201
        sent = example("businesses_append", "application/json")
        assert lender.post(f"{business}/records", json=sent).status_code == 200
        late = {"worst_days_past_due": 0 if number % 3 else 120}
        reports.append({**end, **late, "decision_id": one["decision_id"]})
    assert lender.post("/v1/repayments", json={"reports": reports}).status_code == 201


def test_what_became_of_loans_is_learnt_of_those_who_agreed(demo: Demo, operator: Operator) -> None:
    home = demo.copied(operator.folder)
    operator.monkeypatch.setenv("LUMBUNG_HOME", "var")
    settings = Settings(home=home, offer_examples=True, rate_per_second=1000, rate_per_minute=1000)
    headers = {"Authorization": f"Bearer {demo.key()}"}
    with TestClient(create_app(settings), headers=headers) as lender:
        told(lender)
    # A copied store would keep what is learnt beside the demonstration's own.
    (home / "mlflow.db").unlink()
    chapter = "Learn from what became of loans"
    (learns,) = (one for one in of("sh", "docs/runbook.md") if one.chapter == chapter)
    printed = operator.follow([learns], {})
    assert re.search(rf"^outcomes +{LOANS - FEW} rows$", printed, re.MULTILINE), printed
    assert "version 1, run " in printed
