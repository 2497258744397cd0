"""The trail is written behind the answers, all of it, in the order in which it was noted."""

from __future__ import annotations

import threading
from dataclasses import asdict

import pytest
from sqlalchemy import Engine, select

from serving.access import trail
from serving.access.trail import Access, Trail
from serving.store import database
from serving.tables import AccessRow
from tests.audit.cases import NOW


def access(number: int = 1) -> Access:
    """Return an access."""
    what = "GET /v1/decisions/{decision_id}"
    return Access(NOW, "granary", "abcdef", what, f"decision/d{number}")


def written(engine: Engine) -> list[Access]:
    """Return what is in the trail."""
    with database.session(engine) as session:
        rows = session.scalars(select(AccessRow).order_by(AccessRow.number))
        return [Access(**{name: getattr(row, name) for name in asdict(access())}) for row in rows]


def test_all_that_was_noted_is_written_by_the_end(decided: Engine) -> None:
    kept = Trail(decided)
    noted = [access(number) for number in range(trail.AT_ONCE + 3)]
    for one in noted:
        kept.note(one)
    kept.end()
    assert written(decided) == noted


def test_who_notes_does_not_wait_for_the_database(
    decided: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database takes nothing, what is noted waits; it is written once it does."""
    monkeypatch.setattr(trail, "SECONDS", 0.01)
    database.migrate(decided, "base")
    kept = Trail(decided)
    kept.note(access())
    kept.note(access(2))
    database.migrate(decided)
    while not written(decided):
        threading.Event().wait(0.01)
    kept.end()
    assert written(decided) == [access(), access(2)]


def test_at_the_end_a_database_that_is_away_is_not_waited_for(
    decided: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    database.migrate(decided, "base")
    kept = Trail(decided)
    kept.note(access())
    kept.end()
    assert "1 accesses are not in the trail" in caplog.text


def test_after_its_end_nobody_waits_for_it(
    decided: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Trail(decided)
    kept.end()
    kept.note(access())
    assert "it has ended" in caplog.text
    assert written(decided) == []
