"""Every route is listed with who may call it and by which scope, so none can slip in open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route

from lumbung.documents import description
from serving.access import callers
from serving.access.callers import Scope
from serving.api import idempotency
from serving.api import routes as routes_of
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
READER = "the token of the settings"
INVITED = PUBLIC
"""Whoever has the link, which opens once."""

RETURNED = PUBLIC
"""Whoever brings what the provider gave them, and the cookie that they left with."""

KEYS: Final = {PARTNER, OFFICIAL, ANY}

PLANNED: Final[set[str]] = set()
"""Scopes whose routes are still to come."""

ASKED_BY: Final[dict[object, str]] = {
    callers.lender: PARTNER,
    callers.official: OFFICIAL,
    callers.calling_partner: PARTNER,
    callers.caller: ANY,
    callers.in_scope: ANY,
    idempotency.once: ANY,
    idempotency.asked_of: ANY,
    routes_of.reader: READER,
    entered.applicant: APPLICANT,
    entered.applicants_form: f"{APPLICANT}, and its mark",
    entered.officer: OFFICER,
    entered.officers_form: f"{OFFICER}, and its mark",
    entered.official: OFFICIALS,
    entered.officials_form: f"{OFFICIALS}, and its mark",
    entered.someones_form: f"{STAFF}, and its mark",
}
"""What a route depends on → what a caller must show for it; a form's mark is asked on top."""

