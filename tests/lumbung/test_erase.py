"""``lumbung erase``, ``retention``, ``backup`` and ``restore``, as an operator gives them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from models.risk import RiskModel
from serving.access.keys import issue_key
from serving.applications.cases import ask_for_person
from serving.business import businesses, consents
from serving.business.records import Whose
from serving.reading.request import Business
from serving.service import Service
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlocked
from serving.tables import BusinessKey
from tests.audit.cases import NOW, rules
from tests.lumbung.conftest import Lumbung
from tests.serving.cases import asked

BUSINESS = asked().business_id


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    """Return the database in the home folder, with a partner."""
    engine = unlocked(Settings(environment="development", home=home))
    database.migrate(engine)
    issue_key(engine, "granary", "Granary")
    yield engine
    engine.dispose()


@pytest.fixture
def made(engine: Engine, model: RiskModel) -> str:
    """Return a decision in the home's database."""
    service = Service(engine, functools.partial(replace, rules(model)), lambda: NOW)
    return service.decide(asked(), "granary").decision_id


def there(engine: Engine) -> list[str | None]:
    """Return the businesses whose keys are there."""
    with database.session(engine) as session:
        asked_for = select(BusinessKey.business_id).where(BusinessKey.wrapped.is_not(None))
        return list(session.scalars(asked_for))


@pytest.mark.usefixtures("made")
def test_a_business_is_erased(lumbung: Lumbung, engine: Engine, home: Path) -> None:
    told = lumbung("erase", "granary", BUSINESS, "--json").json()
    assert told["decisions"] == 1
    assert there(engine) == []
    assert (home / "destroyed-keys.txt").read_text("ascii") == f"{told['erasure']}\n"
    assert lumbung("ledger", "verify").status == 0
    again = lumbung("erase", "granary", BUSINESS)
    assert (again.status, again.stderr.splitlines()[0]) == (1, "no-business")


def test_while_the_owners_case_is_open_only_they_can_ask(
    lumbung: Lumbung, engine: Engine, made: str
) -> None:
    ask_for_person(engine, made, "", NOW)
    refused = lumbung("erase", "granary", BUSINESS)
    assert (refused.status, refused.stderr.splitlines()[0]) == (3, "retention-lock")
    ended = lumbung("erase", "granary", BUSINESS, "--owner")
    assert ended.stdout.startswith("erased; 1 decisions can no longer be read (erasure ")


def test_what_was_kept_long_enough_goes(lumbung: Lumbung, engine: Engine) -> None:
    whose, long_ago = Whose("granary", BUSINESS), datetime(2020, 1, 1, tzinfo=UTC)
    with database.writing(engine) as session:
        businesses.put(session, whose, Business(), long_ago, long_ago)
        consents.end(session, whose, consents.ALL, long_ago, long_ago)
    dry = lumbung("retention", "--dry-run")
    assert dry.stdout.startswith("1 businesses would be erased, 0 have to be kept still")
    assert there(engine) == [BUSINESS]
    told = lumbung("retention", "--json").json()
    counts = {"businesses": 1, "locked": 0, "links": 0, "sessions": 0, "accesses": 0}
    assert told == {"dry_run": False, **counts, "uploads": 0, "jobs": 0}
    assert there(engine) == []


@pytest.mark.usefixtures("made")
def test_a_backup_put_back_is_what_it_was_but_for_who_was_erased_since(
    lumbung: Lumbung, engine: Engine, model: RiskModel, tmp_path: Path
) -> None:
    made = lumbung("backup", "--out", tmp_path / "backups", "--json")
    told = made.json()
    assert (told["decisions"], told["entries"] > 0) == (1, True)
    assert "The master key is not in it" in made.stderr
    lumbung("erase", "granary", BUSINESS)
    service = Service(engine, functools.partial(replace, rules(model)), lambda: NOW)
    service.decide(asked(business_id="b-late", application_id="a-late"), "granary")
    engine.dispose()
    restored = lumbung("restore", told["folder"])
    assert restored.stdout == "1 businesses erased again\n"
    assert "Restored what was kept on" in restored.stderr
    assert there(engine) == []
    assert lumbung("restore").stdout == "0 businesses erased again\n"
    assert lumbung("ledger", "verify").status == 0


@pytest.mark.usefixtures("made")
def test_while_the_service_runs_nothing_is_put_back(
    lumbung: Lumbung, engine: Engine, tmp_path: Path
) -> None:
    folder = lumbung("backup", "--out", tmp_path, "--json").json()["folder"]
    with engine.connect() as connection:
        connection.exec_driver_sql("select 1 from decisions").all()
        refused = lumbung("restore", folder)
    assert refused.status == 3
    assert refused.stderr.startswith(f"database-in-use in {engine.url.database}\n")
