"""The migration that seals: what was kept is sealed and entered, and comes back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select, text, update

from audit.decision import RECORD, Decision
from features.errors import Refused
from serving.applications import cases, decisions
from serving.lending import entries
from serving.store import database
from serving.store.sealed import Seal, place, unlock, unseal_all
from serving.tables import BusinessKey, DecisionRow, LedgerRow, OutcomeRow
from tests.serving.cases import MASTER
from tests.training.cases import refused

AT = "2026-11-24 05:00:00.000000"
BEFORE: dict[str, dict[str, Any]] = {
    "partners": {"partner_id": "granary", "name": "Granary", "kind": "lender"},
    "decisions": {
        "decision_id": "d1",
        "partner_id": "granary",
        "application_id": "a1",
        "business_id": "b1",
        "decided_at": AT,
    },
    "cases": {
        "case_id": "c1",
        "decision_id": "d1",
        "partner_id": "granary",
        "kind": "objection",
        "about": "result",
        "recommended": "not_yet",
        "opened_at": AT,
        "due_at": AT,
        "wrote": "Panen saya baru bulan depan.",
        "answered_at": AT,
        "officer": "o7",
        "outcome": "lend",
        "reason_code": "V02",
        "note": None,
    },
    "versions": {
        "kind": "programme",
        "name": "batang",
        "number": 1,
        "partner_id": "granary",
        "record": "{}",
        "proposed_at": AT,
        "proposed_key": "p1",
        "proposed_by": "ani",
        "verified_at": AT,
        "verified_key": "p2",
        "verified_by": "budi",
    },
    "entries": {
        "entry_id": "e1",
        "programme_id": "batang",
        "partner_id": "granary",
        "business_id": "b1",
        "decision_id": "d1",
        "agreed_at": AT,
        "groups": '["women"]',
        "entered_at": AT,
    },
    "allocations": {
        "programme_id": "batang",
        "number": 1,
        "partner_id": "granary",
        "made_at": AT,
        "made_by": "tuti",
        "digest": "f" * 64,
        "inputs": "{}",
        "result": "{}",
        "overview": "{}",
    },
    "outcomes": {
        "programme_id": "batang",
        "number": 1,
        "decision_id": "d1",
        "partner_id": "granary",
        "record": '{"code": "no_room"}',
    },
}
"""Table → its row, as it stood before there was a ledger."""


@pytest.fixture
def engine(url: str, made: Decision) -> Iterator[Engine]:
    """Return a database as it was before there was a ledger, with a row in each table."""
    engine = unlock(database.connect(url), MASTER)
    database.migrate(engine, "base")
    database.migrate(engine, "0004")
    record = {"decisions": {"record": RECORD.dump_json(made).decode()}}
    with engine.begin() as connection:
        for table, row in BEFORE.items():
            whole = row | record.get(table, {})
            columns, values = ", ".join(whole), ", ".join(f":{name}" for name in whole)
            connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), whole)  # noqa: S608  names of our own
    yield engine
    engine.dispose()


def everything(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of the tables of `BEFORE`."""
    with engine.connect() as connection:
        return {table: _rows(connection, table) for table in BEFORE}


def _rows(connection: Connection, table: str) -> list[dict[str, Any]]:
    found = connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608  a name of our own
    return [dict(row) for row in found.mappings()]


def test_what_was_kept_reads_as_before_and_nothing_of_it_stands_open(
    engine: Engine, made: Decision
) -> None:
    database.migrate(engine)
    assert decisions.find(engine, DecisionRow.decision_id == "d1") == made
    (case,) = cases.cases_of(engine, "d1")
    assert (case.wrote, case.note, case.outcome) == ("Panen saya baru bulan depan.", None, "lend")
    ((entry, _),) = entries.standing(engine, "batang")
    assert entry.groups == ("women",)
    with database.session(engine) as session:
        outcome = session.scalars(select(OutcomeRow)).one()
        its = Seal("granary", place("outcomes", "record", "batang", 1, "d1"), outcome.record)
        assert unseal_all(session, [its]) == [b'{"code": "no_room"}']
    stored = str(everything(engine))
    assert [word for word in ("Panen", "women", "no_room", "probability") if word in stored] == []


def test_all_that_was_done_is_in_the_ledger(engine: Engine) -> None:
    database.migrate(engine)
    with database.session(engine) as session:
        found = session.execute(select(LedgerRow.kind, LedgerRow.subject)).all()
    assert set(found) == {
        ("decision", "d1"),
        ("answer", "c1"),
        ("version", "programme/batang/1"),
        ("allocation", "batang/1"),
    }


def test_back_again_it_is_as_it_was(engine: Engine) -> None:
    before = everything(engine)
    database.migrate(engine, "0005")
    database.migrate(engine, "0004", back=True)
    assert everything(engine) == before


def test_there_is_no_way_back_for_what_is_erased_and_all_stays_as_it_is(engine: Engine) -> None:
    database.migrate(engine, "0005")
    with database.writing(engine) as session:
        session.execute(update(BusinessKey).values(wrapped=None, business_id=None))
    before = everything(engine)
    with pytest.raises(Refused) as caught:
        database.migrate(engine, "0004", back=True)
    refused(caught, "no-way-back")
    assert everything(engine) == before


def test_without_the_master_key_nothing_is_changed(engine: Engine) -> None:
    before, locked = everything(engine), database.connect(str(engine.url))
    with pytest.raises(TypeError, match="not unlocked"):
        database.migrate(locked)
    locked.dispose()
    assert everything(engine) == before
