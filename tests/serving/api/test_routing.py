"""Routes that are worked out when somebody first asks for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from serving.api.routing import Late, Router

WORKED_OUT: Final = "dependant"
"""What FastAPI gives a route that it has worked out."""


def made() -> FastAPI:
    """Return an application of two routes."""
    router = Router(prefix="/v1", tags=["trees"])

    @router.get("/one/{number}")
    def one(number: int) -> int:
        return number

    @router.post("/two", name="second")
    def two(number: int) -> int:
        return number

    app = FastAPI(openapi_url=None)
    app.router.routes.extend(router.routes)
    return app


def late(app: FastAPI) -> dict[str, bool]:
    """Return the routes of an application by name, and whether they were worked out."""
    return {one.name: WORKED_OUT in vars(one) for one in app.routes if isinstance(one, Late)}


def test_only_the_route_that_is_asked_for_is_worked_out() -> None:
    app = made()
    with TestClient(app) as client:
        assert client.get("/v1/none").status_code == 404
        assert client.post("/v1/one/3").status_code == 405
        assert late(app) == {"one": False, "second": False}
        assert client.get("/v1/one/3").json() == 3
        assert late(app) == {"one": True, "second": False}
        assert client.get("/v1/one/three").status_code == 422


def test_the_description_names_every_operation_by_its_tag_and_name() -> None:
    paths = made().openapi()["paths"]
    found = {way["operationId"] for one in paths.values() for way in one.values()}
    assert found == {"trees_one", "trees_second"}


def test_those_that_ask_at_the_same_time_get_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out: list[Any] = []
    ways = APIRoute.get_route_handler

    def counted(route: Late) -> Any:
        worked_out.append(route)
        return ways(route)

    monkeypatch.setattr(APIRoute, "get_route_handler", counted)
    route = next(one for one in made().routes if isinstance(one, Late))
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: id(route.app), range(64)))
    assert (len(found), worked_out) == (1, [route])


def test_what_no_route_has_is_not_there() -> None:
    route = next(one for one in made().routes if isinstance(one, Late))
    assert not hasattr(route, "nothing")
    assert WORKED_OUT in vars(route)
