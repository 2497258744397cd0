"""A partner's decisions are listed in short, found by what they say, and nothing of them opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, get_args

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, update

from audit.decision import Decision
from audit.result import Kind, Result
from serving.applications.listing import PAGE, Grade, Summary, Wanted, listed
from serving.store import database
from serving.tables import DecisionRow
from tests.audit.cases import NOW
from tests.serving.api.test_problems import problem
from tests.serving.cases import APPLICATIONS, DECISIONS, body, keep

Headers = dict[str, str]
HOUR = timedelta(hours=1)
KINDS: Final = get_args(Kind)
GRADES: Final = get_args(Grade)


@pytest.fixture
def many(decided: Engine, made: Decision) -> list[Summary]:
    """Keep a dozen more decisions of granary's; return all of its own, the newest first."""
    told = [short(replace(made, decision_id=DECISIONS[0], partner_id="granary"))]
    for n in range(12):
        application = replace(made.application, application_id=f"a-{n}", business_id=f"b-{n % 3}")
        one = replace(
            made,
            decision_id=f"d-{n:02}",
            partner_id="granary",
            application=application,
            decided_at=NOW + (n // 2 + 1) * HOUR,
            result=Result(KINDS[n % 3], ()),
            grade=None if n % 4 == 0 else GRADES[n % 6],
            versions=replace(made.versions, scorer="rules" if n % 4 == 0 else "champion"),
        )
        keep(decided, one)
        told.append(short(one))
    return sorted(told, key=lambda one: (one.decided_at, one.decision_id), reverse=True)


def short(one: Decision) -> Summary:
    """Return a decision in short."""
    asked = one.application
    said: Any = (one.result.kind, one.grade, one.versions.scorer)
    return Summary(one.decision_id, asked.application_id, asked.business_id, one.decided_at, *said)


def test_all_of_ones_own_are_listed_the_newest_first(decided: Engine, many: list[Summary]) -> None:
    page = listed(decided, "granary", Wanted(), None)
    assert (page.rows, page.next_cursor) == (many, None)
    assert [one.decision_id for one in listed(decided, "mill", Wanted(), None).rows] == [
        DECISIONS[1]
    ]


SINCE: Final[datetime] = NOW + 2 * HOUR
FILTERS: Final[dict[str, tuple[Wanted, Callable[[Summary], bool]]]] = {
    "result": (Wanted(result="not_yet"), lambda one: one.result == "not_yet"),
    "grade": (Wanted(grade="B"), lambda one: one.grade == "B"),
    "scorer": (Wanted(scorer="rules"), lambda one: one.scorer == "rules"),
    "business": (Wanted(business_id="b-1"), lambda one: one.business_id == "b-1"),
    "application": (Wanted(application_id="a-7"), lambda one: one.application_id == "a-7"),
    "since": (Wanted(since=SINCE), lambda one: one.decided_at >= SINCE),
    "before": (Wanted(before=SINCE), lambda one: one.decided_at < SINCE),
    "both": (
        Wanted(result="eligible", scorer="champion", since=SINCE),
        lambda one: (
            (one.result, one.scorer) == ("eligible", "champion") and one.decided_at >= SINCE
        ),
    ),
}


@pytest.mark.parametrize("name", FILTERS)
def test_they_are_found_by_what_they_say(decided: Engine, many: list[Summary], name: str) -> None:
    wanted, meets = FILTERS[name]
    found = listed(decided, "granary", wanted, None).rows
    assert found == [one for one in many if meets(one)]
    assert 0 < len(found) < len(many)


def test_one_whose_word_is_not_known_any_more_is_listed_without_it(decided: Engine) -> None:
    nothing = {"result": None, "grade": None, "scorer": None}
    with database.session(decided) as session, session.begin():
        session.execute(update(DecisionRow).values(**nothing))
    (one,) = listed(decided, "granary", Wanted(), None).rows
    assert (one.decision_id, one.result, one.grade, one.scorer) == (DECISIONS[0], None, None, None)


def test_pages_follow_each_other(decided: Engine, made: Decision) -> None:
    with database.session(decided) as session, session.begin():
        (like,) = session.query(DecisionRow).where(DecisionRow.partner_id == "granary")
        for n in range(PAGE):
            names = {"decision_id": f"e-{n:03}", "application_id": f"e-{n:03}"}
            session.add(
                DecisionRow(
                    **names,
                    partner_id="granary",
                    business_id=like.business_id,
                    decided_at=made.decided_at,
                    sealed=b"",
                )
            )
    first = listed(decided, "granary", Wanted(), None)
    last = listed(decided, "granary", Wanted(), first.next_cursor)
    assert (len(first.rows), len(last.rows), last.next_cursor) == (PAGE, 1, None)
    assert len({one.decision_id for one in first.rows + last.rows}) == PAGE + 1


def test_what_was_decided_is_in_the_list_over_http(
    client: TestClient, app: FastAPI, granary: Headers, mill: Headers
) -> None:
    del app
    made = client.post(APPLICATIONS, json=body(), headers=granary).json()
    told = client.get("/v1/decisions", headers=granary).json()
    named = ("decision_id", "application_id", "business_id", "decided_at", "grade")
    expected = {name: made[name] for name in named}
    expected |= {"result": made["result"]["kind"], "scorer": made["versions"]["scorer"]}
    assert told == {"decisions": [expected], "next_cursor": None}
    other: dict[str, Any] = {"decisions": [], "next_cursor": None}
    assert client.get("/v1/decisions", headers=mill).json() == other
    asked = {"since": made["decided_at"], "result": expected["result"]}
    assert client.get("/v1/decisions", params=asked, headers=granary).json() == told
    asked = {"before": made["decided_at"]}
    assert client.get("/v1/decisions", params=asked, headers=granary).json() == other


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"cursor": "x"}, "bad-cursor"),
        ({"result": "rejected"}, "bad-request"),
        ({"grade": "G"}, "bad-request"),
        ({"since": "2026-11-24"}, "bad-request"),
        ({"score": "1"}, "bad-request"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused(
    shared: TestClient, granary: Headers, asked: Headers, code: str
) -> None:
    problem(shared.get("/v1/decisions", params=asked, headers=granary), 422, code)
