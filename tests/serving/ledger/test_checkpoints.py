"""A checkpoint tells where the ledger ended, and nobody can change it without its key."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from features.errors import BadInput, Refused
from serving.ledger.checkpoints import public_key, read, take
from serving.ledger.entering import HEAD, enter
from serving.settings import Settings
from serving.store import database
from serving.tables import HeadRow
from tests.audit.cases import NOW
from tests.training.cases import refused


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(environment="development", home=tmp_path, master_key_file=None)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """Return a database with one entry in its ledger."""
    engine = database.connect(settings.database)
    database.migrate(engine)
    with database.writing(engine) as session:
        enter(session, "champion", "7", "f" * 64, NOW)
    yield engine
    engine.dispose()


def test_it_tells_where_the_ledger_ends_and_is_read_by_its_key(
    engine: Engine, settings: Settings
) -> None:
    made = take(engine, settings, NOW)
    with database.session(engine) as session:
        head = tuple(session.execute(HEAD).one())
    assert (made.number, made.at, made.key) == (1, NOW.isoformat(), public_key(settings))
    assert read(made.model_dump_json(), made.key) == head == (made.number, made.hash)


def test_the_key_is_made_once_for_its_owner_alone(engine: Engine, settings: Settings) -> None:
    key = take(engine, settings, NOW).key
    assert take(engine, settings, NOW).key == key
    assert stat.S_IMODE(settings.ledger_key.stat().st_mode) == 0o600


@pytest.mark.parametrize("changed", [{"number": 2}, {"hash": "e" * 64}, {"at": "2026-11-25"}])
def test_whatever_is_changed_in_it_is_found(
    engine: Engine, settings: Settings, changed: dict[str, object]
) -> None:
    made = take(engine, settings, NOW)
    with pytest.raises(Refused) as caught:
        read(json.dumps(made.model_dump() | changed), made.key)
    refused(caught, "checkpoint-forged")


def test_what_another_signed_is_found(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    other = settings.model_copy(update={"master_key_file": tmp_path / "other" / "master.key"})
    forged = take(engine, other, NOW)
    with pytest.raises(Refused) as caught:
        read(forged.model_dump_json(), public_key(settings))
    refused(caught, "checkpoint-forged")


@pytest.mark.parametrize(
    ("text", "key"), [("{}", None), ("rice", None), (None, "rice"), (None, "")]
)
def test_what_is_no_checkpoint_or_no_key_is_refused(
    engine: Engine, settings: Settings, text: str | None, key: str | None
) -> None:
    made = take(engine, settings, NOW)
    with pytest.raises(BadInput) as caught:
        read(made.model_dump_json() if text is None else text, made.key if key is None else key)
    refused(caught, "bad-checkpoint")


def test_a_ledger_that_does_not_end_where_it_should_is_not_signed(
    engine: Engine, settings: Settings
) -> None:
    with database.writing(engine) as session:
        session.execute(update(HeadRow).values(hash="e" * 64))
    with pytest.raises(Refused) as caught:
        take(engine, settings, NOW)
    refused(caught, "ledger-cut")
