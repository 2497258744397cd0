"""Who was affected is found from the trail: by window, partner and key, and from lists too."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from audit.decision import Decision
from serving.access.trail import Access
from serving.applications.cases import ask_for_person
from serving.rights.breach import Affected, Window, affected
from serving.store import database
from serving.tables import AccessRow
from tests.audit.cases import APPLICATION, NOW
from tests.serving.cases import DECISIONS, keep

MINE, OTHERS = DECISIONS
MINUTE = timedelta(minutes=1)
BUSINESS = APPLICATION.business_id
READ, APPLY = "GET /v1/decisions/{decision_id}", "POST /v1/applications"
HOUR = Window(NOW, NOW + timedelta(hours=1))


def noted(engine: Engine, *accesses: Access) -> None:
    """Put accesses into the trail."""
    with database.session(engine) as session, session.begin():
        session.execute(insert(AccessRow), [asdict(access) for access in accesses])


def read(at: datetime, subject: str = f"decision/{MINE}", **changed: Any) -> Access:
    """Return an access of granary's, but for what is *changed*."""
    usual = Access(at, "granary", "k1", READ, subject)
    return replace(usual, **changed)


def neighbour(engine: Engine, made: Decision) -> None:
    """Keep a decision of granary's on another business, made in the middle of the hour."""
    application = replace(made.application, application_id="a3", business_id="b2")
    at = NOW + 30 * MINUTE
    keep(engine, replace(made, decision_id="d-2", application=application, decided_at=at))


def test_one_who_was_read_and_changed_is_told_once(decided: Engine) -> None:
    noted(
        decided,
        read(NOW),
        read(NOW + MINUTE, what=APPLY),
        read(NOW + 2 * MINUTE, f"business/{BUSINESS}"),
    )
    assert affected(decided, HOUR) == [
        Affected("granary", BUSINESS, (MINE,), NOW, NOW + 2 * MINUTE, 3, changed=True, listed=False)
    ]


def test_a_case_is_about_the_business_of_its_decision(decided: Engine) -> None:
    case = ask_for_person(decided, MINE, "", NOW)
    noted(decided, read(NOW, f"case/{case.case_id}"))
    (found,) = affected(decided, HOUR)
    assert (found.business_id, found.decisions, found.changed) == (BUSINESS, (MINE,), False)


@pytest.mark.parametrize(
    ("window", "times"),
    [
        (HOUR, 3),
        (replace(HOUR, since=NOW + MINUTE), 2),
        (replace(HOUR, until=NOW + MINUTE), 1),
        (replace(HOUR, prefix="k2"), 1),
        (replace(HOUR, partner_id="mill"), 0),
        (replace(HOUR, since=HOUR.until), 0),
    ],
)
def test_only_what_lies_in_the_window_counts(decided: Engine, window: Window, times: int) -> None:
    """It begins with its first instant, and ends before its last."""
    noted(decided, read(NOW), read(NOW + MINUTE, who="k2"), read(NOW + 59 * MINUTE))
    assert sum(one.times for one in affected(decided, window)) == times


def test_a_list_may_have_shown_whomever_the_partner_had_by_then(
    decided: Engine, made: Decision
) -> None:
    neighbour(decided, made)
    noted(decided, read(NOW + MINUTE, "", what="GET /v1/cases"))
    (found,) = affected(decided, HOUR)
    assert (found.business_id, found.listed, found.decisions) == (BUSINESS, True, ())
    noted(decided, read(NOW + 31 * MINUTE, "", what="GET /v1/cases"))
    assert [one.business_id for one in affected(decided, HOUR)] == [BUSINESS, "b2"]


def test_each_partner_has_its_own(decided: Engine) -> None:
    noted(decided, read(NOW), read(NOW, f"decision/{OTHERS}", partner_id="mill"))
    assert [one.partner_id for one in affected(decided, HOUR)] == ["granary", "mill"]
    noted(decided, read(NOW, f"decision/{OTHERS}"))
    assert [one.times for one in affected(decided, HOUR)] == [1, 1]


def test_where_nobody_accessed_anything_nobody_was_affected(decided: Engine) -> None:
    assert affected(decided, HOUR) == []
