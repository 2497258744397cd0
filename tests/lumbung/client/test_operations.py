"""Each operation of the API is a method that sends just what the description says."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from lumbung.client import Client
from lumbung.client.transport import Group
from lumbung.documents import description

OPERATIONS = [
    (method.upper(), path, told)
    for path, item in description()["paths"].items()
    for method, told in item.items()
    if path.startswith("/v1/")
]


def method_of(client: Client, told: dict[str, Any]) -> Any:
    group, name = told["operationId"].split("_", 1)
    return getattr(getattr(client, group), name)


@pytest.fixture
def sent() -> list[httpx2.Request]:
    return []


@pytest.fixture
def client(sent: list[httpx2.Request]) -> Iterator[Client]:
    """Return a client whose requests are kept and answered by nothing."""

    def keep(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return httpx2.Response(200, json={})

    with Client("https://here.example", "k", transport=httpx2.MockTransport(keep)) as made:
        yield made


@pytest.mark.parametrize(("verb", "path", "told"), OPERATIONS)
def test_a_method_sends_its_operation(
    verb: str, path: str, told: dict[str, Any], client: Client, sent: list[httpx2.Request]
) -> None:
    method = method_of(client, told)
    given = {name: f"a/{name}" for name in inspect.signature(method).parameters}
    if "body" in given:
        binary = "application/json" not in told["requestBody"]["content"]
        given["body"] = b"raw" if binary else {"a": 1}  # type: ignore[assignment]
    method(**given)
    (request,) = sent
    parts = {one["name"] for one in told.get("parameters", []) if one["in"] == "path"}
    asked = re.sub(r"{(\w+)}", lambda part: f"a%2F{part[1]}", path)
    assert (request.method, request.url.raw_path.decode().split("?")[0]) == (verb, asked)
    query = {one["name"] for one in told.get("parameters", []) if one["in"] == "query"}
    assert set(request.url.params) == query
    assert bool(request.content) == ("requestBody" in told)
    assert parts <= set(given)


def test_no_two_operations_share_a_method() -> None:
    names = [told["operationId"] for *_, told in OPERATIONS]
    assert len(names) == len(set(names))


def test_a_group_holds_nothing_but_operations(client: Client) -> None:
    groups = {name: group for name, group in vars(client).items() if isinstance(group, Group)}
    methods = {
        f"{name}_{method}"
        for name, group in groups.items()
        for method, _ in inspect.getmembers(group, inspect.ismethod)
        if not method.startswith("_")
    }
    assert methods == {told["operationId"] for *_, told in OPERATIONS}
