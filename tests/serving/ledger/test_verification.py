"""Whatever is changed in the ledger, or in what it vouches for, is found and told where."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text, update

from audit.chain import GENESIS, Entry
from audit.decision import Decision
from benchmarks.postgresql import Cluster
from serving.applications import cases, review
from serving.applications.cases import ask_for_person
from serving.business import consents
from serving.business.records import Whose
from serving.ledger.entering import enter
from serving.ledger.verification import MOST, Verified, verify
from serving.lending import versions
from serving.lending.versions import Named
from serving.store import database
from serving.store.sealed import unlock
from serving.tables import BusinessKey
from tests.audit.cases import NOW
from tests.serving.cases import ANI, BUDI, HOW, MASTER, keep
from tests.serving.conftest import NAMES, Known

COLUMNS = ("number", "at", "kind", "partner_id", "subject", "digest", "previous", "hash")
VALUES = st.none() | st.text(max_size=20) | st.integers(-5, 10**6) | st.binary(max_size=20)
LAST = 11
ENTRIES = st.integers(1, LAST)

Tamper = Callable[[sqlite3.Connection], object]


@pytest.fixture(scope="module")
def whole(known: Known, made: Decision, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with `LAST` entries, of kinds that have rows and of some that have none."""
    file = Path(shutil.copy(known.file, tmp_path_factory.mktemp("whole") / "lumbung.db"))
    fill(f"sqlite:///{file}", made)
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return file


def fill(url: str, made: Decision) -> None:
    """Do what makes `LAST` entries, in a copy of `known`."""
    engine = unlock(database.connect(url), MASTER)
    with database.writing(engine) as session:
        enter(session, "champion", "7", "f" * 64, NOW)
    for name in ("d1", "d2", "d3"):
        application = replace(made.application, application_id=name, business_id=f"b-{name}")
        keep(engine, replace(made, decision_id=name, partner_id="granary", application=application))
    case = ask_for_person(engine, "d1", "Panen saya baru bulan depan.", NOW)
    review.answer(
        engine, "granary", case.case_id, review.Answer("lend", "V02", "o7", "Ya."), NOW, HOW
    )
    versions.propose(engine, Named("product", "seed"), "{}", ANI, NOW)
    versions.verify(engine, Named("product", "seed"), 1, BUDI, NOW)
    with database.writing(engine) as session:
        whose = Whose("granary", "b-d1")
        consents.grant(session, whose, consents.Given("payments", NOW, "form 7"), NOW)
        consents.end(session, whose, "payments", NOW, NOW)
        consents.end(session, whose, consents.ALL, NOW, NOW)
    engine.dispose()


CHANGED = {
    "number": "number + 100",
    "at": "at + interval '1 microsecond'",
    "kind": "kind || 's'",
    "partner_id": "concat(partner_id, 's')",
    "subject": "subject || 's'",
    "digest": "translate(digest, '0123456789abcdef', '123456789abcdef0')",
    "previous": "translate(previous, '0123456789abcdef', '123456789abcdef0')",
    "hash": "translate(hash, '0123456789abcdef', '123456789abcdef0')",
}
"""Column of the ledger → another value of its type, for PostgreSQL."""


@pytest.fixture(scope="module")
def there(cluster: Cluster, template: str, made: Decision) -> str:
    """Return the name of a database in PostgreSQL with the entries of `whole`."""
    name = next(NAMES)
    fill(cluster.create(name, template), made)
    return name


def found_there(cluster: Cluster, there: str, *statements: str) -> set[str]:
    """Return the codes of what is found in a copy after some statements."""
    name = next(NAMES)
    engine = database.connect(cluster.create(name, there))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    codes = {fault.code for fault in verify(engine, [], lambda *_: None).faults}
    engine.dispose()
    cluster.drop(name)
    return codes


