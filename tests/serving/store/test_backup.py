"""A backup is one moment of a database at work, whole or not at all; put back it is that again."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from audit.decision import Decision
from features.errors import BadInput, Refused, Unavailable
from serving.rights import erasing
from serving.store import backup, database
from serving.store.backup import ASIDE, DATABASE, DESTROYED, SAID, back_up, put_back
from serving.tables import DecisionRow
from tests.audit.cases import NOW
from tests.serving.cases import DECISIONS, keep
from tests.training.cases import refused

DATABASES = ("sqlite",)
"""Of another a copy is made by its own programs, as the runbook tells."""


@pytest.fixture
def destroyed(tmp_path: Path) -> Path:
    """Return the file of destroyed keys, which is not there yet."""
    return tmp_path / "keys" / "destroyed.txt"


def url_of(engine: Engine) -> str:
    """Return the URL of a database."""
    return engine.url.render_as_string(hide_password=False)


def ids(file: Path) -> set[str]:
    """Return the decisions in a file, over a connection of its own."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return {name for (name,) in connection.execute("select decision_id from decisions")}


def test_it_holds_what_was_there_and_says_what_it_is(
    decided: Engine, tmp_path: Path, destroyed: Path
) -> None:
    folder, said = back_up(url_of(decided), destroyed, tmp_path / "backups", NOW)
    assert ids(folder / DATABASE) == set(DECISIONS)
    assert (said.decisions, said.made_at) == (len(DECISIONS), NOW)
    assert backup.read(folder) == said
    assert {file.name for file in folder.iterdir()} == {DATABASE, DESTROYED, SAID}
    assert [entry.name for entry in (tmp_path / "backups").iterdir()] == [folder.name]


def test_what_was_acknowledged_before_it_began_is_in_it_while_others_write(
    decided: Engine, made: Decision, tmp_path: Path, destroyed: Path
) -> None:
    acknowledged: list[str] = []
    enough, stop = threading.Event(), threading.Event()

    def write() -> None:
        for number in range(10_000):
            name = f"d-{number}"
            application = replace(made.application, application_id=name)
            keep(decided, replace(made, decision_id=name, application=application))
            acknowledged.append(name)
            if number == 5:
                enough.set()
            if stop.is_set():
                return

    writer = threading.Thread(target=write)
    writer.start()
    enough.wait()
    before = set(acknowledged)
    folder, _ = back_up(url_of(decided), destroyed, tmp_path, NOW)
    stop.set()
    writer.join()
    assert before <= ids(folder / DATABASE) <= {*acknowledged, *DECISIONS}


def test_put_back_it_takes_the_place_of_what_was_there_which_is_kept_aside(
    decided: Engine, made: Decision, tmp_path: Path, destroyed: Path
) -> None:
    url, file = url_of(decided), backup.file_of(url_of(decided))
    folder, said = back_up(url, destroyed, tmp_path, NOW)
    application = replace(made.application, application_id="a9")
    keep(decided, replace(made, decision_id="d-9", application=application))
    decided.dispose()
    assert put_back(folder, url, destroyed) == said
    assert ids(file) == set(DECISIONS)
    assert ids(file.with_name(file.name + ASIDE)) == {*DECISIONS, "d-9"}
    with database.session(decided) as session:
        assert session.get(DecisionRow, "d-9") is None


def test_it_is_put_where_there_is_none(decided: Engine, tmp_path: Path, destroyed: Path) -> None:
    folder, _ = back_up(url_of(decided), destroyed, tmp_path, NOW)
    new = tmp_path / "another" / "machine.db"
    put_back(folder, f"sqlite:///{new}", destroyed)
    assert ids(new) == set(DECISIONS)


def test_the_keys_destroyed_here_and_there_are_known_afterwards_each_once(
    decided: Engine, tmp_path: Path, destroyed: Path
) -> None:
    erasing.enlist(destroyed, ["a", "b"])
    folder, _ = back_up(url_of(decided), destroyed, tmp_path, NOW)
    elsewhere = tmp_path / "elsewhere.txt"
    erasing.enlist(elsewhere, ["b", "c"])
    put_back(folder, f"sqlite:///{tmp_path / 'new.db'}", elsewhere)
    assert erasing.destroyed(elsewhere) == ["b", "c", "a"]


def test_a_database_that_is_in_use_is_not_taken_away(
    decided: Engine, tmp_path: Path, destroyed: Path
) -> None:
    url = url_of(decided)
    folder, _ = back_up(url, destroyed, tmp_path, NOW)
    with decided.connect() as connection:
        connection.exec_driver_sql("select 1 from decisions").all()
        with pytest.raises(Refused) as caught:
            put_back(folder, url, destroyed)
    refused(caught, "database-in-use")
    assert ids(backup.file_of(url)) == set(DECISIONS)


@pytest.mark.parametrize("damage", ["changed", "cut", "no word", "no folder"])
def test_a_damaged_backup_is_not_put_back(
    decided: Engine, tmp_path: Path, destroyed: Path, damage: str
) -> None:
    folder, _ = back_up(url_of(decided), destroyed, tmp_path, NOW)
    kept = folder / DATABASE
    if damage == "changed":
        kept.write_bytes(kept.read_bytes()[:-1] + b"x")
    elif damage == "cut":
        kept.unlink()
    elif damage == "no word":
        (folder / SAID).write_text("{}", encoding="utf-8")
    asked = folder / "none" if damage == "no folder" else folder
    with pytest.raises(BadInput) as caught:
        put_back(asked, f"sqlite:///{tmp_path / 'new.db'}", destroyed)
    refused(caught, "bad-backup")
    assert not (tmp_path / "new.db").exists()


def test_where_it_cannot_be_written_nothing_is_left(
    decided: Engine, tmp_path: Path, destroyed: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable) as caught:
        back_up(url_of(decided), destroyed, tmp_path / "file" / "below", NOW)
    refused(caught, "cannot-write")
    again = tmp_path / "twice"
    back_up(url_of(decided), destroyed, again, NOW)
    with pytest.raises(Unavailable):
        back_up(url_of(decided), destroyed, again, NOW)
    assert [entry.name for entry in again.iterdir() if entry.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("url", "code"),
    [("postgresql://db/lumbung", "not-sqlite"), ("sqlite:////no/such.db", "no-database")],
)
def test_what_it_cannot_copy_it_says(url: str, code: str, tmp_path: Path, destroyed: Path) -> None:
    with pytest.raises(BadInput) as caught:
        back_up(url, destroyed, tmp_path, NOW)
    refused(caught, code)
