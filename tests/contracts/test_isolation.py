"""Whoever may not, cannot: every route beside everyone who is to be kept out of it.

The routes are those of the application itself. For each, the matrix makes the request of its owner,
and then the same of everyone else; what is refused tells nothing of the owner and changes nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from httpx2 import Response

from lumbung.documents import description
from models.risk import RiskModel
from serving.access import keys, sessions
from serving.access.callers import SCOPES, Kind, Scope
from serving.access.sessions import Session
from serving.api.problems import MEDIA_TYPE
from serving.applications import decisions
from serving.tables import DecisionRow
from tests.audit.cases import NOW
from tests.contracts.tenants import (
    BUSINESS,
    DECISION,
    MINE,
    OTHER,
    WROTE,
    Rows,
    World,
    number,
    world,
)
from tests.contracts.test_routes import ANY, GUARDS, PUBLIC
from tests.serving.cases import bearer

DOCUMENT: Final = description()["paths"]
ELSEWHERE: Final = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
)
"""What a browser says of a form that another site made it send."""

FORMS: Final = {
    "/p/{link}": {"code": "00000000"},
    "/p/{link}/correction": {"source": "bills", "wrote": "Salah."},
    "/staff": {"key": "lbg_x_y"},
    "/officials": {"key": "lbg_x_y"},
    "/account": {"username": "budi", "password": "x", "code": "000000"},
    "/account/sessions": {"name": "x"},
    "/account/password": {"password": "x", "new": "pendek", "code": "000000"},
    "/account/second": {"code": "000000"},
    "/account/setup/{token}": {"password": "gabah kering giling", "code": "0000000"},
    "/staff/cases/{case_id}": {"outcome": "lend", "reason_code": "V04", "officer": "o7"},
    "/staff/products": {"name": "seed", "terms": "{}"},
    "/staff/products/{product_id}/verify": {"number": "2"},
    "/staff/products/{product_id}/budgets": {"programme_id": "batang", "at_most": "1000000"},
    "/staff/products/{product_id}/budgets/verify": {"programme_id": "batang", "number": "2"},
    "/officials/programmes/{programme_id}/verify": {"number": "2"},
}
"""Page → what its form sends beside the mark; none of these where it is not listed."""

SHARED: Final = {
    ("GET", "/v1/programmes/{programme_id}/budgets"): 200,
    ("GET", "/v1/products/{product_id}/versions"): 200,
    ("GET", "/v1/programmes/{programme_id}/versions"): 200,
    ("GET", "/v1/editions/{edition}"): 200,
    ("PUT", "/v1/products/{product_id}"): 403,
    ("PUT", "/v1/programmes/{programme_id}"): 409,
}
"""What is asked for by the id of something that others may know of, or name → the answer to them.

Editions are for every office. Of a programme that is open every lender sees its own part; of what
is not theirs there are no versions; a name is unique over all partners.
"""

EVERYBODYS: Final = {
    *(("POST", f"/{pages}/leave") for pages in ("p/{link}", "staff", "officials", "account")),
    ("POST", "/account/sessions"),
    ("POST", "/account/password"),
    ("GET", "/staff/products"),
    ("POST", "/staff/products"),
    *(place for place in GUARDS if place[1].startswith("/officials/editions")),
}
"""Pages about whoever is inside: another sees what is their own."""

NOBODYS: Final = {"ledger_head", "rule_parts", "accesses"}
"""Tables of the installation: the ledger's end, of what decisions are made, and who was told of
whom, which is written a little after the answer."""

THEIRS: Final = {("PUT", "/v1/businesses/{business_id}")}
"""What makes something of one's own: another tenant's may have the same name."""

PLACES: Final = [place for place, guard in GUARDS.items() if guard != PUBLIC]
VERSIONED: Final = [place for place in PLACES if place[1].startswith("/v")]
PAGES: Final = [place for place in PLACES if not place[1].startswith(("/v", "/metrics"))]
ENTRANCES: Final = [
    *(("POST", path) for path in ("/p/{link}", "/staff", "/officials", "/account")),
    ("POST", "/account/setup/{token}"),
    ("POST", "/account/second"),
]

Place = tuple[str, str]


@pytest.fixture(scope="module")
def here(model: RiskModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return the service that everyone here asks."""
    with world(tmp_path_factory.mktemp("isolation") / "home", model) as made:
        yield made


