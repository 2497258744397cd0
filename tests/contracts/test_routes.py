"""Every route is listed with who may call it, so one without a guard cannot slip in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route

from serving import access
from serving.app import create_app
from serving.pages import entered
from serving.settings import Settings

PARTNER, OFFICIAL, ANY, PUBLIC = (
    *("a lender's key", "an official's key", "a lender's or an official's key"),
    "nobody's key",
)
APPLICANT, OFFICER = "the session of a link and its code", "the session of a lender's officer"
STAFF = "the session of a lender's officer or an official"
OFFICIALS = "the session of an official"

KEYS: Final = {PARTNER, OFFICIAL, ANY}

ASKED_BY: Final[dict[object, str]] = {
    access.lender: PARTNER,
    access.official: OFFICIAL,
    access.caller: ANY,
    entered.applicant: APPLICANT,
    entered.applicants_form: f"{APPLICANT}, and its mark",
    entered.officer: OFFICER,
    entered.officers_form: f"{OFFICER}, and its mark",
    entered.official: OFFICIALS,
    entered.officials_form: f"{OFFICIALS}, and its mark",
    entered.someones_form: f"{STAFF}, and its mark",
}
"""What a route depends on → what a caller must show for it; a form's mark is asked on top."""

GUARDS = {
    ("POST", "/v1/applications"): PARTNER,
    ("GET", "/v1/decisions/{decision_id}"): PARTNER,
    ("GET", "/v1/decisions/{decision_id}/explanation"): PARTNER,
    ("GET", "/v1/decisions/{decision_id}/fits"): PARTNER,
    ("POST", "/v1/decisions/{decision_id}/links"): PARTNER,
    ("GET", "/v1/cases"): PARTNER,
    ("GET", "/v1/cases/summary"): PARTNER,
    ("GET", "/v1/cases/{case_id}"): PARTNER,
    ("POST", "/v1/cases/{case_id}/answer"): PARTNER,
    ("GET", "/v1/products"): PARTNER,
    ("PUT", "/v1/products/{product_id}"): PARTNER,
    ("GET", "/v1/products/{product_id}/versions"): PARTNER,
    ("POST", "/v1/products/{product_id}/versions/{number}/verify"): PARTNER,
    ("GET", "/v1/programmes"): ANY,
    ("PUT", "/v1/programmes/{programme_id}"): OFFICIAL,
    ("GET", "/v1/programmes/{programme_id}/versions"): OFFICIAL,
    ("POST", "/v1/programmes/{programme_id}/versions/{number}/verify"): OFFICIAL,
    ("GET", "/v1/programmes/{programme_id}/budgets"): PARTNER,
    ("PUT", "/v1/programmes/{programme_id}/budgets/{product_id}"): PARTNER,
    (
        "POST",
        "/v1/programmes/{programme_id}/budgets/{product_id}/versions/{number}/verify",
    ): PARTNER,
    ("POST", "/v1/programmes/{programme_id}/entries"): PARTNER,
    ("DELETE", "/v1/programmes/{programme_id}/entries/{decision_id}"): PARTNER,
    ("POST", "/v1/programmes/{programme_id}/allocations"): OFFICIAL,
    ("GET", "/v1/programmes/{programme_id}/allocations"): OFFICIAL,
    ("GET", "/v1/programmes/{programme_id}/allocations/{number}"): OFFICIAL,
    ("GET", "/v1/programmes/{programme_id}/allocations/{number}/outcomes"): PARTNER,
    ("GET", "/v1/decisions/{decision_id}/notice.pdf"): PARTNER,
    ("GET", "/v1/decisions/{decision_id}/notice.txt"): PARTNER,
    ("GET", "/p/{link}"): PUBLIC,
    ("POST", "/p/{link}"): PUBLIC,
    ("POST", "/p/{link}/leave"): f"{APPLICANT}, and its mark",
    ("POST", "/p/{link}/human"): f"{APPLICANT}, and its mark",
    ("POST", "/p/{link}/correction"): f"{APPLICANT}, and its mark",
    ("POST", "/p/{link}/data"): f"{APPLICANT}, and its mark",
    ("GET", "/p/{link}/withdraw"): APPLICANT,
    ("POST", "/p/{link}/withdraw"): f"{APPLICANT}, and its mark",
    ("GET", "/p/{link}/notice.pdf"): APPLICANT,
    ("GET", "/p/{link}/notice.txt"): APPLICANT,
    ("GET", "/staff"): PUBLIC,
    ("POST", "/staff"): PUBLIC,
    ("POST", "/staff/leave"): f"{STAFF}, and its mark",
    ("GET", "/staff/cases/{case_id}"): OFFICER,
    ("POST", "/staff/cases/{case_id}"): f"{OFFICER}, and its mark",
    ("GET", "/staff/products"): OFFICER,
    ("POST", "/staff/products"): f"{OFFICER}, and its mark",
    ("GET", "/staff/products/{product_id}"): OFFICER,
    ("POST", "/staff/products/{product_id}/verify"): f"{OFFICER}, and its mark",
    ("POST", "/staff/products/{product_id}/budgets"): f"{OFFICER}, and its mark",
    ("POST", "/staff/products/{product_id}/budgets/verify"): f"{OFFICER}, and its mark",
    ("GET", "/officials"): PUBLIC,
    ("POST", "/officials"): PUBLIC,
    ("POST", "/officials/leave"): f"{OFFICIALS}, and its mark",
    ("GET", "/officials/programmes/{programme_id}"): OFFICIALS,
    ("POST", "/officials/programmes/{programme_id}/verify"): f"{OFFICIALS}, and its mark",
    ("POST", "/officials/programmes/{programme_id}/allocations"): f"{OFFICIALS}, and its mark",
    ("GET", "/officials/programmes/{programme_id}/allocations/{number}"): OFFICIALS,
    ("GET", "/officials/programmes/{programme_id}/allocations/{number}/{name}.csv"): OFFICIALS,
    ("GET", "/health/live"): PUBLIC,
    ("GET", "/health/ready"): PUBLIC,
    ("GET", "/docs"): PUBLIC,
    ("GET", "/docs/oauth2-redirect"): PUBLIC,
    ("GET", "/openapi.json"): PUBLIC,
    ("GET", "/redoc"): PUBLIC,
}
"""Method and address → what a caller must show; pages without show only the form to enter by."""