@settings(max_examples=6, deadline=None)
@given(ENTRIES, st.sampled_from(sorted(CHANGED)))
def test_on_postgresql_any_entry_changed_is_found(
    cluster: Cluster, there: str, number: int, column: str
) -> None:
    change = f"UPDATE ledger SET {column} = {CHANGED[column]} WHERE number = {number}"  # noqa: S608  names and numbers of our own
    assert found_there(cluster, there, change)


@settings(max_examples=4, deadline=None)
@given(st.lists(ENTRIES, min_size=2, max_size=2, unique=True))
def test_on_postgresql_an_entry_removed_and_two_in_each_others_place_are_found(
    cluster: Cluster, there: str, pair: list[int]
) -> None:
    one, other = pair
    moves = [(one, -1), (other, one), (-1, other)]
    swap = [f"UPDATE ledger SET number = {after} WHERE number = {at}" for at, after in moves]  # noqa: S608  numbers of our own
    assert "ledger-changed" in found_there(cluster, there, *swap)
    gone = f"DELETE FROM ledger WHERE number = {one}"  # noqa: S608  a number of our own
    assert {"ledger-gap", "ledger-cut"} & found_there(cluster, there, gone)


def test_on_postgresql_a_row_removed_is_found_and_a_person_erased_is_not(
    cluster: Cluster, there: str
) -> None:
    assert found_there(cluster, there) == set()
    erased = "UPDATE business_keys SET wrapped = NULL, business_id = NULL"
    assert found_there(cluster, there, erased, "DELETE FROM withdrawals") == set()
    assert found_there(cluster, there, "DELETE FROM withdrawals") == {"evidence-gone"}
    changed = "UPDATE decisions SET sealed = sealed || sealed WHERE decision_id = 'd2'"
    assert found_there(cluster, there, changed) == {"evidence-changed"}


def found(file: Path, *checkpoints: tuple[int, str]) -> Verified:
    """Verify a database."""
    engine = database.connect(f"sqlite:///{file}")
    try:
        return verify(engine, checkpoints, lambda *_: None)
    finally:
        engine.dispose()


def tampered(whole: Path, tamper: Tamper, *checkpoints: tuple[int, str]) -> set[tuple[str, str]]:
    """Return what is found in a copy that somebody tampered with: code and place."""
    copy = whole.with_name("tampered.db")
    for part in whole.parent.glob("tampered.db*"):
        part.unlink()
    shutil.copy(whole, copy)
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        tamper(connection)
        connection.commit()
    return {(fault.code, fault.where) for fault in found(copy, *checkpoints).faults}


def codes(whole: Path, *statements: str) -> set[str]:
    """Return the codes of what is found after some statements."""
    return {code for code, _ in tampered(whole, lambda c: [c.execute(s) for s in statements])}