@dataclass(frozen=True)
class Asked:
    """A request as its owner makes it.

    Args:
        here: the service.
        place: method and route.
    """

    here: World
    place: Place

    @property
    def url(self) -> str:
        """Return the address of what is the owner's."""
        path = self.place[1]
        ids = {**self.here.ids, "number": number(path)}
        missing = set(re.findall(r"{(\w+)}", path)) - set(ids)
        hint = "say in tests/contracts/tenants.py what its owner has of it"
        assert not missing, f"{path} names {missing}: {hint}"
        return path.format(**ids)

    @property
    def body(self) -> Any:
        """Return the body of the owner: the document's example, about what is the owner's."""
        told = DOCUMENT[self.place[1]][self.place[0].lower()]
        content = told.get("requestBody", {}).get("content", {})
        if not content:
            return None
        kind, shape = next(iter(content.items()))
        assert "example" in shape, f"{self.place} has no example in serving/api/examples"
        if kind != "application/json":
            return kind, shape["example"]
        return kind, json.dumps({**shape["example"], **self._own(shape["example"])})

    def _own(self, example: dict[str, Any]) -> dict[str, Any]:
        return {name: one for name, one in self.here.bodies.items() if name in example}

    def with_key(self, headers: dict[str, str]) -> Response:
        """Send the request over the API."""
        kind, content = self.body or (None, None)
        sent = headers if kind is None else {**headers, "Content-Type": kind}
        client, method = self.here.client, self.place[0]
        client.cookies.clear()
        return client.request(method, self.url, headers=sent, content=content)

    def on_page(
        self, token: str, mark: str | None = None, headers: dict[str, str] | None = None
    ) -> Response:
        """Send the request of a page."""
        form = {**FORMS.get(self.place[1], {}), **({} if mark is None else {"mark": mark})}
        client, method = self.here.client, self.place[0]
        client.cookies.clear()
        cookie = "; ".join(f"{name}={token}" for name in COOKIES)
        sent = {"Cookie": cookie, **(headers or {})}
        data = {"data": form} if method == "POST" else {}
        return client.request(method, self.url, headers=sent, follow_redirects=False, **data)  # type: ignore[arg-type]


COOKIES: Final = (sessions.COOKIE, sessions.STAFF_COOKIE)


def changed(here: World, before: Rows) -> dict[str, tuple[set[Any], set[Any]]]:
    """Return table → the rows that are there no more, and the new ones, where there are any."""
    after = here.rows()
    both = {name: (rows - after[name], after[name] - rows) for name, rows in before.items()}
    return {name: found for name, found in both.items() if any(found) and name not in NOBODYS}


def refused(asked: Asked, answer: Response, status: int, code: str | None = None) -> None:
    """Assert that a request was refused as it should be, and tells nothing of the owner."""
    assert answer.status_code == status, (asked.place, answer.text[:300])
    if code is not None:
        assert answer.headers["content-type"] == MEDIA_TYPE
        assert answer.json()["code"] == code, (asked.place, answer.text[:300])
    assert [one for one in asked.here.private if one in answer.text] == []


def kind_of(place: Place) -> Kind:
    """Return of which kind whoever may ask is; a lender where either may."""
    guard = GUARDS[place]
    whose = guard[1] if isinstance(guard, tuple) else guard
    return "official" if "official" in whose and "lender" not in whose else "lender"


def scope_of(place: Place) -> Scope:
    """Return the scope that a route of the API asks for."""
    scope = GUARDS[place][0]
    assert scope in SCOPES
    return scope


