"""A programme is open on its days once a second official has verified it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from audit.days import wib
from features.errors import LumbungError
from serving.access.callers import NotFound
from serving.access.keys import issue_key
from serving.lending import programmes
from serving.reading.faults import Faulty
from tests.audit.cases import NOW
from tests.serving.programme_cases import LAST, OTHERS, PROGRAMME, TUTI, WAWAN, opened, terms
from tests.training.cases import refused

TODAY = wib(NOW)


@pytest.fixture
def engine(decided: Engine) -> Engine:
    """Return a database with two officials' offices."""
    for name in ("dinas", "bupati"):
        issue_key(decided, name, name, person="tuti", kind="official")
    return decided


def states(engine: Engine, day: date = TODAY, partner_id: str = "dinas") -> list[tuple[int, str]]:
    """Return number and state of each version on an official's shelf."""
    found = programmes.shelf(engine, partner_id, day)
    return [(one.version.number, one.state) for one in found]


def test_a_programme_waits_for_a_second_official_and_is_open_on_its_days(engine: Engine) -> None:
    waiting = programmes.propose(engine, "batang", terms(), TUTI, NOW)
    assert (waiting.programme, waiting.state) == (PROGRAMME, "waiting")
    assert (states(engine), programmes.running(engine, TODAY)) == ([(1, "waiting")], [])
    done = programmes.verify(engine, "batang", 1, WAWAN, NOW)
    assert (done.programme, done.state) == (PROGRAMME, "in_force")
    assert programmes.running(engine, TODAY) == [done]
    assert programmes.find(engine, "batang", LAST) == done
    assert states(engine, LAST + timedelta(days=1)) == [(1, "expired")]


def test_a_later_version_takes_the_place_of_one_in_force_on_its_first_day(engine: Engine) -> None:
    first = opened(engine)
    begins = TODAY + timedelta(days=7)
    second = opened(engine, objective="jobs", effective_from=str(begins))
    assert states(engine) == [(1, "in_force"), (2, "not_yet_in_force")]
    assert programmes.find(engine, "batang", TODAY) == first
    assert programmes.find(engine, "batang", begins).programme == second.programme
    told = programmes.history(engine, "dinas", "batang", begins)
    assert [(one.version.number, one.state) for one in told] == [(1, "replaced"), (2, "in_force")]


def test_a_programme_that_is_none_is_refused_with_every_fault(engine: Engine) -> None:
    wrong = terms(objective="glory", effective_to="2026-01-01", programme_id="x", limits=[{}])
    with pytest.raises(Faulty) as caught:
        programmes.propose(engine, "batang", wrong, TUTI, NOW)
    assert caught.value.code == "bad-programme"
    assert {fault.where for fault in caught.value.faults} >= {
        *("programme_id", "objective", "effective_to", "limits/0/name", "limits/0/unit"),
    }
    assert states(engine) == []


def test_a_programme_that_there_is_not_yet_is_none_to_a_lender(engine: Engine) -> None:
    programmes.propose(engine, "batang", terms(), TUTI, NOW)
    with pytest.raises(NotFound) as caught:
        programmes.find(engine, "batang", TODAY)
    refused(caught, "no-programme")


@pytest.mark.parametrize("day", [LAST + timedelta(days=1), date(2026, 10, 31)])
def test_a_programme_is_closed_outside_its_days(engine: Engine, day: date) -> None:
    opened(engine)
    with pytest.raises(LumbungError) as caught:
        programmes.find(engine, "batang", day)
    refused(caught, "programme-closed")


def test_officials_see_and_touch_their_own_programmes_only(engine: Engine) -> None:
    opened(engine)
    assert states(engine, partner_id="bupati") == []
    assert programmes.history(engine, "bupati", "batang", TODAY) == []
    with pytest.raises(LumbungError) as caught:
        programmes.propose(engine, "batang", terms(), OTHERS, NOW)
    refused(caught, "name-taken")
    with pytest.raises(NotFound) as hidden:
        programmes.of_official(engine, "batang", "bupati")
    refused(hidden, "no-programme")
    programmes.of_official(engine, "batang", "dinas")
