"""The way in by a provider, walked: there, back, the second factor, and out again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from serving.access import coming_back
from serving.settings import Settings
from serving.telling.words import LANGUAGES, wording
from tests.audit.cases import NOW
from tests.serving.cases import service_of, started
from tests.serving.identity import CLIENT, Identity, listening
from tests.serving.pages.test_account import invited, marked, set_up
from tests.serving.pages.test_applicant import said

DATABASES = ("sqlite",)


@pytest.fixture
def there() -> Iterator[Identity]:
    """Return a provider that listens."""
    with listening(NOW) as made:
        yield made


@pytest.fixture
def provided(settings: Settings, there: Identity, tmp_path: Path) -> Settings:
    """Return settings with that provider."""
    secret = tmp_path / "oidc"
    secret.write_text(f"{CLIENT[1]}\n", encoding="utf-8")
    told = {"oidc_issuer": there.url, "oidc_client_id": CLIENT[0], "oidc_secret_file": secret}
    return settings.model_copy(update=told)


@pytest.fixture
def client(provided: Settings) -> Iterator[TestClient]:
    """Return a client of a service with that provider, in which nothing is decided."""
    with started(provided) as client:
        client.follow_redirects = False
        yield client


@pytest.fixture
def engine(client: TestClient) -> Engine:
    """Return its database."""
    assert isinstance(client.app, FastAPI)
    return service_of(client.app).engine


@pytest.fixture
def codes(client: TestClient, engine: Engine, there: Identity) -> list[str]:
    """Set siti's account up, bind it to who is signed in there; return the codes on paper."""
    codes = set_up(client, invited(engine))
    coming_back.bind(engine, "siti", (there.url, "sub", "s-1"), NOW)
    return codes


def gone(client: TestClient, lang: str = "id") -> str:
    """Go to the provider; return the address, here, at which one comes back."""
    answer = client.get("/account/provider", params={"lang": lang})
    assert answer.status_code == 303
    back = urlsplit(httpx2.get(answer.headers["location"]).headers["location"])
    return f"{back.path}?{back.query}"


def refused(client: TestClient, back: str, lang: str = "id", fault: str = "provider_no") -> None:
    """Assert that coming back lets nobody in, and the password is asked for instead."""
    answer = client.get(back)
    host = urlsplit(str(client.app.state.settings.oidc_issuer)).netloc  # type: ignore[attr-defined]
    assert answer.status_code in {401, 503}
    assert wording(lang)["account"][fault].format(host=host) in said(answer.text)
    assert 'name="password"' in answer.text
    assert not {"lumbung-half", "lumbung-staff", "lumbung-trip"} & set(client.cookies)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_and_back_and_in_by_the_second_factor_and_out_again(
    client: TestClient, codes: list[str], there: Identity, lang: str
) -> None:
    words, host = wording(lang)["account"], urlsplit(there.url).netloc
    page = client.get("/account", params={"lang": lang}).text
    assert f'href="/account/provider?lang={lang}"' in page
    assert words["provider_go"].format(host=host) in said(page)
    asked = client.get(gone(client, lang))
    assert words["second_how"] in said(asked.text)
    assert client.get("/staff").status_code == 200
    assert "Siti" not in client.get("/account").text, "who is known is not in yet"
    wrong = client.post("/account/second", params={"lang": lang}, data={"code": "000000"})
    assert (wrong.status_code, words["bad_second"] in said(wrong.text)) == (401, True)
    inside = client.post("/account/second", params={"lang": lang}, data={"code": codes[0]})
    assert (inside.status_code, inside.headers["location"]) == (303, f"/staff?lang={lang}")
    assert "Siti" in client.get("/account").text
    out = client.post("/account/leave", params={"lang": lang}, data=marked(client, "/account"))
    left = client.get(out.headers["location"]).text
    assert words["left"].format(host=host) in said(left)
    assert f"{there.url}/leave?client_id=lumbung" in left
    again = client.post("/account/second", data={"code": codes[1]})
    assert again.status_code == 401, "what was half open is over"


def test_the_cookies_on_the_way_are_out_of_reach_and_each_as_narrow_as_it_can_be(
    client: TestClient, codes: list[str]
) -> None:
    assert codes
    sent = client.get("/account/provider").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Max-Age=600", "Path=/"} <= set(sent.split("; "))
    half = client.get(gone(client)).headers["set-cookie"]
    assert "lumbung-half=" in half
    assert {"HttpOnly", "SameSite=strict", "Max-Age=300"} <= set(half.split(", ")[0].split("; "))


def test_in_production_they_are_of_this_host_and_one_comes_back_under_the_public_address(
    provided: Settings,
) -> None:
    told = {"environment": "production", "public_url": "https://lumbung.example"}
    with started(provided.model_copy(update=told)) as client:
        answer = client.get("/account/provider", follow_redirects=False)
    sent = answer.headers["set-cookie"].split("; ")
    assert sent[0].startswith("__Host-lumbung-trip=id-")
    assert {"HttpOnly", "Secure", "Path=/"} <= set(sent)
    back = dict(parse_qsl(urlsplit(answer.headers["location"]).query))["redirect_uri"]
    assert back == "https://lumbung.example/account/provider/back"


def test_whom_nobody_bound_is_not_let_in_and_no_account_is_made(
    client: TestClient, codes: list[str], there: Identity
) -> None:
    assert codes
    there.person = {"sub": "s-2"}
    refused(client, gone(client))


def test_what_comes_back_without_the_browser_that_left_opens_nothing(
    client: TestClient, codes: list[str]
) -> None:
    assert codes
    back = gone(client)
    client.cookies.clear()
    refused(client, back)
    refused(client, f"{gone(client)}x", fault="provider_no")
    refused(client, "/account/provider/back?error=access_denied&state=x")


def test_an_address_that_was_come_back_to_is_of_no_use_again(
    client: TestClient, codes: list[str]
) -> None:
    assert codes
    back = gone(client)
    trip = client.cookies["lumbung-trip"]
    assert client.get(back).status_code == 200
    client.cookies.clear()
    refused(client, back)
    client.cookies.set("lumbung-trip", trip)
    assert client.get(back).status_code == 401


@pytest.mark.parametrize("lang", LANGUAGES)
def test_while_the_provider_is_away_the_password_still_lets_in(
    client: TestClient, codes: list[str], there: Identity, lang: str
) -> None:
    there.metadata = lambda said: {**said, "issuer": "another"}
    answer = client.get("/account/provider", params={"lang": lang})
    host = urlsplit(there.url).netloc
    assert answer.status_code == 503
    assert wording(lang)["account"]["provider_away"].format(host=host) in said(answer.text)
    form = {"username": "siti", "password": "gabah kering giling 7", "code": codes[0]}
    assert client.post("/account", data=form).status_code == 303


def test_without_a_provider_nothing_speaks_of_one(settings: Settings) -> None:
    with started(settings) as client:
        assert "/account/provider" not in client.get("/account?left=true").text
        assert client.get("/account/provider").status_code == 404
        assert client.get("/account/provider/back?code=x&state=y").status_code == 404