GUARDS: Final[dict[tuple[str, str], str | tuple[Scope, str]]] = {
    ("POST", "/v1/applications"): ("score", PARTNER),
    ("GET", "/v1/decisions"): ("read", PARTNER),
    ("GET", "/v1/decisions/{decision_id}"): ("read", PARTNER),
    ("GET", "/v1/decisions/{decision_id}/explanation"): ("read", PARTNER),
    ("GET", "/v1/decisions/{decision_id}/fits"): ("read", PARTNER),
    ("POST", "/v1/decisions/{decision_id}/links"): ("score", PARTNER),
    ("POST", "/v1/decisions/{decision_id}/answers"): ("outcomes", PARTNER),
    ("GET", "/v1/decisions/{decision_id}/answers"): ("outcomes", PARTNER),
    ("GET", "/v1/businesses"): ("records", PARTNER),
    ("PUT", "/v1/businesses/{business_id}"): ("records", PARTNER),
    ("GET", "/v1/businesses/{business_id}"): ("records", PARTNER),
    ("POST", "/v1/businesses/{business_id}/consents"): ("records", PARTNER),
    ("GET", "/v1/businesses/{business_id}/consents"): ("records", PARTNER),
    ("POST", "/v1/businesses/{business_id}/withdrawals"): ("records", PARTNER),
    ("POST", "/v1/businesses/{business_id}/records"): ("records", PARTNER),
    ("GET", "/v1/businesses/{business_id}/records"): ("records", PARTNER),
    ("DELETE", "/v1/businesses/{business_id}/records/{source}"): ("records", PARTNER),
    ("DELETE", "/v1/businesses/{business_id}"): ("records", PARTNER),
    ("PUT", "/v1/businesses/{business_id}/protected"): ("protected", PARTNER),
    ("GET", "/v1/businesses/{business_id}/protected"): ("protected", PARTNER),
    ("DELETE", "/v1/businesses/{business_id}/protected"): ("protected", PARTNER),
    ("GET", "/v1/businesses/{business_id}/export"): ("cases", PARTNER),
    ("POST", "/v1/uploads"): ("records", PARTNER),
    ("GET", "/v1/uploads"): ("records", PARTNER),
    ("GET", "/v1/uploads/{upload_id}"): ("records", PARTNER),
    ("DELETE", "/v1/uploads/{upload_id}"): ("records", PARTNER),
    ("PUT", "/v1/uploads/{upload_id}/parts/{number}"): ("records", PARTNER),
    ("POST", "/v1/uploads/{upload_id}/complete"): ("records", PARTNER),
    ("GET", "/v1/uploads/{upload_id}/rejected"): ("records", PARTNER),
    ("POST", "/v1/jobs"): ("score", PARTNER),
    ("GET", "/v1/jobs"): ("read", PARTNER),
    ("GET", "/v1/jobs/{job_id}"): ("read", PARTNER),
    ("GET", "/v1/jobs/{job_id}/result"): ("read", PARTNER),
    ("POST", "/v1/jobs/{job_id}/cancel"): ("score", PARTNER),
    ("GET", "/v1/cases"): ("cases", PARTNER),
    ("GET", "/v1/cases/summary"): ("cases", PARTNER),
    ("GET", "/v1/cases/{case_id}"): ("cases", PARTNER),
    ("POST", "/v1/cases/{case_id}/answer"): ("cases", PARTNER),
    ("GET", "/v1/products"): ("products", PARTNER),
    ("PUT", "/v1/products/{product_id}"): ("products", PARTNER),
    ("GET", "/v1/products/{product_id}/versions"): ("products", PARTNER),
    ("POST", "/v1/products/{product_id}/versions/{number}/verify"): ("products", PARTNER),
    ("GET", "/v1/programmes"): ("programmes", ANY),
    ("PUT", "/v1/programmes/{programme_id}"): ("programmes", OFFICIAL),
    ("GET", "/v1/programmes/{programme_id}/versions"): ("programmes", OFFICIAL),
    ("POST", "/v1/programmes/{programme_id}/versions/{number}/verify"): ("programmes", OFFICIAL),
    ("GET", "/v1/programmes/{programme_id}/budgets"): ("programmes", PARTNER),
    ("PUT", "/v1/programmes/{programme_id}/budgets/{product_id}"): ("programmes", PARTNER),
    (
        "POST",
        "/v1/programmes/{programme_id}/budgets/{product_id}/versions/{number}/verify",
    ): ("programmes", PARTNER),
    ("POST", "/v1/programmes/{programme_id}/entries"): ("programmes", PARTNER),
    ("DELETE", "/v1/programmes/{programme_id}/entries/{decision_id}"): ("programmes", PARTNER),
    ("POST", "/v1/programmes/{programme_id}/allocations"): ("programmes", OFFICIAL),
    ("GET", "/v1/programmes/{programme_id}/allocations"): ("programmes", OFFICIAL),
    ("GET", "/v1/programmes/{programme_id}/allocations/{number}"): ("programmes", OFFICIAL),
    ("GET", "/v1/programmes/{programme_id}/allocations/{number}/outcomes"): ("programmes", PARTNER),
    ("GET", "/v1/keys"): ("admin", ANY),
    ("POST", "/v1/keys"): ("admin", ANY),
    ("POST", "/v1/keys/{prefix}/rotate"): ("admin", ANY),
    ("DELETE", "/v1/keys/{prefix}"): ("admin", ANY),
    ("POST", "/v1/repayments"): ("outcomes", PARTNER),
    ("GET", "/v1/repayments/months"): ("outcomes", PARTNER),
    ("POST", "/v1/decisions/{decision_id}/repayments"): ("outcomes", PARTNER),
    ("GET", "/v1/decisions/{decision_id}/repayments"): ("outcomes", PARTNER),
    ("GET", "/v1/ledger/head"): ("audit", ANY),
    ("GET", "/v1/ledger/checkpoints"): ("audit", ANY),
    ("GET", "/v1/ledger/entries"): ("audit", ANY),
    ("GET", "/v1/funnel"): ("audit", OFFICIAL),
    ("GET", "/v1/editions"): ("audit", OFFICIAL),
    ("GET", "/v1/editions/{edition}"): ("audit", OFFICIAL),
    ("POST", "/v1/webhooks"): ("webhooks", PARTNER),
    ("GET", "/v1/webhooks"): ("webhooks", PARTNER),
    ("GET", "/v1/webhooks/{webhook_id}"): ("webhooks", PARTNER),
    ("DELETE", "/v1/webhooks/{webhook_id}"): ("webhooks", PARTNER),
    ("POST", "/v1/webhooks/{webhook_id}/rotate"): ("webhooks", PARTNER),
    ("POST", "/v1/webhooks/{webhook_id}/enable"): ("webhooks", PARTNER),
    ("GET", "/v1/webhooks/{webhook_id}/deliveries"): ("webhooks", PARTNER),
    ("POST", "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver"): ("webhooks", PARTNER),
    ("GET", "/v1/decisions/{decision_id}/notice.pdf"): ("read", PARTNER),
    ("GET", "/v1/decisions/{decision_id}/notice.txt"): ("read", PARTNER),
    ("GET", "/p/{link}"): PUBLIC,
    ("POST", "/p/{link}"): PUBLIC,
    ("POST", "/p/{link}/leave"): f"{APPLICANT}, and its mark",
    ("POST", "/p/{link}/human"): f"{APPLICANT}, and its mark",
    ("POST", "/p/{link}/correction"): f"{APPLICANT}, and its mark",
    ("POST", "/p/{link}/erasure"): f"{APPLICANT}, and its mark",
    ("POST", "/p/{link}/access"): f"{APPLICANT}, and its mark",
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
    ("GET", "/officials/editions"): OFFICIALS,
    ("GET", "/officials/editions/{edition}"): OFFICIALS,
    ("GET", "/officials/editions/{edition}/edition.{kind}"): OFFICIALS,
    ("GET", "/officials/editions/{edition}/{part}"): OFFICIALS,
    ("GET", "/officials/editions/{edition}/{part}/{table}.csv"): OFFICIALS,
    ("GET", "/officials/programmes/{programme_id}"): OFFICIALS,
    ("POST", "/officials/programmes/{programme_id}/verify"): f"{OFFICIALS}, and its mark",
    ("POST", "/officials/programmes/{programme_id}/allocations"): f"{OFFICIALS}, and its mark",
    ("GET", "/officials/programmes/{programme_id}/allocations/{number}"): OFFICIALS,
    ("GET", "/officials/programmes/{programme_id}/allocations/{number}/{name}.csv"): OFFICIALS,
    ("GET", "/metrics"): READER,
    ("GET", "/account"): PUBLIC,
    ("POST", "/account"): PUBLIC,
    ("POST", "/account/leave"): f"{STAFF}, and its mark",
    ("POST", "/account/sessions"): f"{STAFF}, and its mark",
    ("POST", "/account/password"): f"{STAFF}, and its mark",
    ("GET", "/account/provider"): PUBLIC,
    ("GET", "/account/provider/back"): RETURNED,
    ("POST", "/account/second"): RETURNED,
    ("GET", "/account/setup/{token}"): INVITED,
    ("POST", "/account/setup/{token}"): INVITED,
    ("GET", "/health/live"): PUBLIC,
    ("GET", "/health/ready"): PUBLIC,
    ("GET", "/docs"): PUBLIC,
    ("GET", "/docs/swagger-ui-bundle.js"): PUBLIC,
    ("GET", "/docs/swagger-ui.css"): PUBLIC,
    ("GET", "/openapi.json"): PUBLIC,
}
"""Method and address → what a caller must show, and which scope a key must have.

Pages that ask for nothing show only the form to enter by.
"""


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
    found = {ASKED_BY.get(inner.call) or asked(inner) for inner in dependant.dependencies}
    found -= {PUBLIC} if len(found) > 1 else set()
    found -= {ANY} if len(found) > 1 else set()  # which a scope is asked of
    assert len(found) <= 1, f"a route that asks for {found}"
    return found.pop() if found else PUBLIC


