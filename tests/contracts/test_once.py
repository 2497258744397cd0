"""Every request that makes something can be sent again under a key of its own."""

from __future__ import annotations

from typing import Final

import pytest
from fastapi.routing import APIRoute

from lumbung.documents import description
from serving.access.callers import in_scope
from serving.api.idempotency import asked_of, once
from serving.app import create_app
from serving.settings import Settings
from tests.contracts.test_routes import flat

NOT_ONCE: Final = {
    "/v1/businesses/{business_id}/records": "a record sent again is kept once, by its own id",
    "/v1/jobs/{job_id}/cancel": "a batch that has ended says so, and stays as it is",
    "/v1/uploads/{upload_id}/complete": "an upload that is complete is read once, and stays so",
    "/v1/webhooks/{webhook_id}/enable": "to enable what is enabled changes nothing",
    "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver": (
        "a second one is refused while the first waits, and messages come at least once anyway"
    ),
}
"""Routes that do without, each with the reason."""

POSTS: Final = {
    route.path: route
    for route in flat(create_app(Settings()).routes)
    if isinstance(route, APIRoute)
    and "POST" in (route.methods or ())
    and route.path.startswith("/v1")
}


@pytest.mark.parametrize("path", POSTS)
def test_whatever_makes_something_takes_a_key_or_says_why_not(path: str) -> None:
    depended = {inner.call for inner in POSTS[path].dependant.dependencies}
    assert bool(depended & {once, asked_of}) != (path in NOT_ONCE)


@pytest.mark.parametrize("path", sorted(set(POSTS) - set(NOT_ONCE)))
def test_the_document_shows_the_key_and_what_may_be_wrong_with_it(path: str) -> None:
    told = description()["paths"][path]["post"]
    assert [one["name"] for one in told["parameters"] if one["in"] == "header"] == [
        "Idempotency-Key"
    ]
    assert {"409", "422"} <= set(told["responses"])


@pytest.mark.parametrize("path", sorted(set(POSTS) - set(NOT_ONCE)))
def test_what_a_key_may_do_is_asked_before_it_is_told_an_answer(path: str) -> None:
    """What a route depends on is asked in order."""
    asked = [inner.call for inner in POSTS[path].dependant.dependencies]
    claimed = next(call for call in asked if call in (once, asked_of))
    assert asked.index(in_scope) < asked.index(claimed)


def test_no_reason_is_given_for_a_route_that_there_is_not() -> None:
    assert set(NOT_ONCE) <= set(POSTS)
