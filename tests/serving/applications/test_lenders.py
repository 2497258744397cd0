"""What lenders answered is kept for ever, corrected by newer answers, entered into the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select, update

from audit.decision import Decision
from features.errors import BadInput
from serving.access.callers import NotFound
from serving.applications import lenders
from serving.applications.lenders import Answer, of_decision, tell
from serving.editions.gathering import gather
from serving.ledger.evidence import lender_answered
from serving.store import database
from serving.store.sealed import Erased
from serving.tables import BusinessKey, LedgerRow, LenderAnswerRow
from tests.audit.cases import NOW
from tests.serving.api.test_problems import problem
from tests.serving.cases import APPLICATIONS, DECISIONS, Json, body, keep
from tests.training.cases import refused

DATABASES = ("sqlite",)

Headers = dict[str, str]
MINE, OTHERS = DECISIONS
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
YES = Answer("approved", NOW + HOUR, 5_000_000, 600, "seed")
NO = Answer("declined", NOW + HOUR, None, None, None)


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
def test_an_answer_is_kept_sealed_and_entered_into_the_ledger(decided: Engine) -> None:
    kept = tell(decided, "granary", MINE, YES, NOW + DAY)
    assert (kept.decision_id, kept.reported_at, kept.answer) == (MINE, NOW + DAY, YES)
    assert of_decision(decided, "granary", MINE) == [kept]
    with database.session(decided) as session:
        row = session.get_one(LenderAnswerRow, kept.answer_id)
        assert b"seed" not in row.sealed
        entry = session.scalars(select(LedgerRow).where(LedgerRow.kind == "lender-answer")).one()
        assert (entry.subject, entry.digest) == (kept.answer_id, lender_answered(row).digest)


def test_the_same_told_again_is_kept_once(decided: Engine) -> None:
    first = tell(decided, "granary", MINE, YES, NOW + DAY)
    assert tell(decided, "granary", MINE, YES, NOW + 2 * DAY) == first
    assert len(of_decision(decided, "granary", MINE)) == 1


def test_the_latest_counts_and_a_newer_one_of_the_same_time_corrects(decided: Engine) -> None:
    later = Answer("withdrawn", NOW + 2 * HOUR, None, None, None)
    for hours, one in enumerate((later, YES, replace(later, outcome="declined"))):
        tell(decided, "granary", MINE, one, NOW + DAY + hours * HOUR)
    said = of_decision(decided, "granary", MINE)
    assert [one.answer.outcome for one in said] == ["approved", "withdrawn", "declined"]
    assert lenders.last(said[::-1]).outcome == "declined"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (replace(NO, answered_at=NOW + 2 * DAY), "future-date"),
        (replace(NO, answered_at=NOW - HOUR), "answered-too-early"),
        (replace(NO, amount=1), "nothing-lent"),
        (replace(NO, price_bp=0), "nothing-lent"),
        (replace(YES, outcome="withdrawn"), "nothing-lent"),
    ],
    ids=str,
)
def test_an_answer_makes_sense(decided: Engine, said: Answer, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        tell(decided, "granary", MINE, said, NOW + DAY)
    refused(caught, code)
    assert of_decision(decided, "granary", MINE) == []


def test_nobody_reads_or_answers_for_another_and_nothing_of_the_erased(decided: Engine) -> None:
    tell(decided, "mill", OTHERS, YES, NOW + DAY)
    with pytest.raises(NotFound) as caught:
        of_decision(decided, "granary", OTHERS)
    refused(caught, "no-decision")
    with pytest.raises(NotFound) as caught:
        tell(decided, "granary", OTHERS, YES, NOW + DAY)
    refused(caught, "no-decision")
    with database.session(decided) as session, session.begin():
        session.execute(update(BusinessKey).values(wrapped=None))
    with pytest.raises(Erased):
        of_decision(decided, "mill", OTHERS)
    with database.session(decided) as session:
        assert lenders.known(session, [OTHERS], NOW + 2 * DAY) == {}


def test_an_answer_counts_in_the_period_in_which_it_was_told(
    decided: Engine, made: Decision
) -> None:
    application = replace(made.application, application_id="a3")
    keep(decided, replace(made, decision_id="d-3", application=application))
    tell(decided, "granary", MINE, YES, NOW + DAY)
    tell(decided, "mill", OTHERS, NO, NOW + 2 * DAY)
    tell(decided, "mill", OTHERS, replace(NO, answered_at=NOW + 3 * HOUR), NOW + 3 * DAY)
    whole = gather(decided, NOW, NOW + 4 * DAY)
    assert sorted(whole.reply.tolist()) == ["", "approved", "declined"]
    assert whole.price_given[whole.reply == "approved"].tolist() == [0.06]
    assert whole.reply_hours[whole.reply == "declined"].tolist() == [3.0]
    assert np.isnan(whole.reply_hours[whole.reply == ""]).all()
    assert (whole.replied == (whole.reply != "")).all()
    late = gather(decided, NOW + 2 * DAY, NOW + 3 * DAY)
    assert (late.partner.tolist(), late.reply.tolist()) == (["mill"], ["declined"])
    assert (late.reply_hours.tolist(), late.decided.tolist()) == ([1.0], [False])
    assert gather(decided, NOW + 3 * DAY, NOW + 4 * DAY).n == 0


def asked(**changed: object) -> Json:
    """Return an answer as a request has it."""
    return {"outcome": "declined", "answered_at": NOW.isoformat(), **changed}


def test_answers_are_sent_and_read_again(
    client: TestClient, app: FastAPI, granary: Headers, mill: Headers
) -> None:
    del app
    made = client.post(APPLICATIONS, json=body(), headers=granary).json()
    address = f"/v1/decisions/{made['decision_id']}/answers"
    one = client.post(address, json=asked(), headers=granary)
    assert one.status_code == 201
    assert client.get(address, headers=granary).json() == {"answers": [one.json()]}
    assert (one.json()["outcome"], one.json()["price_bp"]) == ("declined", None)
    problem(client.get(address, headers=mill), 404, "no-decision")
    problem(client.post(address, json=asked(), headers=mill), 404, "no-decision")


@pytest.mark.parametrize(
    "wrong",
    [{"outcome": "rejected"}, {"amount": 0}, {"price_bp": 1.5}, {"gender": "female"}],
    ids=str,
)
def test_what_is_no_answer_is_refused(
    shared: TestClient, granary: Headers, wrong: dict[str, Any]
) -> None:
    address = "/v1/decisions/none/answers"
    problem(shared.post(address, json=asked(**wrong), headers=granary), 422, "bad-request")
