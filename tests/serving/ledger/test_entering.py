"""The ledger: entries in the transaction of what they tell of, one after another."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from audit.chain import GENESIS
from serving.ledger.entering import enter
from serving.store import database
from serving.tables import HeadRow, LedgerRow
from tests.audit.cases import NOW


@pytest.fixture
def engine(blank: Engine) -> Engine:
    """Return a database in which nothing was done."""
    return blank


def test_entries_are_numbered_and_each_holds_the_hash_of_the_one_before(engine: Engine) -> None:
    with database.writing(engine) as session:
        enter(session, "decision", "d1", "a" * 64, NOW, "granary")
        enter(session, "champion", "7", "b" * 64, NOW)
    with database.writing(engine) as session:
        enter(session, "answer", "c1", "c" * 64, NOW, "mill")
    with database.session(engine) as session:
        rows = session.scalars(select(LedgerRow).order_by(LedgerRow.number)).all()
        head = session.scalars(select(HeadRow)).one()
    assert [(row.number, row.subject, row.partner_id) for row in rows] == [
        (1, "d1", "granary"),
        (2, "7", None),
        (3, "c1", "mill"),
    ]
    assert [row.previous for row in rows] == [GENESIS, *(row.hash for row in rows[:-1])]
    assert (head.number, head.hash) == (3, rows[-1].hash)


def fails(engine: Engine) -> None:
    """Enter something in a transaction that fails."""
    with database.writing(engine) as session:
        enter(session, "decision", "d1", "a" * 64, NOW)
        raise ZeroDivisionError


def test_what_is_undone_leaves_no_entry(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError):
        fails(engine)
    with database.writing(engine) as session:
        with session.begin_nested() as savepoint:
            enter(session, "decision", "d2", "a" * 64, NOW)
            savepoint.rollback()
        enter(session, "decision", "d3", "a" * 64, NOW)
    with database.session(engine) as session:
        assert session.execute(select(LedgerRow.number, LedgerRow.subject)).all() == [(1, "d3")]


def test_nothing_is_entered_outside_of_what_writes_alone(engine: Engine) -> None:
    with database.session(engine) as session, pytest.raises(RuntimeError, match="writing"):
        enter(session, "decision", "d1", "a" * 64, NOW)
