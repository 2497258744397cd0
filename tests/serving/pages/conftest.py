"""A service that listens, with a decision of each kind in it, and the system's own Chromium."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine

from audit.decision import Decision
from lumbung.screenshots import CHROMIUM
from models.risk import RiskModel
from serving.access import links
from serving.access.links import Issued
from serving.app import create_app
from serving.applications import cases
from serving.settings import Settings
from serving.store import database
from tests.audit.cases import NOW
from tests.conftest import program
from tests.serving.cases import keep, service_of, started
from tests.serving.conftest import Known
from tests.serving.pages.cases import decisions


@dataclass(frozen=True)
class Site:
    """A service that listens, and its database."""

    url: str
    engine: Engine

    def issue(self, decision_id: str) -> Issued:
        """Make a link to a decision."""
        return links.issue(self.engine, decision_id, NOW)


@dataclass(frozen=True)
class Visitor:
    """Somebody with a client, a way in and its secret.

    Args:
        client: of the service; follows no redirection.
        way: the address and the secret.
        secret: the name of the field that takes it.
    """

    client: TestClient
    way: Issued
    secret: str = "code"

    def enter(self) -> Response:
        """Send the secret."""
        return self.send("", {self.secret: self.way.code})

    def read(self, under: str = "", lang: str = "id") -> Response:
        """Read a page."""
        return self.client.get(self.way.url_path + under, params={"lang": lang})

    def send(self, under: str, fields: Mapping[str, str], lang: str = "id") -> Response:
        """Send a form."""
        return self.client.post(
            self.way.url_path + under, params={"lang": lang}, data=fields, follow_redirects=False
        )

    def act(self, under: str, lang: str = "id", on: str = "", **fields: str) -> Response:
        """Send a form with the mark that stands on a page."""
        mark = re.search(r'name="mark" value="(\w+)"', self.read(on, lang).text)
        assert mark
        return self.send(under, {"mark": mark[1], **fields}, lang)


@pytest.fixture
def settings(home: Path, url: str) -> Settings:
    """Return settings of a service whose rules decide: pages only show what was decided."""
    return Settings(
        environment="development", home=home, database_url=url, mlflow_uri="", scorer="rules"
    )


@pytest.fixture(scope="session")
def kinds(model: RiskModel) -> tuple[Decision, ...]:
    """Return a decision of each kind."""
    return decisions(model)


@pytest.fixture
def client(settings: Settings, kinds: tuple[Decision, ...]) -> Iterator[TestClient]:
    """Return a client of a service with a decision of each kind."""
    with started(settings) as client:
        assert isinstance(client.app, FastAPI)
        fill(service_of(client.app).engine, kinds)
        yield client


def fill(engine: Engine, kinds: tuple[Decision, ...]) -> None:
    """Put decisions into a database, with the case of one that goes to a person."""
    for decision in kinds:
        keep(engine, decision)
        if decision.result.kind == "human_review":
            with database.session(engine) as session, session.begin():
                cases.review(session, decision)


@pytest.fixture
def engine(client: TestClient) -> Engine:
    """Return the database of the service that `client` speaks to."""
    assert isinstance(client.app, FastAPI)
    return service_of(client.app).engine


@pytest.fixture
def visit(client: TestClient, engine: Engine) -> Callable[[str], Visitor]:
    """Return how an applicant comes in: by the name of their decision."""

    def came(decision_id: str) -> Visitor:
        visitor = Visitor(client, links.issue(engine, decision_id, NOW))
        assert visitor.enter().status_code == 303
        return visitor

    return came


@pytest.fixture
def officer(client: TestClient, known: Known) -> Visitor:
    """Return an officer of the partner called granary, signed in."""
    key = known.granary["Authorization"].removeprefix("Bearer ")
    officer = Visitor(client, Issued("/staff", key, NOW), secret="key")
    assert officer.enter().status_code == 303
    return officer


@pytest.fixture
def site(settings: Settings, kinds: tuple[Decision, ...]) -> Iterator[Site]:
    """Return a service that listens on a free port, its clock at `NOW`."""
    app = create_app(settings)
    service = service_of(app)
    service.now = lambda: NOW
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        fill(service.engine, kinds)
        yield Site(f"http://127.0.0.1:{port}", service.engine)
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return the system's Chromium, or skip; its event loop must end before others' tests."""
    path = program("chromium", "the pages are walked with it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM))
        yield browser
        browser.close()