def entries(file: Path) -> list[tuple[Any, ...]]:
    """Return the rows of the ledger."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT * FROM ledger ORDER BY number").fetchall()


def test_a_ledger_that_nobody_touched_is_whole(whole: Path) -> None:
    seen = found(whole)
    assert (seen.faults, seen.wrong, seen.number) == ([], 0, LAST)
    assert seen.hash == entries(whole)[-1][-1]
    assert seen.kinds == {
        "key-given": 2,
        "champion": 1,
        "decision": 3,
        "answer": 1,
        "version": 1,
        "consent": 1,
        "consent-end": 1,
        "withdrawal": 1,
    }


def test_an_empty_one_is_whole(known: Known) -> None:
    assert found(known.file).faults == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_value_of_any_entry_changed_is_found(whole: Path, data: st.DataObject) -> None:
    number, column = data.draw(ENTRIES), data.draw(st.sampled_from(COLUMNS))
    value = data.draw(VALUES)

    def change(connection: sqlite3.Connection) -> None:
        with contextlib.suppress(sqlite3.IntegrityError, sqlite3.OperationalError):
            change = f"UPDATE ledger SET {column} = ? WHERE number = ?"  # noqa: S608  names of our own
            connection.execute(change, (value, number))

    faults = tampered(whole, change)
    assume(entries(whole.with_name("tampered.db")) != entries(whole))
    assert faults


@pytest.mark.parametrize("number", range(1, LAST + 1))
def test_any_entry_removed_is_found(whole: Path, number: int) -> None:
    faults = tampered(whole, lambda c: c.execute(f"DELETE FROM ledger WHERE number = {number}"))  # noqa: S608  a number of our own
    cut = ("ledger-cut", str(LAST - 1))
    assert (cut if number == LAST else ("ledger-gap", str(number))) in faults


@settings(max_examples=20, deadline=None)
@given(st.lists(ENTRIES, min_size=2, max_size=2, unique=True))
def test_any_two_entries_in_each_others_place_are_found(whole: Path, pair: list[int]) -> None:
    one, other = pair

    def swap(connection: sqlite3.Connection) -> None:
        for before, after in ((one, -1), (other, one), (-1, other)):
            connection.execute("UPDATE ledger SET number = ? WHERE number = ?", (after, before))

    assert {("ledger-changed", str(one)), ("ledger-changed", str(other))} <= tampered(whole, swap)


@settings(max_examples=20, deadline=None)
@given(ENTRIES, st.sampled_from([-3, 0, LAST + 1, 77]))
def test_an_entry_added_is_found(whole: Path, number: int, at: int) -> None:
    columns = ", ".join(COLUMNS[1:])

    def add(connection: sqlite3.Connection) -> None:
        copied = f"SELECT {at}, {columns} FROM ledger WHERE number = {number}"  # noqa: S608  names and numbers of our own
        connection.execute(f"INSERT INTO ledger {copied}")

    assert tampered(whole, add)


def forged(connection: sqlite3.Connection) -> None:
    """Make the whole chain anew, the head too, as if an entry that has no row had been another."""
    before = GENESIS
    for row in connection.execute("SELECT * FROM ledger ORDER BY number").fetchall():
        number, at, kind, partner_id, subject, digest, *_ = row
        when = datetime.fromisoformat(at).replace(tzinfo=UTC)
        said = "9" if kind == "champion" else subject
        made = Entry(number, when, kind, partner_id, said, digest, before)
        values = (made.subject, made.previous, made.hash, number)
        change = "UPDATE ledger SET subject = ?, previous = ?, hash = ? WHERE number = ?"
        connection.execute(change, values)
        before = made.hash
    connection.execute("UPDATE ledger_head SET hash = ?", (before,))


def test_a_chain_made_anew_is_found_by_what_was_published_and_by_nothing_else(whole: Path) -> None:
    published = [(row[0], row[-1]) for row in entries(whole)]
    assert tampered(whole, forged) == set()
    assert tampered(whole, forged, published[4]) == {("checkpoint-differs", "5")}
    assert found(whole, *published).faults == []


def test_an_entry_appended_with_the_right_hash_is_found_by_the_head(whole: Path) -> None:
    last = entries(whole)[-1]
    made = Entry(LAST + 1, NOW, "champion", None, "9", "f" * 64, last[-1])
    row = (
        LAST + 1,
        "2026-11-24 05:00:00.000000",
        "champion",
        None,
        "9",
        "f" * 64,
        last[-1],
        made.hash,
    )
    add = "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    assert ("ledger-cut", f"{LAST + 1}") in tampered(whole, lambda c: c.execute(add, row))


def test_a_published_end_that_is_not_reached_is_found(whole: Path) -> None:
    assert [fault.code for fault in found(whole, (LAST + 1, "f" * 64)).faults] == [
        "checkpoint-differs"
    ]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE decisions SET sealed = sealed || x'00' WHERE decision_id = 'd2'", "changed"),
        ("UPDATE decisions SET partner_id = 'mill' WHERE decision_id = 'd2'", "changed"),
        ("UPDATE decisions SET decided_at = '2026-11-24 05:00:01.000000'", "changed"),
        ("UPDATE decisions SET decided_at = 'never' WHERE decision_id = 'd2'", "changed"),
        ("UPDATE cases SET outcome = 'not_yet'", "changed"),
        ("UPDATE cases SET note = NULL", "changed"),
        ("UPDATE versions SET record = '[]'", "changed"),
        ("UPDATE versions SET verified_by = 'ani'", "changed"),
        ("UPDATE consents SET granted_at = '2020-01-01 00:00:00.000000'", "changed"),
        ("DELETE FROM decisions WHERE decision_id = 'd2'", "gone"),
        ("DELETE FROM cases", "gone"),
        ("UPDATE cases SET answered_at = NULL", "gone"),
        ("UPDATE versions SET verified_at = NULL", "gone"),
        ("UPDATE consents SET withdrawn_at = NULL", "gone"),
        ("DELETE FROM withdrawals", "gone"),
        ("UPDATE withdrawals SET at = '2026-11-24 05:00:01.000000'", "gone"),
        ("UPDATE withdrawals SET business_id = 'b9'", "gone"),
        ("UPDATE decisions SET decision_id = 'd9' WHERE decision_id = 'd2'", "unknown"),
        ("UPDATE versions SET number = 2", "unknown"),
    ],
)
def test_what_it_vouches_for_is_as_it_was_entered(whole: Path, statement: str, code: str) -> None:
    assert f"evidence-{code}" in codes(whole, statement)


def test_what_has_no_entry_is_found(whole: Path) -> None:
    copied = "SELECT 'd9', partner_id, 'a9', business_id, decided_at, sealed FROM decisions LIMIT 1"
    columns = "decision_id, partner_id, application_id, business_id, decided_at, sealed"
    assert codes(whole, f"INSERT INTO decisions ({columns}) {copied}") == {"evidence-unknown"}


def test_a_ledger_without_its_head_is_found(whole: Path) -> None:
    assert codes(whole, "DELETE FROM ledger_head") == {"ledger-cut"}


def test_a_person_erased_leaves_it_whole(whole: Path) -> None:
    copy = Path(shutil.copy(whole, whole.with_name("erased.db")))
    engine: Engine = database.connect(f"sqlite:///{copy}")
    with database.writing(engine) as session:
        session.execute(update(BusinessKey).values(wrapped=None, business_id=None))
    engine.dispose()
    assert found(copy).faults == []


def test_of_very_many_faults_the_first_are_told_and_all_counted(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.ledger.verification.MOST", 2)
    tampered(whole, lambda c: c.execute("UPDATE ledger SET digest = 'x'"))
    seen = found(whole.with_name("tampered.db"))
    assert (len(seen.faults), seen.wrong > 8, MOST) == (2, True, 1000)


@pytest.fixture
def steps(whole: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, int]]:
    """Return what is told of the progress, three rows at a time."""
    monkeypatch.setattr("serving.ledger.verification.AT_ONCE", 3)
    told: list[tuple[str, int, int]] = []
    engine = database.connect(f"sqlite:///{whole}")
    assert verify(engine, [], lambda *step: told.append(step)).wrong == 0
    engine.dispose()
    return told


def test_it_goes_some_rows_at_a_time_and_tells_how_far_it_is(
    steps: list[tuple[str, int, int]],
) -> None:
    entered = [(done, of) for what, done, of in steps if what == "entries"]
    assert entered == [(done, LAST) for done in range(3, LAST, 3)]
    assert {what for what, _, _ in steps} > {"decision", "answer", "version", "allocation"}


def test_an_answer_is_read_by_its_words(whole: Path) -> None:
    engine = unlock(database.connect(f"sqlite:///{whole}"), MASTER)
    (case,) = cases.cases_of(engine, "d1")
    engine.dispose()
    assert (case.wrote, case.note) == ("Panen saya baru bulan depan.", "Ya.")
