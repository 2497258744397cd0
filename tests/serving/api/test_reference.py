"""The page of the API is drawn by files of our own origin, and lets a browser ask no other."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from serving.app import create_app
from serving.settings import Settings

SOURCES = {"'none'", "'self'", "data:"}
"""What a browser may be told of, and no host among them."""


@pytest.fixture(scope="module")
def client() -> TestClient:
    """Return a client of a service outside production, which need not be started for a page."""
    return TestClient(create_app(Settings()))


@pytest.fixture(scope="module")
def page(client: TestClient) -> Response:
    """Return the page."""
    return client.get("/docs")


def test_the_page_names_no_other_origin(page: Response) -> None:
    told = page.headers["Content-Security-Policy"]
    sources = {source for part in told.split("; ") for source in part.split()[1:]}
    assert told.startswith("default-src 'none'; ")
    assert {source for source in sources if not source.startswith("'sha256-")} == SOURCES
    assert "//" not in page.text


def test_every_file_that_the_page_names_is_there(client: TestClient, page: Response) -> None:
    named = re.findall(r'(?:src|href)="(?!data:)([^"]+)"', page.text)
    kinds = [client.get(f"/{name}").headers["Content-Type"].partition(";")[0] for name in named]
    assert kinds == ["text/css", "application/json", "text/javascript"]
