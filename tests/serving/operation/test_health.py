"""A worker says whether it can decide, in bounded time, and starts before the database does."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event, text

from features.errors import Unavailable
from serving.operation import health
from serving.settings import Settings
from serving.store import database
from tests.serving.cases import APPLICATIONS, body, service_of, started
from tests.serving.conftest import ON_SQLITE
from tests.serving.test_app import READY, unavailable

ONLY_READ = {"sqlite": "PRAGMA query_only=ON", "postgresql": "SET TRANSACTION READ ONLY"}
"""Dialect → what lets a connection change nothing, said as it is taken."""


def test_a_schema_of_another_release_is_not_ready(client: TestClient, app: FastAPI) -> None:
    said = text("UPDATE alembic_version SET version_num = :number")
    engine = service_of(app).engine
    for number, status in (("0003", 503), (database.HEAD, 200)):
        with engine.begin() as connection:
            connection.execute(said, {"number": number})
        assert client.get(READY).status_code == status
        if status == 503:
            unavailable(client.get(READY), "other-schema")


def test_a_database_that_takes_nothing_is_not_ready(client: TestClient, app: FastAPI) -> None:
    assert client.get(READY).status_code == 200
    with only_read(service_of(app).engine):
        unavailable(client.get(READY), "database-away")
    assert client.get(READY).status_code == 200


@contextlib.contextmanager
def only_read(engine: Engine) -> Iterator[None]:
    """Let the database be read only."""

    def taken(connection: Any, record: Any, proxy: Any) -> None:
        del record, proxy
        connection.execute(ONLY_READ[engine.dialect.name])

    event.listen(engine, "checkout", taken)
    yield
    event.remove(engine, "checkout", taken)
    engine.dispose()


def test_who_cannot_tell_in_time_is_not_ready(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "SECONDS", 0.01)
    service, go_on = service_of(app), threading.Event()

    def stuck() -> NoReturn:
        go_on.wait(60)
        raise Unavailable(found="none", expected="one", hint="Wait.", code="no-champion")

    monkeypatch.setattr(service, "in_force", stuck)
    unavailable(client.get(READY), "not-ready")
    assert client.get("/health/live").json() == {"status": "live"}
    go_on.set()


@ON_SQLITE
def test_a_service_whose_database_is_away_at_its_start_is_ready_when_it_comes(
    settings: Settings, granary: dict[str, str]
) -> None:
    home = settings.home
    (home / "lumbung.db").rename(home / "elsewhere.db")
    (home / "lumbung.db").mkdir()
    with started(settings) as client:
        unavailable(client.get(READY), "database-away")
        assert client.get("/health/live").status_code == 200
        (home / "lumbung.db").rmdir()
        (home / "elsewhere.db").rename(home / "lumbung.db")
        assert client.get(READY).status_code == 200
        assert client.post(APPLICATIONS, json=body(), headers=granary).status_code == 201