@pytest.mark.parametrize("place", VERSIONED, ids=" ".join)
def test_only_a_key_in_force_with_the_scope_and_of_the_kind_opens_a_route(
    here: World, place: Place
) -> None:
    asked, scope, kind = Asked(here, place), scope_of(place), kind_of(place)
    other_kind = "lender" if kind == "official" else "official"
    good, week = here.key(MINE[kind]), timedelta(days=7)
    revoked = here.key(MINE[kind])
    keys.revoke(here.engine, revoked.split("_")[1], NOW)
    keeps = {
        "expired": here.key(MINE[kind], lives=week, ago=week),
        "scope": here.key(MINE[kind], set(SCOPES) - {scope}),
        "kind": here.key(MINE[other_kind]),
    }
    before = here.rows()
    refused(asked, asked.with_key({}), 401, "bad-key")
    for malformed in ("Bearer", "Bearer lbg_", "Basic bGJnXzA6MA==", f"bearer {good[:-1]}", good):
        refused(asked, asked.with_key({"Authorization": malformed}), 401, "bad-key")
    wrong = good.rsplit("_", 1)[0] + "_" + "0" * 64
    refused(asked, asked.with_key(bearer(wrong)), 401, "bad-key")
    refused(asked, asked.with_key(bearer(keeps["expired"])), 401, "key-expired")
    refused(asked, asked.with_key(bearer(revoked)), 401, "key-revoked")
    refused(asked, asked.with_key(bearer(keeps["scope"])), 403, "missing-scope")
    if GUARDS[place][1] != ANY:
        refused(asked, asked.with_key(bearer(keeps["kind"])), 403, "other-kind")
    assert changed(here, before) == {}


@pytest.mark.parametrize("place", VERSIONED, ids=" ".join)
def test_another_tenants_key_finds_nothing_of_this_tenants(here: World, place: Place) -> None:
    """Its own it may make or change; what was there of others stays, and is not told."""
    asked, kind = Asked(here, place), kind_of(place)
    with here.restored():
        key = bearer(here.key(OTHER[kind]))
        before = here.rows()
        answer, differs = asked.with_key(key), changed(here, before)
    owned = place not in THEIRS and ("{" in place[1] or "decision_id" in str(asked.body))
    if place in SHARED:
        refused(asked, answer, SHARED[place])
    elif owned:
        refused(asked, answer, 404)
    else:
        assert answer.status_code not in {401, 403}, (place, answer.text[:300])
        assert answer.status_code < 500, (place, answer.text[:300])
        assert [one for one in here.private if one in answer.text and one not in asked.url] == []
    assert not any(lost for lost, _ in differs.values()), differs
    assert not (owned and differs), differs


@pytest.mark.parametrize("place", VERSIONED, ids=" ".join)
def test_its_owner_finds_it_there(here: World, place: Place) -> None:
    """Else what others do not find would show nothing."""
    key = bearer(here.key(MINE[kind_of(place)]))
    with here.restored():
        answer = Asked(here, place).with_key(key)
    assert well(answer), (place, answer.text[:300])


@pytest.mark.parametrize("place", PAGES, ids=" ".join)
def test_its_owner_finds_the_page(here: World, place: Place) -> None:
    with here.restored():
        mine = mine_of(here, place)
        answer = Asked(here, place).on_page(mine.token, mine.mark)
    assert well(answer), (place, answer.text[:300])


def well(answer: Response) -> bool:
    """Return whether who asked was let in to what is there, and no fault of ours came of it."""
    return answer.status_code not in {401, 403, 404} and answer.status_code < 500


def mine_of(here: World, place: Place) -> Session:
    """Return a session of whom a page is for."""
    if place[1].startswith("/p/"):
        return here.applicant()
    return here.session(MINE[kind_of(place)])


def strangers(here: World, place: Place) -> list[Session]:
    """Return the sessions of others: of the other tenants, and of those inside other pages."""
    inside = here.session("granary") if place[1].startswith("/p/") else here.applicant()
    return [here.session("mill"), here.session("bupati"), inside]


