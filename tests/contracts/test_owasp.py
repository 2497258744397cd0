"""What OWASP asks of an API and of its pages, each shown; docs/security.md names the tests."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient

from models.risk import RiskModel
from serving.access.keys import issue_key
from serving.access.sessions import Session, cookie, staff_cookie
from serving.api.bodies import MOST_OF_FORM
from serving.settings import Settings
from tests.audit.cases import NOW
from tests.conftest import ROOT
from tests.contracts.tenants import MINE, World, world
from tests.contracts.test_isolation import PLACES, Asked, Place, changed, kind_of, mine_of, well
from tests.serving.cases import bearer, service_of, started, terms

PAGE: Final = (ROOT / "docs/security.md").read_text(encoding="utf-8")
ITEMS: Final = re.findall(
    r"^\| (API\d+|V[\d.]+) [^|]+\|[^|]+\| `([\w/.]+)::(\w+)` \|$", PAGE, re.MULTILINE
)
"""Item, file and test."""

TOP_TEN: Final = {f"API{number}" for number in range(1, 11)}
CHAPTERS: Final = {"V3", "V6", "V7", "V8", "V9", "V10", "V11", "V14"}
"""Of ASVS: front end, authentication, sessions, authorization, tokens, a provider, keeping
passwords, copies."""

READING: Final = [one for one in PLACES if one[0] == "GET" and one[1] != "/metrics"]


@pytest.fixture(scope="module")
def here(model: RiskModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return a service with two lenders and two offices."""
    with world(tmp_path_factory.mktemp("owasp") / "home", model) as made:
        yield made


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of a new installation in production."""
    home = Path(tmp_path_factory.mktemp("production"))
    (home / "master-key").write_text(base64.b64encode(b"m" * 32).decode() + "\n", encoding="ascii")
    settings = Settings(
        environment="production",
        home=home,
        database_url="",
        mlflow_uri="",
        scorer="rules",
        master_key_file=home / "master-key",
        public_url="https://lumbung.example",
    )
    with started(settings) as client:
        yield client


def test_every_item_is_shown_by_a_test_that_there_is() -> None:
    for _, file, name in ITEMS:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), name
    met = PAGE.partition("## Known not to be met")[0]
    assert len(ITEMS) == len(re.findall(r"^\| (?:API|V)\d", met, re.MULTILINE))


def test_all_of_the_top_ten_and_every_chapter_stand_there() -> None:
    named = {item for item, _, _ in ITEMS}
    assert {item for item in named if item.startswith("API")} == TOP_TEN
    assert {item.split(".")[0] for item in named - TOP_TEN} == CHAPTERS


@pytest.mark.parametrize(
    "path",
    [
        "/account",
        "/health/live",
        "/openapi.json",
        "/v1/cases",
        "/nowhere",
        "/p/x",
        "/staff/cases/x",
    ],
)
def test_every_answer_tells_the_browser_what_it_may(production: TestClient, path: str) -> None:
    answer = production.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert {"default-src 'none'", "object-src 'none'", "base-uri 'none'"} <= set(policy.split("; "))
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    expected = {
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
    }
    assert {name: answer.headers.get(name) for name in expected} == expected
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_demonstration_does_not_speak_of_https(here: World) -> None:
    assert "Strict-Transport-Security" not in here.client.get("/health/live").headers


def test_cookies_in_production_are_of_this_host_and_out_of_reach() -> None:
    opened = Session("t" * 43, NOW)
    for made, prefix, path in (
        (staff_cookie(opened, secure=True), "__Host-", "/"),
        (cookie(opened, "/p/x", secure=True), "__Secure-", "/p/x"),
    ):
        response = Response()
        response.set_cookie(**made)
        said = response.headers["set-cookie"].split("; ")
        assert said[0].startswith(prefix)
        assert {"HttpOnly", "SameSite=strict", "Secure", f"Path={path}"} <= set(said)


def test_a_new_installation_lets_nobody_in(production: TestClient) -> None:
    for username in ("admin", "root", "lumbung"):
        form = {"username": username, "password": username, "code": "000000"}
        assert production.post("/account", data=form).status_code == 401
    assert production.get("/v1/cases", headers=bearer("lbg_0_0")).status_code == 401


def test_no_key_opens_a_page_in_production_and_no_script_is_there(production: TestClient) -> None:
    for home in ("/staff", "/officials"):
        answer = production.get(home, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account?lang=id")
    for path in ("/docs", "/docs/swagger-ui-bundle.js"):
        assert production.get(path).status_code == 404


def test_a_field_that_is_not_declared_is_refused(here: World) -> None:
    asked = {"person": "siti", "scopes": ["read"], "partner_id": "mill"}
    answer = here.client.post("/v1/keys", json=asked, headers=bearer(here.key("granary")))
    assert (answer.status_code, answer.json()["faults"][0]["where"]) == (422, "body/partner_id")


def test_a_body_without_end_is_refused(here: World) -> None:
    form = {"username": "x" * (MOST_OF_FORM + 1), "password": "x", "code": "x"}
    assert here.client.post("/account", data=form).status_code == 413


def test_nobody_verifies_what_they_proposed(here: World) -> None:
    with here.restored():
        key = bearer(here.key("granary"))
        here.client.put("/v1/products/baru", json=terms(), headers=key)
        answer = here.client.post("/v1/products/baru/versions/1/verify", headers=key)
    assert (answer.status_code, answer.json()["code"]) == (403, "same-person")


@pytest.mark.parametrize(
    "url", ["http://hook.example/x", "https://127.0.0.1/x", "https://169.254.169.254/latest"]
)
def test_a_webhook_leads_nowhere_inside(production: TestClient, url: str) -> None:
    assert isinstance(production.app, FastAPI)
    key = bearer(issue_key(service_of(production.app).engine, "granary", "Granary"))
    asked = {"url": url, "events": ["decision.made"]}
    assert production.post("/v1/webhooks", json=asked, headers=key).status_code == 422


@pytest.mark.parametrize("place", READING, ids=" ".join)
def test_reading_changes_nothing(here: World, place: Place) -> None:
    """But that a case has been seen, who looked at whom, and the day a key was used."""
    api = place[1].startswith("/v")
    key, mine = bearer(here.key(MINE[kind_of(place)])), mine_of(here, place)
    with here.restored():
        before = here.rows()
        asked = Asked(here, place)
        answer = asked.with_key(key) if api else asked.on_page(mine.token)
        differs = changed(here, before)
    assert well(answer), (place, answer.text[:300])
    assert set(differs) <= {"cases", "accesses"}
