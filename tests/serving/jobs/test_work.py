"""Work is done by one worker at a time, in turn, and taken over from one that died."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from serving.jobs.work import LEASE, Work, finish, held, lease, waits
from serving.store import database
from serving.tables import JobRow
from tests.audit.cases import NOW

MOMENT = timedelta(microseconds=1)


@pytest.fixture
def engine(unlocked: Engine) -> Engine:
    """Return a database with two jobs that wait, and one that is done."""
    with database.writing(unlocked) as session:
        for i, state in enumerate(("done", "waiting", "waiting")):
            made = {"job_id": f"j{i}", "partner_id": "granary", "made_at": NOW + i * MOMENT}
            session.add(JobRow(**made, state=state, of=1, done=0, bad=0))
    return unlocked


def take(engine: Engine, by: str, now: datetime = NOW) -> str | None:
    """Lease a job and return its id."""
    with database.writing(engine) as session:
        row = lease(session, JobRow, by, now)
        return None if row is None else row.job_id


def test_each_worker_takes_what_no_other_has(engine: Engine) -> None:
    assert [take(engine, by) for by in ("one", "other", "third")] == ["j1", "j2", None]


def test_a_worker_goes_from_one_to_the_next_step_by_step(engine: Engine) -> None:
    assert [take(engine, "one", NOW + i * MOMENT) for i in range(4)] == ["j1", "j2", "j1", "j2"]


def test_what_a_dead_worker_had_is_taken_once_its_lease_is_over(engine: Engine) -> None:
    assert [take(engine, "dead"), take(engine, "dead", NOW + MOMENT)] == ["j1", "j2"]
    assert take(engine, "other", NOW + LEASE) is None
    with database.session(engine) as session:
        assert not waits(session, JobRow, "other", NOW + LEASE)
        assert waits(session, JobRow, "other", NOW + LEASE + MOMENT)
    assert take(engine, "other", NOW + LEASE + MOMENT) == "j1"
    with database.session(engine) as session:
        row = session.get_one(JobRow, "j1")
        assert (held(row, "dead"), held(row, "other")) == (False, True)


def test_what_is_finished_is_nobodys(engine: Engine) -> None:
    with database.writing(engine) as session:
        row = lease(session, JobRow, "one", NOW)
        assert row is not None
        finish(row, "done", NOW)
        assert not held(row, "one")
    assert take(engine, "one") == "j2"


def test_all_there_is_is_done_a_step_of_each_kind_in_turn() -> None:
    done: list[str] = []
    left = {"a": 3, "b": 1}

    def step(kind: str) -> bool:
        left[kind] -= 1
        if left[kind] < 0:
            return False
        done.append(kind)
        return True

    work = Work([lambda: step("a"), lambda: step("b")])
    work.run()
    assert done == ["a", "b", "a", "a"]


def test_after_its_end_no_step_begins() -> None:
    done: list[int] = []

    def last() -> bool:
        done.append(1)
        work.end()
        return True

    work = Work([last])
    work.run()
    work.run()
    assert done == [1]