@pytest.mark.parametrize("place", PAGES, ids=" ".join)
def test_no_session_but_its_own_opens_a_page(here: World, place: Place) -> None:
    asked, mine, others = Asked(here, place), mine_of(here, place), strangers(here, place)
    before = here.rows()
    for token in ("", "x", mine.token[:-1], mine.token.swapcase()):
        refused(asked, asked.on_page(token, mine.mark), 401)
    for one in others:
        answer = asked.on_page(one.token, one.mark)
        if place not in EVERYBODYS:
            assert answer.status_code in {401, 403, 404}, (place, answer.text[:300])
        assert [private for private in here.private if private in answer.text] == []
    assert set(changed(here, before)) <= {"sessions"}, "which others may end: their own"


@pytest.mark.parametrize("place", [one for one in PAGES if one[0] == "POST"], ids=" ".join)
def test_no_form_is_followed_that_the_page_itself_did_not_send(here: World, place: Place) -> None:
    asked, mine = Asked(here, place), mine_of(here, place)
    another = here.session("mill").mark
    before = here.rows()
    for mark in (None, ""):
        refused(asked, asked.on_page(mine.token, mark), 422)
    for mark in ("0" * 64, another):
        refused(asked, asked.on_page(mine.token, mark), 409)
    for headers in ELSEWHERE:
        refused(asked, asked.on_page(mine.token, mine.mark, headers), 409)
    assert changed(here, before) == {}


@pytest.mark.parametrize("place", ENTRANCES, ids=" ".join)
def test_nobody_is_led_in_by_another_site_or_a_wrong_secret(here: World, place: Place) -> None:
    asked = Asked(here, place)
    before = here.rows()["sessions"]
    for headers in ELSEWHERE:
        refused(asked, asked.on_page("", None, headers), 409)
    with here.restored():
        answer = asked.on_page("")
    assert answer.status_code in {401, 409}
    assert "set-cookie" not in answer.headers
    assert here.rows()["sessions"] == before


def test_who_is_not_inside_sees_the_entrances_only(here: World) -> None:
    for path in ("/p/{link}", "/staff", "/officials", "/account"):
        answer = Asked(here, ("GET", path)).on_page("")
        assert answer.status_code == 200
        assert [private for private in here.private if private in answer.text] == []


def test_the_matrix_leaves_no_route_out() -> None:
    """Every route is asked with everyone's credentials, or is open to everybody and listed so."""
    whole = set(VERSIONED) | set(PAGES) | set(ENTRANCES)
    assert set(GUARDS) - whole == {
        *(("GET", path) for path in ("/p/{link}", "/staff", "/officials", "/account")),
        *(("GET", f"/account/{under}") for under in ("setup/{token}", "provider", "provider/back")),
        *(("GET", path) for path in ("/health/live", "/health/ready", "/metrics", "/openapi.json")),
        ("GET", "/docs"),
        *(("GET", f"/docs/{file}") for file in ("swagger-ui.css", "swagger-ui-bundle.js")),
    }


def test_an_official_reaches_nobody_by_any_route(here: World) -> None:
    """Neither by the API with every scope nor inside of the pages, though an edition counts them.

    Whom they could reach is planted: one applicant, by ids and words that stand nowhere else.
    """
    key, mine = bearer(here.key("dinas")), here.session("dinas")
    planted = (DECISION, BUSINESS, WROTE, here.ids["case_id"], here.ids["link"], *_said(here))
    answered = 0
    for method, path in GUARDS:
        if re.search(r"{(?!" + "|".join(here.ids) + "|number)", path):
            continue
        asked = Asked(here, (method, path))
        with here.restored():
            by_key = asked.with_key(key) if path.startswith("/v") else None
            for answer in (by_key, asked.on_page(mine.token, mine.mark)):
                if answer is not None and answer.is_success:
                    answered += 1
                    told = answer.text.replace(asked.url, "")
                    assert [one for one in planted if one in told] == [], (method, path)
    assert answered > 30


def _said(here: World) -> list[str]:
    """Return what was said of the planted applicant alone: a probability, to the last digit."""
    found = decisions.find(here.engine, DecisionRow.decision_id == DECISION)
    assert found is not None
    return [str(found.probability_of_default)]
