"""The service keeps to its own OpenAPI document, whatever is sent to it.

A small number of cases; `lumbung bench faults schemathesis` sends 50,000.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as generated
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from serving.api.examples import LINES
from serving.settings import Settings
from tests.conftest import ROOT
from tests.serving.cases import APPLICATIONS, body, started
from tests.training import cases

# Thousands of calls of few lines, which other tests cover too: counting them takes as long again.
pytestmark = pytest.mark.no_cover

DECISION = "/v1/decisions/{decision_id}"
DOCUMENT = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
OPERATIONS = [(method.upper(), path) for path, ways in DOCUMENT["paths"].items() for method in ways]
TAKING = [(method, path) for method, path in OPERATIONS if path.startswith("/v1")]
"""Those that take anything, so that there is something to send wrongly."""

VALID, WRONG = GenerationMode.POSITIVE, GenerationMode.NEGATIVE

many = generated(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
few = generated(many, max_examples=8)

RECORDS = {
    *("/v1/products/{product_id}", "/v1/programmes/{programme_id}"),
    *("/v1/businesses/{business_id}/records", "/v1/jobs"),
}
"""What takes whole records, which is slow to generate; its tests say what of it is refused."""


ANY_TEXT = {("POST", "/v1/jobs")}
"""What takes any text: what is wrong with a line of it is told in its result."""


@schemathesis.serializer(LINES)
def text(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Send a text as it is."""
    del context
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="session")
def described(shared: TestClient) -> BaseSchema:
    """Return the API as it describes itself."""
    return schemathesis.openapi.from_asgi("/openapi.json", shared.app)


def send(case: Case[Any], headers: dict[str, str], *, right: bool = True) -> Response:
    """Send a request and hold the answer against the document.

    Whether valid data are accepted is not asked: sense refuses what no schema can see. Nor whether
    wrong ones are refused, where it is `right` all the same.
    """
    excluded: list[CheckFunction] = [positive_data_acceptance]
    if right:
        excluded.append(negative_data_rejection)
    return case.call_and_validate(headers=dict(headers), excluded_checks=excluded)


def is_right(case: Case[Any], method: str, path: str) -> bool:
    """Return whether what is wrong may be so: unknown names in the query, or no key."""
    known = {
        one["name"]
        for one in DOCUMENT["paths"][path][method.lower()].get("parameters", [])
        if one["in"] == "query"
    }
    made = case.meta.components if case.meta else {}
    wrong = {place for place, how in made.items() if how.mode is WRONG}
    more = bool(set(case.query or {}) - known)
    return wrong <= {ParameterLocation.HEADER} or (
        more and wrong <= {ParameterLocation.HEADER, ParameterLocation.QUERY}
    )


EDGES = re.compile(r"^((?:0001-01-01|9999-12-31)T[^Z+-]*)[+-]\d\d:\d\d$")
"""A time on the first or the last day there is, away from UTC: it may be none there."""


def whole(value: Any) -> Any:
    """Return a JSON value with ``5.0`` as ``5``: the same to a schema, to the service it is not.

    No schema can say either that a time lies in the years 1 to 9999 of UTC.
    """
    if isinstance(value, str):
        return EDGES.sub(r"\1Z", value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: whole(inner) for name, inner in value.items()}
    return [whole(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_what_the_document_allows_is_answered_as_it_says_and_without_a_key_not_at_all(
    described: BaseSchema, granary: dict[str, str], method: str, path: str
) -> None:
    @(few if path in RECORDS else many)
    @given(described[path][method].as_strategy(VALID))
    def holds(case: Case[Any]) -> None:
        case.body = whole(case.body)
        response = send(case, granary)
        assert response.status_code != 401
        if response.content:  # what is deleted is answered by nothing
            assert response.json().get("code") != "bad-request"
        if path.startswith("/v1"):
            assert send(case, {}).status_code == 401

    holds()


@pytest.mark.parametrize(("method", "path"), [one for one in TAKING if one not in ANY_TEXT])
def test_what_the_document_does_not_allow_is_answered_as_it_says_and_tells_nothing_without_a_key(
    described: BaseSchema, granary: dict[str, str], method: str, path: str
) -> None:
    """A body that is no JSON is refused as such before the key is looked at."""

    @(few if path in RECORDS else many)
    @given(described[path][method].as_strategy(WRONG))
    def holds(case: Case[Any]) -> None:
        send(case, granary, right=is_right(case, method, path))
        assert send(case, {}).status_code in {400, 401, 422}

    holds()


def test_a_decision_made_is_read_as_documented(
    described: BaseSchema, shared: TestClient, granary: dict[str, str]
) -> None:
    request = body(200, application_id="read-again")
    made = shared.post(APPLICATIONS, json=request, headers=granary).json()
    case = described[DECISION]["GET"].Case(path_parameters={"decision_id": made["decision_id"]})
    assert send(case, granary).json() == made


@pytest.fixture
def away(settings: Settings, base: Path) -> Iterator[BaseSchema]:
    """Return the API of a service without a champion."""
    empty = f"sqlite:///{cases.blank_store(base)}"
    with started(settings.model_copy(update={"mlflow_uri": empty})) as client:
        yield schemathesis.openapi.from_asgi("/openapi.json", client.app)


@pytest.mark.parametrize(("method", "path"), [("POST", APPLICATIONS), ("GET", "/health/ready")])
def test_without_a_champion_the_answer_is_as_documented_too(
    away: BaseSchema, granary: dict[str, str], method: str, path: str
) -> None:
    excluded: list[CheckFunction] = [positive_data_acceptance, not_a_server_error]

    @few
    @given(away[path][method].as_strategy(VALID))
    def holds(case: Case[Any]) -> None:
        case.body = whole(case.body)
        response = case.call_and_validate(headers=dict(granary), excluded_checks=excluded)
        assert (response.status_code, response.json()["code"]) == (503, "no-champion")

    holds()
