"""What is known of a business is kept for the time from which on it was known."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from features.errors import BadInput
from serving.access.callers import NotFound
from serving.business import businesses
from serving.business.businesses import Version
from serving.business.records import Whose
from serving.reading.request import Business
from serving.store import database
from serving.tables import BusinessRow
from tests.audit.cases import NOW
from tests.training.cases import refused

MINE = Whose("granary", "b1")
DAY = timedelta(days=1)
YOUNG, GROWN = Business(kbli="10794"), Business(kbli="10794", active_bank_loans=1)


def put(
    engine: Engine, facts: Business = YOUNG, known_at: datetime = NOW, whose: Whose = MINE
) -> Version:
    with database.writing(engine) as session:
        return businesses.put(session, whose, facts, known_at, NOW)


def test_what_is_known_now_is_the_latest(unlocked: Engine) -> None:
    put(unlocked, YOUNG, NOW - DAY)
    assert put(unlocked, GROWN) == Version("b1", 2, NOW, GROWN)
    with database.session(unlocked) as session:
        assert businesses.find(session, MINE) == Version("b1", 2, NOW, GROWN)


def test_what_was_known_stays_known_for_its_time(unlocked: Engine) -> None:
    put(unlocked, YOUNG, NOW - DAY)
    put(unlocked, GROWN)
    with database.session(unlocked) as session:
        known = {
            at: businesses.known(session, MINE, NOW + at)
            for at in (-DAY, timedelta(microseconds=-1), timedelta(0), DAY)
        }
    assert list(known.values()) == [Business(), YOUNG, YOUNG, GROWN]


def test_the_same_again_is_no_version(unlocked: Engine) -> None:
    put(unlocked, YOUNG, NOW - DAY)
    assert put(unlocked) == Version("b1", 1, NOW - DAY, YOUNG)
    with database.session(unlocked) as session:
        assert session.scalar(select(func.count()).select_from(BusinessRow)) == 1


@pytest.mark.parametrize(
    ("known_at", "code"), [(NOW + DAY, "future-date"), (NOW - 2 * DAY, "known-too-early")]
)
def test_a_version_is_known_after_the_one_before_and_by_now(
    unlocked: Engine, known_at: datetime, code: str
) -> None:
    put(unlocked, YOUNG, NOW - DAY)
    with pytest.raises(BadInput) as caught:
        put(unlocked, GROWN, known_at)
    refused(caught, code)
    assert caught.value.where == "known_at"


def test_a_business_of_another_partner_is_none_of_ours(unlocked: Engine) -> None:
    put(unlocked)
    for whose in (Whose("mill", "b1"), Whose("granary", "b2")):
        with database.session(unlocked) as session:
            with pytest.raises(NotFound):
                businesses.known(session, whose, NOW + DAY)
            for look in (businesses.find, businesses.check):
                with pytest.raises(NotFound) as caught:
                    look(session, whose)
                refused(caught, "no-business")


def test_the_list_is_of_a_partners_own_in_order_and_each_once(
    unlocked: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(businesses, "PAGE", 2)
    for name in ("b3", "b1", "b2"):
        put(unlocked, YOUNG, NOW - DAY, Whose("granary", name))
    put(unlocked, GROWN)
    put(unlocked, whose=Whose("mill", "b0"))
    with database.session(unlocked) as session:
        first = businesses.page(session, "granary", None)
        last = businesses.page(session, "granary", first.next_cursor)
    assert [[row.business_id for row in page.rows] for page in (first, last)] == [
        ["b1", "b2"],
        ["b3"],
    ]
    assert last.next_cursor is None
