"""Not yet, a step, the step taken, and eligible: an applicant's way through the running service."""

from __future__ import annotations

import contextlib
import json
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from audit.decision import Act, Application, Business
from benchmarks.applicants import applicants
from benchmarks.done import Records, done
from features.sources import SOURCES
from lumbung.client import Client
from tests.journeys.demo import Demo
from tests.serving.cases import as_json
from training import datasets

Json = dict[str, Any]

TRIED = 150
"""So many applicants are asked about until one is found who has such a step."""

KEPT = ("keep_books", "pay_bills_on_time", "pay_overdue_bills", "trade_more_days")
"""Steps that leave records."""


def request(asked: Application, records: Records, name: str) -> Json:
    """Return an application as a partner sends it, with what was known by then."""
    return {
        "application_id": name,
        "business_id": asked.business_id,
        "as_of": asked.as_of.isoformat(),
        "amount": asked.amount,
        "tenor_months": asked.tenor_months,
        "purpose": asked.purpose,
        "business": _facts(asked.business),
        **{
            source: as_json(_by_then(source, rows, asked.as_of)) for source, rows in records.items()
        },
    }


def _facts(business: Business) -> Json:
    return {
        "started_on": business.started_on and business.started_on.isoformat(),
        "documents": sorted(business.documents or ()),
        "active_bank_loans": business.active_bank_loans,
        "programme_loan": business.programme_loan,
        "existing_instalments": business.existing_instalments,
    }


def _by_then(source: str, rows: list[Json], as_of: datetime) -> list[Json]:
    later = {c.name: c.known_with for c in SOURCES[source].columns if c.known_with}
    return [
        {
            name: None if name in later and not _past(row.get(later[name]), as_of) else value
            for name, value in row.items()
        }
        for row in rows
        if row["occurred_at"] < as_of
    ]


def _past(when: datetime | None, as_of: datetime) -> bool:
    return when is not None and when < as_of


def moved_on(records: Records, days: timedelta) -> Records:
    """Return the records of someone whose days go on as they were: every time so much later."""
    return {
        source: [
            {n: v + days if isinstance(v, datetime) else v for n, v in row.items()} for row in rows
        ]
        for source, rows in records.items()
    }


def as_asked(asked: Application, days: timedelta) -> Application:
    """Return the same application of the same business, so many days later."""
    began = asked.business.started_on
    business = replace(asked.business, started_on=began and began + days)
    return replace(asked, as_of=asked.as_of + days, business=business)


def apply(demo: Demo, body: Mapping[str, Any]) -> Json:
    """Send an application to the running service."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{demo.port}/v1/applications",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {demo.key()}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310  loopback
        made: Json = json.load(answer)
    return made


def acts(step: Json) -> tuple[Act, ...]:
    """Return what an answer advises to do."""
    names = ("name", "days", "amount", "tenor_months", "document")
    return tuple(Act(**{name: act[name] for name in names}) for act in step["acts"])


@contextlib.contextmanager
def _found(demo: Demo) -> Iterator[tuple[Application, Records, Json, Json]]:
    """Give an applicant who is not yet eligible and whom a step with records makes eligible."""
    data = datasets.read(demo.folder / "var" / "demo" / "data")
    for number, one in enumerate(applicants(data.tables)):
        if number == TRIED:
            break
        body = request(one.application, one.records, f"first-{number}")
        first = apply(demo, body)
        for step in first["next_steps"]:
            keeps = any(act["name"] in KEPT for act in step["acts"])
            if first["result"]["kind"] == "not_yet" and step["kind"] == "eligible" and keeps:
                yield one.application, one.records, first, step
                return
    pytest.fail(f"none of {TRIED} applicants has a step that leaves records and is enough")


def test_not_yet_a_step_taken_and_eligible_with_both_decisions_kept(demo: Demo) -> None:
    with _found(demo) as (asked, records, first, step):
        days = timedelta(days=max(act.days for act in acts(step)))
        again = as_asked(asked, days)
        asked_later, kept_up = done(again, moved_on(records, days), acts(step))
        second = apply(demo, request(asked_later, kept_up, "second"))
    assert first["result"]["kind"] == "not_yet"
    assert second["result"]["kind"] == "eligible"
    assert second["points"]["score"] == step["score"]
    assert [offer["product_id"] for offer in second["offers"]] == step["offers"]
    with Client(f"http://127.0.0.1:{demo.port}", demo.key()) as lumbung:
        kept = [lumbung.decisions.read(one["decision_id"]) for one in (first, second)]
    assert kept == [first, second]
    assert kept[0]["decided_at"] < kept[1]["decided_at"]
