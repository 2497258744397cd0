"""Group commit: one transaction for many, each by itself, and nobody answered before it is kept."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from features.errors import Unavailable
from serving.store import database
from serving.store.committing import MOST, Committer
from serving.tables import Partner
from tests.serving.conftest import ON_SQLITE

Write = Callable[[Session], object]


@pytest.fixture
def engine(blank: Engine) -> Engine:
    """Return a database without partners."""
    return blank


def partner(session: Session, name: str) -> str:
    """Add a partner, and return its id."""
    session.add(Partner(partner_id=name, name=name))
    session.flush()
    return name


def adding(name: str) -> Write:
    """Return the writing that adds a partner."""
    return lambda session: partner(session, name)


def partners(engine: Engine) -> list[str]:
    """Return the ids of the partners there are."""
    with database.session(engine) as session:
        return list(session.scalars(select(Partner.partner_id).order_by(Partner.partner_id)))


def commits(engine: Engine) -> list[int]:
    """Return a list that grows by each commit from now on."""
    seen: list[int] = []
    event.listen(engine, "commit", lambda connection: seen.append(id(connection)))
    return seen


class Held:
    """A committer whose first writing waits until it is let go, so that others come to wait."""

    def __init__(self, engine: Engine) -> None:
        self.committer = Committer(engine)
        self._begun, self._go = threading.Event(), threading.Event()
        self._threads = ThreadPoolExecutor(MOST * 2)
        self._first = self._threads.submit(self.committer.commit, self._hold)
        assert self._begun.wait(60)

    def _hold(self, session: Session) -> None:
        self._begun.set()
        assert self._go.wait(60)
        partner(session, "first")

    def all(self, writes: list[Write]) -> list[object]:
        """Let all these come to wait, let the first go; return what each returned or raised."""
        futures = [self._threads.submit(self.committer.commit, one) for one in writes]
        while len(self.committer._waiting) < len(writes):  # noqa: SLF001  so many are to wait
            pass
        self._go.set()
        self._first.result(10)
        ended = [one.exception(10) or one.result() for one in futures]
        self._threads.shutdown()
        return ended


def test_a_writing_alone_is_kept_and_returned(engine: Engine) -> None:
    assert Committer(engine).commit(adding("granary")) == "granary"
    assert partners(engine) == ["granary"]


def test_what_waits_together_is_one_commit(engine: Engine) -> None:
    seen = commits(engine)
    names = [f"p{i:02}" for i in range(20)]
    assert Held(engine).all([adding(name) for name in names]) == names
    assert partners(engine) == ["first", *names]
    assert len(seen) == 2


def test_more_than_one_commit_takes_is_kept_in_as_many_as_it_needs(engine: Engine) -> None:
    seen = commits(engine)
    names = [f"p{i:03}" for i in range(MOST + 1)]
    assert Held(engine).all([adding(name) for name in names]) == names
    assert partners(engine) == ["first", *names]
    assert len(seen) == 3


def test_what_fails_in_one_leaves_the_others_as_they_are(engine: Engine) -> None:
    def fails(session: Session) -> None:
        partner(session, "half")
        raise ZeroDivisionError

    def twice(session: Session) -> None:
        partner(session, "half")
        partner(session, "first")

    before, failed, doubled, after = Held(engine).all(
        [
            adding("before"),
            fails,
            twice,
            adding("after"),
        ]
    )
    assert (before, after) == ("before", "after")
    assert isinstance(failed, ZeroDivisionError)
    assert isinstance(doubled, IntegrityError)
    assert partners(engine) == ["after", "before", "first"]


def test_what_is_done_again_after_anothers_failure_is_kept_whole_and_once(engine: Engine) -> None:
    def fails(session: Session) -> None:
        partner(session, "half")
        raise ZeroDivisionError

    done: list[str] = []

    def counted(session: Session) -> str:
        done.append("again")
        return partner(session, "counted")

    counted_one, failed = Held(engine).all([counted, fails])
    assert (counted_one, type(failed), len(done)) == ("counted", ZeroDivisionError, 2)
    assert partners(engine) == ["counted", "first"]


def test_where_the_database_fails_all_are_told_and_nothing_is_kept(engine: Engine) -> None:
    ended = Held(engine).all(
        [
            adding("before"),
            lambda session: session.execute(text("SELECT * FROM nowhere")),
        ]
    )
    assert all(isinstance(one, Unavailable) and one.code == "database-away" for one in ended)
    assert len({id(one) for one in ended}) == 2
    assert partners(engine) == ["first"]


def test_after_a_failure_the_next_is_kept(engine: Engine) -> None:
    committer = Committer(engine)
    with pytest.raises(Unavailable):
        committer.commit(lambda session: session.execute(text("SELECT * FROM nowhere")))
    assert committer.commit(adding("granary")) == "granary"


class Failing(sqlite3.Connection):
    """A connection whose commits fail, as on a disk that does."""

    def commit(self) -> None:
        raise sqlite3.OperationalError("disk I/O error")


@ON_SQLITE
def test_a_commit_that_fails_answers_nobody_as_kept(engine: Engine) -> None:
    failing = database.connect(str(engine.url))
    event.listen(failing, "do_connect", lambda *given: given[-1].update(factory=Failing))
    with pytest.raises(Unavailable, match="database-away"):
        Committer(failing).commit(adding("granary"))
    assert partners(failing) == []
    failing.dispose()
    assert partners(engine) == []


def test_many_threads_at_once_are_all_kept(engine: Engine) -> None:
    committer = Committer(engine)
    names = [f"p{i:03}" for i in range(200)]

    def one(name: str) -> str:
        return committer.commit(lambda session: partner(session, name))

    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(one, names)) == names
    assert partners(engine) == names
