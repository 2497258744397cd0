"""A store with a champion and a database with two partners, made once and copied for each test.

What touches the database runs on SQLite and on PostgreSQL in turn (`url`). A module for which one
is enough says so by its `DATABASES`, a test by `ON_SQLITE` or `ON_POSTGRESQL`.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, delete, insert, make_url, select

from audit.decide import decide
from audit.decision import Decision
from benchmarks import postgresql
from benchmarks.postgresql import Cluster
from models.risk import RiskModel
from serving.access.keys import issue_key
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlock
from serving.tables import Base
from tests.audit.cases import APPLICATION, STAMP, history, records_of, rules
from tests.conftest import lacking
from tests.serving.cases import DECISIONS, MASTER, MASTER_KEY, bearer, keep, started
from tests.serving.traces import traced
from tests.training import cases
from training.tracking import Tracker

DATABASES = ("sqlite", "postgresql")

ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""For tests of what does not depend on the database, or of SQLite itself."""

ON_POSTGRESQL = pytest.mark.parametrize("url", ["postgresql"], indirect=True)
"""For tests of PostgreSQL itself."""

NAMES = (f"test_{number}" for number in itertools.count())
"""Of databases in the cluster."""


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


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return a PostgreSQL for the tests of this process."""
    folder = postgresql.programs() or lacking("PostgreSQL is not installed: apt or the dev extra")
    with postgresql.cluster(folder, durable=False) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def template(cluster: Cluster, known: Known) -> str:
    """Return the name of a database in PostgreSQL with the very rows of `known`."""
    there = database.connect(cluster.create("known"))
    database.migrate(there)
    here = database.connect(f"sqlite:///{known.file}")
    with here.connect() as source, there.begin() as target:
        for table in reversed(Base.metadata.sorted_tables):
            target.execute(delete(table))  # of what the migrations put there
        for table in Base.metadata.sorted_tables:
            for row in source.execute(select(table)).mappings():
                target.execute(insert(table).values(**row))
    here.dispose()
    there.dispose()
    return "known"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder for all that a service keeps on disk, with its master key."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "master.key").write_text(MASTER_KEY)
    return home


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let a test that uses a database run once on each."""
    said = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    if "url" in metafunc.fixturenames and not any("url" in names for names in said):
        databases = getattr(metafunc.module, "DATABASES", DATABASES)
        metafunc.parametrize("url", databases, indirect=True)


@pytest.fixture
def file(url: str) -> Path:
    """Return the file of a database in SQLite; its test is `ON_SQLITE`."""
    return Path(str(make_url(url).database))


@pytest.fixture
def url(request: pytest.FixtureRequest, home: Path, known: Known) -> Iterator[str]:
    """Return the URL of a copy of `known`, which nobody else uses."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(known.file, home / 'lumbung.db')}"
        return
    cluster, name = request.getfixturevalue("cluster"), next(NAMES)
    yield cluster.create(name, request.getfixturevalue("template"))
    cluster.drop(name)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Return a database without decisions."""
    engine = unlock(database.connect(url), MASTER)
    yield engine
    engine.dispose()


@pytest.fixture
def decided(url: str, made: Decision) -> Iterator[Engine]:
    """Return a database with `DECISIONS`: the same application, at one partner and at another."""
    engine = unlock(database.connect(url), MASTER)
    for name, partner_id in zip(DECISIONS, ("granary", "mill"), strict=True):
        keep(engine, replace(made, decision_id=name, partner_id=partner_id))
    yield engine
    engine.dispose()


@pytest.fixture
def unlocked(engine: Engine) -> Engine:
    """Return a database in which nothing is kept yet, and what is may be sealed."""
    return engine


@pytest.fixture
def blank(engine: Engine) -> Engine:
    """Return a database in force in which nothing was ever done."""
    database.migrate(engine, "base")
    database.migrate(engine)
    return engine


@pytest.fixture
def full(decided: Engine, known: Known, model: RiskModel) -> Engine:
    """Return the same with a trace of both in every table about a person."""
    traced(decided, known.granary["Authorization"].removeprefix("Bearer "), model)
    return decided


@pytest.fixture(scope="session")
def granary(known: Known) -> dict[str, str]:
    """Return the headers of the partner called granary."""
    return known.granary


@pytest.fixture(scope="session")
def mill(known: Known) -> dict[str, str]:
    """Return the headers of another partner."""
    return known.mill


def settings_of(home: Path, store: Path, url: str) -> Settings:
    """Return settings of a service in *home* with a database."""
    return Settings(
        environment="development",
        home=home,
        database_url=url,
        mlflow_uri=f"sqlite:///{store}",
        products=None,
        offer_examples=True,
        rate_per_second=10**6,
        rate_per_minute=10**6,
        rate_address_per_minute=10**6,
    )


@pytest.fixture
def settings(home: Path, store: Path, url: str) -> Settings:
    return settings_of(home, store, url)


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


@pytest.fixture(scope="session")
def shared(base: Path, store: Path, known: Known) -> Iterator[TestClient]:
    """Return a client of one service for all generated requests of this test run."""
    home = base / "shared"
    home.mkdir()
    (home / "master.key").write_text(MASTER_KEY)
    url = f"sqlite:///{shutil.copy(known.file, home / 'lumbung.db')}"
    with started(settings_of(home, store, url)) as client:
        yield client
