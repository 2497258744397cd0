"""The rows of a business land together beside its records, those that may not are told."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine

from serving.business import records
from serving.business.records import Whose
from serving.jobs import landing
from serving.jobs.landing import Landed, land
from serving.jobs.reader import Row
from serving.jobs.sifting import sift
from serving.store import database
from tests.audit.cases import NOW
from tests.serving.cases import Json
from tests.serving.jobs.upload_cases import kept, row, shop

DATABASES = ("sqlite",)
WHOSE = Whose("granary", "b1")


@pytest.fixture
def shops(unlocked: Engine) -> Engine:
    shop(unlocked, "b1")
    return unlocked


def landed(engine: Engine, *rows: Json, whose: Whose = WHOSE) -> Landed:
    lines: list[Row] = [(number, json.dumps(one).encode()) for number, one in enumerate(rows, 1)]
    with database.writing(engine) as session:
        return land(session, whose, "payments", sift("payments", lines, NOW).good, NOW)


def codes(came: Landed) -> list[tuple[int, str]]:
    return [(one.line, one.problem.code) for one in came.bad]


def test_a_row_sent_again_is_the_same_one(shops: Engine) -> None:
    assert landed(shops, row(1), row(2)) == Landed(2, 0, 0, [])
    assert landed(shops, row(2), row(3)) == Landed(1, 0, 1, [])
    assert kept(shops, "b1") == 3


def test_a_row_that_differs_or_stands_twice_is_told_and_the_others_are_kept(shops: Engine) -> None:
    landed(shops, row(1))
    came = landed(shops, row(1, amount=7), row(2), row(2), row(3))
    assert (came.added, came.same) == (2, 0)
    assert codes(came) == [(3, "duplicate-id"), (1, "record-differs")]
    assert {one.problem.faults[0].where for one in came.bad} == {"payment_id", "amount"}


def test_of_a_business_that_is_not_kept_here_no_row_is(shops: Engine) -> None:
    other = Whose("mill", "b1")
    assert codes(landed(shops, row(1), whose=other)) == [(1, "no-business")]
    assert kept(shops, "b1", "mill") == 0


@pytest.mark.parametrize("room", [2, 3])
def test_what_would_be_too_much_is_not_kept_at_all(
    shops: Engine, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    landed(shops, row(1))
    monkeypatch.setattr(records, "MOST_KEPT", 3)
    monkeypatch.setattr(landing, "MOST_KEPT", room)
    came = landed(shops, row(2), row(3), row(4))
    assert codes(came) == [(line, "too-many-kept") for line in (1, 2, 3)]
    assert kept(shops, "b1") == 1
