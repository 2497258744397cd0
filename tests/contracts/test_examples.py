"""Every operation that takes something shows an example of it, and the example is right."""

from __future__ import annotations

from importlib import resources

import jsonschema_rs
import pytest

from lumbung.documents import description
from serving.api import examples

BODIES = [
    (told["operationId"], kind, content)
    for item in description()["paths"].values()
    for told in item.values()
    for kind, content in told.get("requestBody", {}).get("content", {}).items()
]
"""Operation, media type, and what the description says of it."""

JSON = [(operation, content) for operation, kind, content in BODIES if kind == "application/json"]


@pytest.mark.parametrize(("operation", "kind", "content"), BODIES)
def test_what_is_taken_has_an_example(
    operation: str, kind: str, content: dict[str, object]
) -> None:
    """Give it a file in serving/api/examples, named by the operation."""
    assert content.get("example"), f"no example of {operation} as {kind}"


@pytest.mark.parametrize(("operation", "content"), JSON)
def test_an_example_is_of_its_schema(operation: str, content: dict[str, object]) -> None:
    del operation
    whole = {**content["schema"], "components": description()["components"]}  # type: ignore[dict-item]
    jsonschema_rs.validator_for(whole).validate(content["example"])
    assert not jsonschema_rs.is_valid(whole, {"unknown": 1})


def test_no_example_is_of_nothing() -> None:
    files = {file.name for file in resources.files(examples).iterdir() if file.is_file()}
    endings = {"application/json": "json", examples.LINES: "ndjson"}
    taken = {f"{operation}.{endings.get(kind, 'txt')}" for operation, kind, _ in BODIES}
    assert {name for name in files if not name.endswith(".py")} <= taken
