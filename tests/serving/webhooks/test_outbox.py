"""Whatever happens to a lender's applications is in its outbox, written with the event itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, get_args

import pytest
from sqlalchemy import Engine

from audit.decision import Decision
from features.errors import LumbungError, Refused
from models.risk import RiskModel
from serving.access.callers import NotFound
from serving.access.keys import issue_key
from serving.applications import review
from serving.applications.cases import ask_for_person
from serving.business import consents
from serving.lending import allocations
from serving.service import Service
from serving.store import database
from serving.tables import DeliveryRow
from serving.webhooks import addresses, outbox
from serving.webhooks.outbox import WHERE, Event
from tests.audit.cases import NOW, rules
from tests.serving.applications.test_review import SAID
from tests.serving.cases import ANI, DECISIONS, HOW, MILLER, asked
from tests.serving.programme_cases import TUTI, entered, favoured, opened, put_in
from tests.training.cases import refused

MINE, OTHERS = DECISIONS


@pytest.fixture
def engine(decided: Engine) -> Engine:
    """Return a database in which both lenders are told of everything."""
    for partner_id in ("granary", "mill"):
        addresses.add(decided, partner_id, "https://lender.example/", get_args(Event), NOW)
    return decided


def told(engine: Engine, partner_id: str = "granary") -> list[tuple[str, dict[str, Any]]]:
    """Return what a partner is told, by time."""
    (webhook,) = addresses.of_partner(engine, partner_id)
    with database.session(engine) as session:
        its = DeliveryRow.webhook_id == webhook.webhook_id
        rows = session.query(DeliveryRow).where(its).all()
        return sorted((row.event, json.loads(row.body)["data"]) for row in rows)


def test_a_decision_is_told_and_the_case_that_it_opens(engine: Engine, model: RiskModel) -> None:
    service = Service(engine, lambda: rules(model), now=lambda: NOW)
    made = service.decide(asked(application_id="told"), "granary")
    assert made.result.kind == "human_review"
    found = dict(told(engine))
    url = f"/v1/decisions/{made.decision_id}"
    assert found["decision.made"] == {"decision_id": made.decision_id, "url": url}
    (case,) = review.queue(engine, "granary", "open").cases
    url = f"/v1/cases/{case.case_id}"
    assert found["case.opened"] == {"case_id": case.case_id, "url": url}
    again = service.decide(asked(application_id="told"), "granary")
    assert (again, len(told(engine)), told(engine, "mill")) == (made, 2, [])


def test_a_case_is_told_when_it_opens_and_when_it_is_answered_once(engine: Engine) -> None:
    case = ask_for_person(engine, MINE, "", NOW)
    review.answer(engine, "granary", case.case_id, SAID, NOW, HOW)
    with pytest.raises(Refused):
        review.answer(engine, "granary", case.case_id, SAID, NOW, HOW)
    data = {"case_id": case.case_id, "url": f"/v1/cases/{case.case_id}"}
    assert told(engine) == [("case.answered", data), ("case.opened", data)]


def test_a_withdrawal_is_told_to_the_partner_it_concerns(engine: Engine) -> None:
    consents.withdraw(engine, OTHERS, NOW)
    data = {"decision_id": OTHERS, "url": f"/v1/decisions/{OTHERS}"}
    assert (told(engine), told(engine, "mill")) == ([], [("consent.withdrawn", data)])


def test_an_allocation_is_told_to_each_lender_that_entered_something(
    engine: Engine, made: Decision, model: RiskModel
) -> None:
    issue_key(engine, "dinas", "dinas", person="tuti", kind="official")
    opened(engine)
    put_in(engine, 10_000_000)
    entered(engine, favoured(made, "a"), by=ANI)
    entered(engine, favoured(made, "c", "mill"), by=MILLER)
    service = Service(engine, lambda: rules(model), now=lambda: NOW)
    allocations.allocate(service, "batang", TUTI)
    url = "/v1/programmes/batang/allocations/1/outcomes"
    data = {"programme_id": "batang", "number": 1, "url": url}
    assert told(engine) == told(engine, "mill") == [("allocation.made", data)]


def test_every_event_leads_somewhere() -> None:
    assert set(WHERE) == set(get_args(Event))


def test_only_what_is_there_and_does_not_wait_is_delivered_once_more(engine: Engine) -> None:
    consents.withdraw(engine, MINE, NOW)
    (mine,) = addresses.of_partner(engine, "granary")
    (theirs,) = addresses.of_partner(engine, "mill")
    (delivery,) = outbox.deliveries(engine, mine.webhook_id).rows
    tries: list[tuple[Callable[[], object], type[LumbungError], str]] = [
        (lambda: outbox.again(engine, mine.webhook_id, "none", NOW), NotFound, "no-delivery"),
        (
            lambda: outbox.again(engine, theirs.webhook_id, delivery.delivery_id, NOW),
            NotFound,
            "no-delivery",
        ),
        (
            lambda: outbox.again(engine, mine.webhook_id, delivery.delivery_id, NOW),
            Refused,
            "still-waiting",
        ),
    ]
    for attempt, kind, code in tries:
        with pytest.raises(kind) as caught:
            attempt()
        refused(caught, code)
