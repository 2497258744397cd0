"""The database: what it keeps it keeps for good, its schema moves both ways, and it may be away."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from features.errors import BadInput, Unavailable
from serving.access.callers import USUAL
from serving.store import database
from serving.tables import ApiKey, Base, DecisionRow, Partner
from tests.audit.cases import NOW
from tests.serving.conftest import ON_POSTGRESQL, ON_SQLITE
from tests.training.cases import refused

TABLES = {
    *("partners", "api_keys", "accounts", "recovery_codes", "decisions", "shadow_scores"),
    *("links", "sessions", "cases", "withdrawals", "versions"),
    *("entries", "allocations", "outcomes"),
    *("businesses", "consents", "record_chunks", "protected"),
    *("repayments", "lender_answers"),
    *("claims", "webhooks", "deliveries", "attempts"),
    *("jobs", "job_parts", "job_results"),
    *("uploads", "upload_parts", "upload_staged", "upload_rejected"),
    *("ledger", "ledger_head", "checkpoints", "editions", "business_keys"),
    "accesses",
    *("rule_parts", "switches"),
}


@pytest.fixture
def empty(engine: Engine) -> Engine:
    """Return a database without tables."""
    database.migrate(engine, "base")
    return engine


def row(**changed: object) -> DecisionRow:
    """Return a decision's row of the partner granary."""
    usual = {"decision_id": "d1", "partner_id": "granary", "application_id": "a1"}
    usual["business_id"] = "b1"
    return DecisionRow(**{**usual, "decided_at": NOW, "sealed": b"", **changed})


def write(engine: Engine, *rows: DecisionRow) -> None:
    """Commit rows at once, as the service does."""
    with database.session(engine) as session, session.begin():
        for row in rows:
            session.add(row)
            session.flush()


def count(engine: Engine) -> int:
    """Count the decisions, as the service reads."""
    with database.session(engine) as session:
        return session.query(DecisionRow).count()


