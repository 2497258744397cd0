"""What became of loans is kept for ever, corrected by newer reports, held against what was said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select, update

from audit.decision import Decision
from features.errors import BadInput
from serving.access.callers import NotFound
from serving.applications.repayments import (
    LATE,
    Month,
    Report,
    by_month,
    latest,
    of_decision,
    report,
)
from serving.ledger.evidence import repaid
from serving.store import database
from serving.store.sealed import Erased
from serving.tables import BusinessKey, LedgerRow, RepaymentRow
from tests.audit.cases import NOW
from tests.serving.api.test_problems import problem
from tests.serving.cases import APPLICATIONS, DECISIONS, Json, body, keep
from tests.training.cases import refused

Headers = dict[str, str]
MINE, OTHERS = DECISIONS
DAY = timedelta(days=1)
GOOD = Report(
    as_of=NOW - 10 * DAY,
    disbursed_at=NOW - 100 * DAY,
    amount=5_000_000,
    product_id="seed",
    worst_days_past_due=3,
    written_off=False,
    restructured=None,
    defaulted_at=None,
    censored=False,
)


def reports(engine: Engine, decision_id: str = MINE) -> list[Report]:
    return [one.report for one in of_decision(engine, "granary", decision_id)]


def test_a_report_is_kept_sealed_and_entered_into_the_ledger(decided: Engine) -> None:
    (kept,) = report(decided, "granary", [(MINE, GOOD)], NOW)
    assert (kept.decision_id, kept.reported_at, kept.report) == (MINE, NOW, GOOD)
    assert of_decision(decided, "granary", MINE) == [kept]
    with database.session(decided) as session:
        row = session.get_one(RepaymentRow, kept.repayment_id)
        assert b"seed" not in row.sealed
        entry = session.scalars(select(LedgerRow).where(LedgerRow.kind == "repayment")).one()
        assert (entry.subject, entry.digest) == (kept.repayment_id, repaid(row).digest)


def test_the_same_report_sent_again_is_kept_once(decided: Engine) -> None:
    first = report(decided, "granary", [(MINE, GOOD)], NOW)
    assert report(decided, "granary", [(MINE, GOOD)], NOW + DAY) == first
    assert reports(decided) == [GOOD]


def test_the_latest_counts_and_a_newer_one_of_the_same_time_corrects(decided: Engine) -> None:
    later = replace(GOOD, as_of=NOW - DAY, worst_days_past_due=40)
    mended = replace(later, worst_days_past_due=4)
    for hours, one in enumerate((later, GOOD, mended)):
        report(decided, "granary", [(MINE, one)], NOW + hours * timedelta(hours=1))
    assert reports(decided) == [GOOD, later, mended]
    with database.session(decided) as session:
        assert [(made.decision_id, one) for made, one in latest(session)] == [(MINE, mended)]


def test_reports_are_kept_all_or_none(decided: Engine) -> None:
    with pytest.raises(NotFound) as caught:
        report(decided, "granary", [(MINE, GOOD), (OTHERS, GOOD)], NOW)
    refused(caught, "no-decision")
    assert reports(decided) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"as_of": NOW + DAY}, "future-date"),
        ({"defaulted_at": NOW + DAY}, "future-date"),
        ({"as_of": NOW - 101 * DAY}, "report-before-loan"),
        ({"defaulted_at": NOW - 101 * DAY}, "report-before-loan"),
    ],
    ids=str,
)
def test_a_report_makes_sense_in_time(decided: Engine, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput) as caught:
        report(decided, "granary", [(MINE, GOOD), (MINE, replace(GOOD, **changed))], NOW)
    refused(caught, code)
    assert caught.value.where == "reports/1"
    assert reports(decided) == []


def test_nobody_reads_or_reports_on_anothers_loan(decided: Engine) -> None:
    report(decided, "mill", [(OTHERS, GOOD)], NOW)
    with pytest.raises(NotFound) as caught:
        of_decision(decided, "granary", OTHERS)
    refused(caught, "no-decision")


def test_of_an_erased_person_no_report_is_read_or_taken(decided: Engine) -> None:
    report(decided, "granary", [(MINE, GOOD)], NOW)
    report(decided, "mill", [(OTHERS, GOOD)], NOW)
    with database.session(decided) as session, session.begin():
        session.execute(
            update(BusinessKey).where(BusinessKey.partner_id == "granary").values(wrapped=None)
        )
    attempts: list[Callable[[], object]] = [
        lambda: of_decision(decided, "granary", MINE),
        lambda: report(decided, "granary", [(MINE, GOOD)], NOW),
    ]
    for attempt in attempts:
        with pytest.raises(Erased) as caught:
            attempt()
        refused(caught, "erased")
    with database.session(decided) as session:
        assert [made.decision_id for made, _ in latest(session)] == [OTHERS]


@pytest.mark.parametrize(
    ("changed", "bad"),
    [
        ({}, False),
        ({"worst_days_past_due": LATE - 1}, False),
        ({"worst_days_past_due": LATE}, True),
        ({"worst_days_past_due": None}, False),
        ({"written_off": True}, True),
        ({"defaulted_at": NOW - 20 * DAY}, True),
    ],
    ids=str,
)
def test_a_loan_is_in_default_by_days_by_write_off_or_by_word(
    changed: dict[str, Any], *, bad: bool
) -> None:
    assert replace(GOOD, **changed).bad is bad


def test_loans_are_held_against_what_was_said_month_by_month(
    decided: Engine, made: Decision
) -> None:
    """At the turn of a month in WIB, which is seven hours before that in UTC."""
    turn = datetime.fromisoformat("2026-10-01T00:00:00+07:00")
    bad = replace(GOOD, worst_days_past_due=LATE)
    young = replace(GOOD, censored=True)
    cases = [
        (turn - DAY, 0.25, GOOD),
        (turn - timedelta(seconds=1), 0.5, bad),
        (turn, 0.125, bad),
        (turn + DAY, 0.25, young),
        (turn + DAY, 0.75, replace(young, written_off=True)),
        (turn + DAY, None, bad),
    ]
    for n, (decided_at, probability, one) in enumerate(cases):
        name = f"m-{n}"
        application = replace(made.application, application_id=name, business_id=name)
        said = replace(
            made,
            decision_id=name,
            partner_id="granary",
            application=application,
            decided_at=decided_at,
            probability_of_default=probability,
        )
        keep(decided, said)
        report(decided, "granary", [(name, one)], NOW)
    with database.session(decided) as session:
        assert by_month(session, "granary") == [
            Month(date(2026, 9, 1), 2, 1, 0.75),
            Month(date(2026, 10, 1), 2, 2, 0.875),
        ]
        assert by_month(session, "mill") == []


def asked(**changed: object) -> Json:
    """Return a report as a request has it."""
    return {
        "as_of": (NOW - DAY).isoformat(),
        "disbursed_at": (NOW - 9 * DAY).isoformat(),
        "amount": 4_000_000,
        "worst_days_past_due": 2,
        "written_off": False,
        "censored": True,
        **changed,
    }


def test_reports_are_sent_one_by_one_or_many_at_once_and_read_again(
    client: TestClient, app: FastAPI, granary: Headers, mill: Headers
) -> None:
    del app
    made = client.post(APPLICATIONS, json=body(), headers=granary).json()
    address = f"/v1/decisions/{made['decision_id']}/repayments"
    one = client.post(address, json=asked(), headers=granary)
    assert one.status_code == 201
    said = {"decision_id": made["decision_id"], **asked(as_of=NOW.isoformat())}
    many = client.post("/v1/repayments", json={"reports": [said]}, headers=granary)
    assert many.status_code == 201
    told = client.get(address, headers=granary).json()["repayments"]
    assert told == [one.json(), *many.json()["repayments"]]
    assert (told[0]["amount"], told[0]["product_id"]) == (4_000_000, None)
    problem(client.get(address, headers=mill), 404, "no-decision")
    problem(client.post(address, json=asked(), headers=mill), 404, "no-decision")
    months = client.get("/v1/repayments/months", headers=granary).json()
    assert months == {"months": []}


@pytest.mark.parametrize(
    "wrong",
    [
        *({"amount": 0}, {"amount": "1"}, {"worst_days_past_due": -1}, {"written_off": "no"}),
        *({"as_of": "2026-11-24"}, {"product_id": "X Y"}, {"gender": "female"}, {"censored": None}),
    ],
    ids=str,
)
def test_a_report_that_is_none_is_refused(
    shared: TestClient, granary: Headers, wrong: Json
) -> None:
    address = "/v1/decisions/none/repayments"
    problem(shared.post(address, json=asked(**wrong), headers=granary), 422, "bad-request")