def flat(routes: Iterable[BaseRoute]) -> Iterator[Route]:
    """Yield the routes of an application and of the routers it includes."""
    for route in routes:
        if isinstance(route, Route):
            yield route
        else:
            included = getattr(route, "original_router", None)
            assert included is not None, f"{route!r} is no route we know how to look into"
            yield from flat(included.routes)


def asked(dependant: Dependant) -> str:
    """Return what a route cannot be called without: the outermost of what it depends on."""
    for inner in dependant.dependencies:
        found = ASKED_BY.get(inner.call) or asked(inner)
        if found != PUBLIC:
            return found
    return PUBLIC


def guard(route: Route) -> str:
    """Return what a route asks of its caller."""
    return asked(route.dependant) if isinstance(route, APIRoute) else PUBLIC


@pytest.fixture(scope="module")
def routes() -> list[Route]:
    return list(flat(create_app(Settings()).routes))


def test_every_route_asks_what_it_is_listed_with(routes: list[Route]) -> None:
    found = {
        (method, route.path): guard(route)
        for route in routes
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert found == GUARDS


def test_whatever_has_a_version_asks_for_a_key() -> None:
    assert {guard for (_, path), guard in GUARDS.items() if path.startswith("/v")} <= KEYS


def test_the_document_says_of_each_operation_whether_it_asks_for_a_key() -> None:
    described = {
        (method.upper(), path): bool(operation.get("security"))
        for path, item in create_app(Settings()).openapi()["paths"].items()
        for method, operation in item.items()
    }
    assert all(asks == (GUARDS[place] in KEYS) for place, asks in described.items())
    assert {place for place, guard in GUARDS.items() if guard in KEYS} <= set(described)