def scopes(dependant: Dependant) -> set[str]:
    """Return the scopes that a route asks for."""
    own = set(dependant.own_oauth_scopes or ()) if dependant.call is callers.in_scope else set()
    return own.union(*(scopes(inner) for inner in dependant.dependencies))


def guard(route: Route) -> str | tuple[str, str]:
    """Return what a route asks of its caller; a scope and whose key where it asks for one."""
    if not isinstance(route, APIRoute):
        return PUBLIC
    found, of = asked(route.dependant), scopes(route.dependant)
    assert len(of) == (found in KEYS), f"{route.path} asks for the scopes {of}: one with each key"
    return (of.pop(), found) if of else found


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
    versioned = [guard for (_, path), guard in GUARDS.items() if path.startswith("/v")]
    assert all(isinstance(guard, tuple) and guard[1] in KEYS for guard in versioned)


def test_every_scope_opens_something() -> None:
    """A scope that no route asks for yet stands in `PLANNED`."""
    used = {guard[0] for guard in GUARDS.values() if isinstance(guard, tuple)}
    assert used | PLANNED == set(callers.SCOPES)
    assert not used & PLANNED


def test_the_document_says_of_each_operation_which_scope_it_asks_for() -> None:
    described = {
        (method.upper(), path): [
            scope for way in operation.get("security", []) for scope in way["HTTPBearer"]
        ]
        for path, item in description()["paths"].items()
        for method, operation in item.items()
    }
    expected = {
        place: [guard[0]] if isinstance(guard, tuple) else []
        for place, guard in GUARDS.items()
        if place in described
    }
    assert described == expected
    assert {place for place in GUARDS if place[1].startswith("/v")} <= set(described)