@ON_SQLITE
def test_what_is_committed_is_synchronised_to_disk(engine: Engine) -> None:
    full = 2
    with engine.connect() as connection:
        found = {
            pragma: connection.execute(text(f"PRAGMA {pragma}")).scalar_one()
            for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


@ON_SQLITE
def test_every_connection_of_the_pool_is_durable(engine: Engine) -> None:
    with engine.connect() as one, engine.connect() as other:
        assert one.connection.dbapi_connection is not other.connection.dbapi_connection
        for connection in (one, other):
            assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2


def test_the_folder_of_a_new_database_is_made(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path}/some/where/lumbung.db")
    database.migrate(engine)
    engine.dispose()
    assert (tmp_path / "some/where/lumbung.db").is_file()


def test_a_database_in_memory_needs_no_folder() -> None:
    engine = database.connect("sqlite://")
    database.migrate(engine)
    assert set(inspect(engine).get_table_names()) >= TABLES
    engine.dispose()


def test_the_migrations_make_the_tables_that_the_code_speaks_of(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
    assert {table.name for table in Base.metadata.sorted_tables} == TABLES


def test_the_schema_goes_back_and_forth_and_twice_is_as_once(engine: Engine) -> None:
    database.migrate(engine)
    with Session(engine) as session:
        assert session.get(Partner, "granary") is not None
    database.migrate(engine, "base")
    assert not TABLES & set(inspect(engine).get_table_names())
    database.migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    with Session(engine) as session:
        assert session.get(Partner, "granary") is None


def test_the_schema_of_this_release_is_the_last_of_the_migrations() -> None:
    folder = Path(str(database.__file__)).parents[1] / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [database.HEAD]


def test_a_decision_from_before_is_given_the_business_it_is_about(empty: Engine) -> None:
    database.migrate(empty, "0002")
    with empty.begin() as connection:
        connection.execute(text("INSERT INTO partners VALUES ('granary', 'Granary')"))
        for name, business in (("d1", "b1"), ("d2", "b2")):
            record = json.dumps({"application": {"business_id": business}})
            connection.execute(
                text("INSERT INTO decisions VALUES (:name, 'granary', :name, :at, :record)"),
                {"name": name, "at": "2026-11-24 05:00:00.000000", "record": record},
            )
    database.migrate(empty)
    with database.session(empty) as session:
        rows = session.query(DecisionRow.decision_id, DecisionRow.business_id).all()
    assert {tuple(row) for row in rows} == {("d1", "b1"), ("d2", "b2")}


def test_a_key_from_before_is_a_lenders_and_names_nobody(empty: Engine) -> None:
    database.migrate(empty, "0003")
    with empty.begin() as connection:
        connection.execute(text("INSERT INTO partners VALUES ('granary', 'Granary')"))
        key = "INSERT INTO api_keys VALUES ('p', 'f', 'granary', '2026-11-24 05:00:00.000000')"
        connection.execute(text(key))
    database.migrate(empty)
    with database.session(empty) as session:
        assert session.get_one(Partner, "granary").kind == "lender"
        kept = session.get_one(ApiKey, "p")
        assert (kept.person, kept.revoked_at) == ("", None)
        assert set(kept.opens) == set(USUAL)
        assert timedelta(364) < kept.expires_at - datetime.now(UTC) < timedelta(366)


def test_a_decision_belongs_to_a_partner_there_is(engine: Engine) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        write(engine, row(partner_id="nobody"))


def test_an_application_is_decided_once_by_each_partner(engine: Engine) -> None:
    write(engine, row())
    write(engine, row(decision_id="d2", partner_id="mill"))
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        write(engine, row(decision_id="d3"))
    assert count(engine) == 2


@pytest.mark.parametrize(
    "moment", [NOW, NOW + timedelta(microseconds=1), datetime(1, 1, 1, tzinfo=UTC)]
)
def test_a_time_comes_back_as_the_same_instant_in_utc(engine: Engine, moment: datetime) -> None:
    with Session(engine) as session:
        session.add(
            ApiKey(
                prefix="p",
                secret_sha256="",
                partner_id="mill",
                created_at=moment,
                expires_at=moment,
            )
        )
        session.commit()
    with Session(engine) as session:
        found = session.get_one(ApiKey, "p").created_at
    assert (found, found.utcoffset()) == (moment, timedelta(0))


def is_away(engine: Engine, *, writing: bool = False) -> None:
    """Assert that the database fails as one that is away, and never as something else."""
    with pytest.raises(Unavailable) as caught:
        write(engine, row()) if writing else count(engine)
    refused(caught, "database-away")


def test_without_its_tables_it_is_away(engine: Engine) -> None:
    database.migrate(engine, "base")
    is_away(engine)


def test_without_its_tables_it_is_away_to_who_only_reads(engine: Engine) -> None:
    database.migrate(engine, "base")
    with pytest.raises(Unavailable) as caught, database.reading(engine) as opened:
        opened.execute(select(Partner.kind))
    refused(caught, "database-away")


def test_who_reads_sees_at_each_statement_what_is_there_by_then(engine: Engine) -> None:
    asked = select(DecisionRow.decision_id)
    with database.reading(engine) as opened:
        assert opened.scalars(asked).all() == []
        write(engine, row())
        assert opened.scalars(asked).all() == ["d1"]


@ON_SQLITE
def test_a_file_that_is_no_database_is_away(file: Path) -> None:
    file.write_bytes(b"rice" * 4096)
    engine = database.connect(f"sqlite:///{file}")
    is_away(engine)
    engine.dispose()


def test_a_folder_in_the_files_place_is_away(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path}")
    is_away(engine)
    engine.dispose()


READ_ONLY = {"sqlite": "PRAGMA query_only=ON", "postgresql": "SET default_transaction_read_only=on"}


def test_what_can_only_be_read_is_away_to_a_writer(url: str) -> None:
    engine = database.connect(url)
    only = READ_ONLY[engine.dialect.name]
    event.listen(engine, "connect", lambda raw, _: (raw.execute(only), raw.commit()))
    assert count(engine) == 0
    is_away(engine, writing=True)
    assert count(engine) == 0
    engine.dispose()


@ON_SQLITE
def test_what_another_writer_holds_is_away_and_comes_back(file: Path) -> None:
    engine = database.connect(f"sqlite:///{file}")
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=1"))
    with contextlib.closing(sqlite3.connect(file)) as holder:
        holder.execute("begin immediate")
        assert count(engine) == 0
        is_away(engine, writing=True)
        holder.rollback()
    write(engine, row())
    assert count(engine) == 1
    engine.dispose()


@ON_SQLITE
def test_a_disk_that_is_full_takes_nothing_and_loses_nothing(file: Path) -> None:
    engine = database.connect(f"sqlite:///{file}")
    with engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    more = f"PRAGMA max_page_count={pages + 8}"
    event.listen(engine, "connect", lambda raw, _: raw.execute(more))
    engine.dispose()
    write(engine, row())
    small = row(decision_id="d2", application_id="a2")
    large = row(decision_id="d3", application_id="a3", sealed=b"rice" * 40_000)
    with pytest.raises(Unavailable) as caught:
        write(engine, small, large)
    refused(caught, "database-away")
    with database.session(engine) as session:
        assert [one.decision_id for one in session.query(DecisionRow)] == ["d1"]
    engine.dispose()


@ON_POSTGRESQL
def test_what_another_holds_is_not_waited_for_longer_than_was_said(
    engine: Engine, url: str
) -> None:
    hurried = database.connect(url, seconds=1)
    with engine.begin() as holder:
        holder.execute(text("LOCK TABLE decisions"))
        is_away(hurried)
    assert count(hurried) == 0
    hurried.dispose()


@ON_POSTGRESQL
def test_connections_that_the_database_ended_are_made_anew(engine: Engine, url: str) -> None:
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with engine.connect() as one, engine.connect() as two:
        assert one.scalar(text("SELECT 1")) == two.scalar(text("SELECT 1")) == 1
    operator = database.connect(url)
    with operator.connect() as connection:
        here = " AND datname = current_database()"
        assert len(connection.execute(text(others + here)).all()) >= 2
    operator.dispose()
    write(engine, row())
    assert count(engine) == 1


@ON_POSTGRESQL
def test_a_commit_waits_for_the_disk_whatever_the_server_is_set_to(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"


def test_who_finds_no_connection_free_is_told_that_it_is_away(url: str) -> None:
    engine = database.connect(url, connections=1, seconds=0)
    with engine.connect():
        is_away(engine)
    assert count(engine) == 0
    engine.dispose()


@ON_POSTGRESQL
def test_a_value_that_the_database_cannot_hold_is_bad_input(engine: Engine) -> None:
    with pytest.raises(BadInput) as caught:
        write(engine, row(application_id="rice\0"))
    refused(caught, "cannot-be-kept")
    assert count(engine) == 0


def test_a_fault_that_is_not_the_databases_stays_what_it_is(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), database.session(engine):
        raise ZeroDivisionError


def test_a_fault_does_not_tell_what_was_to_be_kept(engine: Engine) -> None:
    database.migrate(engine, "base")
    with pytest.raises(Unavailable) as caught:
        write(engine, row(sealed=b"3325081234567890"))
    assert "3325081234567890" not in f"{caught.value} {caught.value.__cause__}"
