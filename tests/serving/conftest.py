"""A store with a champion and a database with two partners, made once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from audit.decide import decide
from audit.decision import Decision
from models.risk import RiskModel
from serving import database
from serving.keys import issue_key
from serving.sealed import unlock
from serving.settings import Settings
from tests.audit.cases import APPLICATION, STAMP, history, records_of, rules
from tests.serving.cases import DECISIONS, MASTER, MASTER_KEY, bearer, keep, started
from tests.training import cases
from training.tracking import Tracker


@dataclass(frozen=True)
class Known:
    """A database whose schema is in force, and the headers of its two partners."""

    file: Path
    granary: dict[str, str]
    mill: dict[str, str]


@pytest.fixture(scope="session")
def store(base: Path) -> Path:
    """Return the SQLite file of an MLflow store with a champion; nobody changes it."""
    file = Path(shutil.copy(cases.trained_store(base)[0], base / "champion-mlflow.db"))
    Tracker(f"sqlite:///{file}", base / "none").promote(1)
    return file


@pytest.fixture(scope="session")
def known(base: Path) -> Known:
    """Return the database that each test gets a copy of."""
    file = base / "lumbung.db"
    engine = database.connect(f"sqlite:///{file}")
    database.migrate(engine)
    granary = issue_key(engine, "granary", "Granary", person="ani")
    mill = issue_key(engine, "mill", "Mill", person="ani")
    engine.dispose()
    return Known(file, bearer(granary), bearer(mill))


@pytest.fixture(scope="session")
def made(model: RiskModel) -> Decision:
    """Return a decision of the audit's cases, with the records that speak for it."""
    return decide(APPLICATION, records_of(history()), rules(model), STAMP)


@pytest.fixture
def decided(known: Known, made: Decision, tmp_path: Path) -> Iterator[Engine]:
    """Return a database with `DECISIONS`: the same application, at one partner and at another."""
    file = shutil.copy(known.file, tmp_path / "decided.db")
    engine = unlock(database.connect(f"sqlite:///{file}"), MASTER)
    for name, partner_id in zip(DECISIONS, ("granary", "mill"), strict=True):
        keep(engine, replace(made, decision_id=name, partner_id=partner_id))
    yield engine
    engine.dispose()


@pytest.fixture
def unlocked(known: Known, tmp_path: Path) -> Iterator[Engine]:
    """Return a database in which nothing is kept yet, and what is may be sealed."""
    file = shutil.copy(known.file, tmp_path / "unlocked.db")
    engine = unlock(database.connect(f"sqlite:///{file}"), MASTER)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def granary(known: Known) -> dict[str, str]:
    """Return the headers of the partner called granary."""
    return known.granary


@pytest.fixture(scope="session")
def mill(known: Known) -> dict[str, str]:
    """Return the headers of another partner."""
    return known.mill


def settings_of(home: Path, store: Path, known: Known) -> Settings:
    """Return settings of a service in *home*, with a copy of the database."""
    home.mkdir()
    shutil.copy(known.file, home / "lumbung.db")
    (home / "master.key").write_text(MASTER_KEY)
    return Settings(
        environment="development",
        home=home,
        database_url="",
        mlflow_uri=f"sqlite:///{store}",
        products=None,
        offer_examples=True,
        rate_per_second=10**6,
        rate_per_minute=10**6,
        rate_address_per_minute=10**6,
    )


@pytest.fixture
def settings(tmp_path: Path, store: Path, known: Known) -> Settings:
    return settings_of(tmp_path / "home", store, known)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    """Return a client of a service that has decided nothing yet."""
    with started(settings) as client:
        yield client


@pytest.fixture
def app(client: TestClient) -> FastAPI:
    """Return the application that `client` speaks to."""
    assert isinstance(client.app, FastAPI)
    return client.app


@pytest.fixture
def file(settings: Settings) -> Path:
    """Return the SQLite file of the service that `client` speaks to."""
    return settings.home / "lumbung.db"


@pytest.fixture(scope="session")
def shared(base: Path, store: Path, known: Known) -> Iterator[TestClient]:
    """Return a client of one service for all generated requests of this test run."""
    with started(settings_of(base / "shared", store, known)) as client:
        yield client
