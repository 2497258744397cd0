"""Who is erased can be read no more, in no copy; whatever else there is stays as it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from audit.chain import Entry
from audit.decision import Decision
from features.errors import Refused
from serving.access.callers import NotFound
from serving.applications import decisions, review
from serving.applications.cases import ask_for_person, cases_of
from serving.applications.review import Answer
from serving.business import records
from serving.business.records import Whose
from serving.ledger.evidence import EVIDENCE
from serving.lending import entries
from serving.rights.erasing import MARK, Lock, again, destroyed, erase
from serving.rights.export import export
from serving.store import database
from serving.store.sealed import Erased, key_id, unlock
from serving.tables import (
    Base,
    BusinessKey,
    DecisionRow,
    LedgerRow,
)
from tests.audit.cases import APPLICATION, NOW
from tests.serving.cases import DECISIONS, HOW, MASTER, asked, keep
from tests.serving.conftest import ON_SQLITE
from tests.training.cases import refused

MINE, OTHERS = DECISIONS
WHOSE = Whose("granary", APPLICATION.business_id)
DAY = timedelta(days=1)
OWNER = Lock(asked_by_owner=True)

UNTOUCHED = {
    *("partners", "api_keys", "accounts", "recovery_codes", "switches", "versions", "rule_parts"),
    *("webhooks", "deliveries", "attempts", "allocations", "outcomes", "repayments"),
    *("jobs", "job_parts", "job_results", "ledger", "ledger_head", "checkpoints", "editions"),
    "lender_answers",
    *("uploads", "upload_parts", "upload_staged", "upload_rejected"),
}
"""Tables that hold nothing of a person but what was sealed with their key, and ids of ours."""


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """Return the file of destroyed keys, which is not there yet."""
    return tmp_path / "destroyed.txt"


def rows(engine: Engine, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table."""
    with engine.connect() as connection:
        found = connection.execute(select(Base.metadata.tables[table])).mappings()
        return [dict(row) for row in found]


def naming(engine: Engine, whose: Whose) -> dict[str, int]:
    """Return table → how many of its rows name a business of a partner."""
    counts = {
        name: sum(
            row.get("partner_id") == whose.partner_id
            and whose.business_id in (row.get("business_id"), row.get("subject", "")[9:])
            for row in rows(engine, name)
        )
        for name in Base.metadata.tables
        if name != "ledger"
    }
    return {name: count for name, count in counts.items() if count}


def vouched(engine: Engine) -> None:
    """Assert that the ledger is one chain, and says of every row what is there."""
    before = "0" * 64
    with database.session(engine) as session:
        kept = session.scalars(select(LedgerRow).order_by(LedgerRow.number)).all()
        for number, row in enumerate(kept, start=1):
            names = ("number", "at", "kind", "partner_id", "subject", "digest", "previous")
            entry = Entry(**{name: getattr(row, name) for name in names})
            assert (entry.number, entry.previous, row.hash) == (number, before, entry.hash)
            before = row.hash
        told = {(row.kind, row.subject): row.digest for row in kept}
        for evidence in EVIDENCE:
            for one in session.scalars(select(evidence.of).where(*evidence.where)):
                fact = evidence.fact(session, one)
                assert told[evidence.kind, fact.subject] == fact.digest


def test_every_table_is_erased_in_or_holds_nothing_to_erase(full: Engine, listed: Path) -> None:
    before = {name: rows(full, name) for name in Base.metadata.tables}
    erase(full, listed, WHOSE, NOW, OWNER)
    changed = {name for name, kept in before.items() if rows(full, name) != kept}
    assert set(Base.metadata.tables) - {"claims"} <= changed | UNTOUCHED
    assert changed & UNTOUCHED == {"ledger", "ledger_head"}


def test_nothing_names_the_business_afterwards_and_all_that_did_before(
    full: Engine, listed: Path
) -> None:
    before = set(naming(full, WHOSE))
    assert before == {
        *("decisions", "withdrawals", "entries", "business_keys", "accesses"),
        *("businesses", "consents", "record_chunks", "protected"),
    }
    erase(full, listed, WHOSE, NOW, OWNER)
    assert naming(full, WHOSE) == {}


def test_what_another_partner_keeps_of_the_same_name_stays(full: Engine, listed: Path) -> None:
    before, mill = export(full, OTHERS), Whose("mill", WHOSE.business_id)
    count = naming(full, mill)
    erase(full, listed, WHOSE, NOW, OWNER)
    assert (export(full, OTHERS), naming(full, mill)) == (before, count)


def test_a_decision_is_erased_and_the_ledger_says_the_same_of_it(
    decided: Engine, listed: Path
) -> None:
    case = ask_for_person(decided, MINE, "Mohon dilihat.", NOW)
    review.answer(decided, "granary", case.case_id, Answer("lend", "V02", "o-7", "Baik."), NOW, HOW)
    vouched(decided)
    erased = erase(decided, listed, WHOSE, NOW + DAY, Lock())
    assert (erased.decisions, erased.at) == (1, NOW + DAY)
    with database.session(decided) as session:
        row = session.get_one(DecisionRow, MINE)
        assert row.business_id == MARK + erased.erasure
        with pytest.raises(Erased) as caught:
            decisions.read(session, row)
        last = session.scalars(select(LedgerRow).order_by(LedgerRow.number.desc())).first()
        assert last is not None
        assert (last.kind, last.subject, last.at) == ("erasure", erased.erasure, NOW + DAY)
    refused(caught, "erased")
    (answered,) = cases_of(decided, MINE)
    assert (answered.outcome, answered.wrote, answered.note) == ("lend", None, None)
    vouched(decided)


