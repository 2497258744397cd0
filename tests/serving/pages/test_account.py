"""The pages of accounts: from the link that an operator hands over to work, and out again."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from serving.access import accounts, keys
from serving.access.callers import Kind, Scope
from serving.telling.words import LANGUAGES, wording
from tests.audit.cases import NOW
from tests.serving.cases import code_at
from tests.serving.conftest import Known
from tests.serving.pages.test_applicant import said

DATABASES = ("sqlite",)
"""What a page shows and takes is kept by rooms whose own tests run on both."""

PASSWORD = "gabah kering giling 7"


def invited(engine: Engine, kind: Kind = "lender", scopes: tuple[Scope, ...] = ("cases",)) -> str:
    """Return the address at which siti sets her account up."""
    partner_id = "granary" if kind == "lender" else "dinas"
    keys.add_partner(engine, partner_id, partner_id, kind)
    return f"/account/setup/{accounts.add(engine, 'siti', partner_id, 'Siti', NOW, scopes)}"


def set_up(client: TestClient, url: str) -> list[str]:
    """Set the account up with a telephone, and return the codes on paper."""
    secret = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", client.get(url).text)
    assert secret
    code = code_at(secret[0].replace(" ", ""), NOW)
    answer = client.post(url, data={"password": PASSWORD, "code": code})
    assert answer.status_code == 200
    return re.findall(r"<code>([0-9a-f-]+)</code>", answer.text)


def sign_in(client: TestClient, code: str) -> str:
    """Sign in, and return where that leads."""
    form = {"username": "siti", "password": PASSWORD, "code": code}
    answer = client.post("/account", data=form, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def marked(client: TestClient, on: str) -> dict[str, str]:
    """Return the mark that stands on a page."""
    mark = re.search(r'name="mark" value="(\w+)"', client.get(on).text)
    assert mark
    return {"mark": mark[1]}


@pytest.mark.parametrize(
    ("kind", "scope", "work"),
    [("lender", "cases", "/staff"), ("official", "programmes", "/officials")],
)
def test_from_the_link_to_work_and_out_again(
    client: TestClient, engine: Engine, kind: Kind, scope: Scope, work: str
) -> None:
    codes = set_up(client, invited(engine, kind, (scope,)))
    assert len(codes) == 10
    assert sign_in(client, codes[0]) == f"{work}?lang=id"
    assert client.get(work).status_code == 200
    assert "Siti" in client.get("/account").text
    client.post("/account/leave", data=marked(client, "/account"))
    assert "lumbung-staff" not in client.cookies
    assert 'name="password"' in client.get("/account").text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_is_wrong_is_told_so_and_not_what_was_wrong(
    client: TestClient, engine: Engine, lang: str
) -> None:
    set_up(client, invited(engine))
    told = set()
    for username, password in (("siti", "x"), ("nobody", PASSWORD), ("siti", PASSWORD)):
        form = {"username": username, "password": password, "code": "000000"}
        answer = client.post("/account", params={"lang": lang}, data=form)
        assert answer.status_code == 401
        told.add(answer.text)
    (text,) = told
    assert wording(lang)["account"]["bad_sign_in"] in said(text)
    assert "set-cookie" not in answer.headers


def test_a_link_that_is_over_says_so(client: TestClient, engine: Engine) -> None:
    url = invited(engine)
    set_up(client, url)
    answer = client.get(url)
    assert answer.status_code == 404
    assert wording("id")["account"]["missing"] in said(answer.text)


@pytest.mark.parametrize(
    ("password", "code", "fault"),
    [("pendek", "000000", "bad_password"), (PASSWORD, "0000000", "bad_code")],
)
def test_what_is_wrong_with_a_new_password_or_code_is_told(
    client: TestClient, engine: Engine, password: str, code: str, fault: str
) -> None:
    answer = client.post(invited(engine), data={"password": password, "code": code})
    assert answer.status_code in {409, 422}
    assert wording("id")["account"][fault] in said(answer.text)
    assert password not in answer.text


def test_a_new_sign_in_has_a_new_session_and_ends_the_one_before(
    client: TestClient, engine: Engine
) -> None:
    codes = set_up(client, invited(engine))
    sign_in(client, codes[0])
    first = client.cookies["lumbung-staff"]
    sign_in(client, codes[1])
    assert client.cookies["lumbung-staff"] != first
    client.cookies.set("lumbung-staff", first, path="/")
    other = TestClient(client.app, cookies={"lumbung-staff": first})
    assert 'name="password"' in other.get("/account").text


def test_a_session_left_elsewhere_is_ended_from_here(client: TestClient, engine: Engine) -> None:
    assert isinstance(client.app, FastAPI)
    codes, elsewhere = set_up(client, invited(engine)), TestClient(client.app)
    sign_in(elsewhere, codes[0])
    sign_in(client, codes[1])
    page = client.get("/account").text
    (name,) = re.findall(r'name="name" value="(\w+)"', page)
    client.post("/account/sessions", data={**marked(client, "/account"), "name": name})
    assert 'name="password"' in elsewhere.get("/account").text
    assert client.get("/staff").status_code == 200


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_password_is_changed_on_ones_own_page(
    client: TestClient, engine: Engine, lang: str
) -> None:
    codes, words = set_up(client, invited(engine)), wording(lang)["account"]
    sign_in(client, codes[0])
    mark = marked(client, "/account")
    form = {**mark, "password": PASSWORD, "new": "jerami basah 99", "code": codes[1]}
    url = f"/account/password?lang={lang}"
    for wrong, status, fault in (
        ({"new": "password1234"}, 422, "bad_password"),
        ({"password": "x"}, 401, "bad_change"),
        ({"code": codes[0]}, 401, "bad_change"),
    ):
        answer = client.post(url, data={**form, **wrong})
        assert (answer.status_code, words[fault] in said(answer.text)) == (status, True)
        assert "jerami" not in answer.text
    assert words["changed"] in said(client.post(url, data=form).text)
    client.post("/account/leave", data=mark)
    again = {"username": "siti", "password": "jerami basah 99", "code": codes[2]}
    assert client.post("/account", data=again, follow_redirects=False).status_code == 303


def test_who_is_inside_by_a_key_has_no_password_to_change(client: TestClient, known: Known) -> None:
    key = known.granary["Authorization"].removeprefix("Bearer ")
    client.post("/staff", data={"key": key})
    assert "/account/password" not in client.get("/account").text
    form = {"password": PASSWORD, "new": "jerami basah 99", "code": "000000"}
    answer = client.post("/account/password", data={**marked(client, "/account"), **form})
    assert answer.status_code == 401


def test_nobody_does_on_a_page_what_their_scopes_do_not_say(
    client: TestClient, engine: Engine
) -> None:
    codes = set_up(client, invited(engine, scopes=("products",)))
    sign_in(client, codes[0])
    assert client.get("/staff/products").status_code == 200
    assert client.get("/staff").status_code == 403
    assert client.get("/staff/cases/x").status_code == 403
