"""Examples of what operations take, for the API's description: a file by an operation's id."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from importlib import resources
from typing import Any, Final

from fastapi import FastAPI

LINES: Final = "application/x-ndjson"


def install(app: FastAPI) -> None:
    """Make *app* describe an example with each body that it takes and there is a file for."""
    app.openapi = functools.partial(_described, app.openapi)  # type: ignore[method-assign]


def example(operation: str, kind: str) -> Any:
    """Return the example of an operation's body, None where there is none.

    Args:
        operation: its id.
        kind: media type of the body; what is no JSON is a text.
    """
    ending = {"application/json": "json", LINES: "ndjson"}.get(kind, "txt")
    file = resources.files(__name__).joinpath(f"{operation}.{ending}")
    if not file.is_file():
        return None
    text = file.read_text(encoding="utf-8")
    return json.loads(text) if ending == "json" else text


def _described(describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    document = describe()
    for item in document["paths"].values():
        for told in item.values():
            for kind, content in told.get("requestBody", {}).get("content", {}).items():
                found = example(told["operationId"], kind)
                if found is not None:
                    content["example"] = found
    return document