def test_who_takes_part_in_a_programme_has_left_it(full: Engine, listed: Path) -> None:
    erase(full, listed, WHOSE, NOW + DAY, OWNER)
    left = {row["decision_id"]: row["left_at"] for row in rows(full, "entries")}
    assert left[OTHERS] is None
    assert left[MINE] is not None
    assert [entry.decision_id for entry, _ in entries.standing(full, "batang")] == []


def test_a_new_application_begins_anew(decided: Engine, made: Decision, listed: Path) -> None:
    erase(decided, listed, WHOSE, NOW, Lock())
    keep(decided, replace(made, decision_id="d-new"))
    with database.session(decided) as session:
        assert decisions.read(session, session.get_one(DecisionRow, "d-new")).decision_id == "d-new"
    again_erased = erase(decided, listed, WHOSE, NOW, Lock())
    assert destroyed(listed)[1:] == [again_erased.erasure]


@pytest.mark.parametrize("whose", [Whose("granary", "b9"), Whose("nobody", WHOSE.business_id)])
def test_of_whom_nothing_is_kept_nothing_is_erased(
    decided: Engine, listed: Path, whose: Whose
) -> None:
    with pytest.raises(NotFound) as caught:
        erase(decided, listed, whose, NOW, Lock())
    refused(caught, "no-business")
    assert destroyed(listed) == []


def test_who_is_erased_is_nobody_to_erase(decided: Engine, listed: Path) -> None:
    erase(decided, listed, WHOSE, NOW, Lock())
    with pytest.raises(NotFound):
        erase(decided, listed, WHOSE, NOW, Lock())


def test_a_decision_is_kept_for_the_days_of_a_dispute(decided: Engine, listed: Path) -> None:
    lock = Lock(days=30, asked_by_owner=True)
    almost = NOW + 30 * DAY - timedelta(microseconds=1)
    with pytest.raises(Refused) as caught:
        erase(decided, listed, WHOSE, almost, lock)
    refused(caught, "retention-lock")
    assert "2026-12-24" in caught.value.expected
    assert naming(decided, WHOSE)["decisions"] == 1
    assert erase(decided, listed, WHOSE, NOW + 30 * DAY, lock).decisions == 1


def test_a_lender_cannot_erase_what_the_owner_disputes_and_the_owner_can(
    decided: Engine, listed: Path
) -> None:
    case = ask_for_person(decided, MINE, "", NOW)
    with pytest.raises(Refused) as caught:
        erase(decided, listed, WHOSE, NOW, Lock())
    refused(caught, "retention-lock")
    erase(decided, listed, WHOSE, NOW, OWNER)
    assert case.case_id not in {row["case_id"] for row in rows(decided, "cases")}


@ON_SQLITE
def test_a_restored_copy_is_erased_again(decided: Engine, listed: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(str(decided.url.database))) as connection:
        connection.execute("VACUUM INTO ?", [str(old)])
    erase(decided, listed, WHOSE, NOW, Lock())
    restored = unlock(database.connect(f"sqlite:///{old}"), MASTER)
    keys = [*destroyed(listed), "f" * 32]
    assert (again(restored, keys, NOW + DAY), again(restored, keys, NOW + DAY)) == (1, 0)
    assert naming(restored, WHOSE) == {}
    vouched(restored)
    restored.dispose()


PERSONAL = ("warung-sumber-rejeki", "pengajuan-rejeki-7", "Ibu Rejeki menulis", "Jawaban Rejeki")
"""A business, its application, what its owner wrote and was answered."""


@ON_SQLITE
def test_not_a_byte_of_theirs_is_left_in_the_files(
    decided: Engine, made: Decision, listed: Path
) -> None:
    business, application, wrote, note = PERSONAL
    whose = Whose("granary", business)
    named = replace(made.application, business_id=business, application_id=application)
    keep(decided, replace(made, decision_id="d-r", application=named))
    case = ask_for_person(decided, "d-r", wrote, NOW)
    review.answer(decided, "granary", case.case_id, Answer("lend", "V02", "o-7", note), NOW, HOW)
    with database.writing(decided) as session:
        records.append(session, whose, asked(1).records(), NOW)
        kept = session.get_one(BusinessKey, key_id(session, *whose))
        wrapped = kept.wrapped
    assert wrapped is not None
    file = Path(str(decided.url.database))

    def there(what: bytes) -> bool:
        return any(what in one.read_bytes() for one in file.parent.glob(f"{file.name}*"))

    assert [there(one.encode()) for one in PERSONAL] == [True, True, False, False]
    assert there(wrapped)
    erase(decided, listed, whose, NOW, Lock())
    assert [there(one.encode()) for one in PERSONAL] == [False] * len(PERSONAL)
    assert not there(wrapped)


@ON_SQLITE
def test_while_somebody_reads_it_is_erased_and_said_that_traces_are_left(
    decided: Engine, listed: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = [one.replace("5000", "1") for one in database.PRAGMAS]
    monkeypatch.setattr(database, "PRAGMAS", short)
    decided.dispose()
    with closing(sqlite3.connect(str(decided.url.database))) as reader:
        reader.execute("begin")
        reader.execute("select * from decisions").fetchone()
        erase(decided, listed, WHOSE, NOW, Lock())
    assert "the write-ahead log is in use" in caplog.text
    assert naming(decided, WHOSE) == {}
