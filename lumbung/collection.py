"""The API as a collection of requests to try, which Postman, Bruno and Insomnia open alike.

A folder for each group of operations, with the examples of the API's description as bodies. Say
where the service is and your key once, in the collection's variables.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
"""The form of the file, which says so itself."""


def collection(description: Mapping[str, Any]) -> dict[str, Any]:
    """Return the collection of an API's description."""
    folders: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, item in description["paths"].items():
        for method, told in item.items():
            folders[told["tags"][0]].append(_request(method.upper(), path, told))
    return {
        "info": {
            "name": f"Lumbung {description['info']['version']}",
            "description": "Written by `make docs` from docs/openapi.json.",
            "schema": SCHEMA,
        },
        "auth": {
            "type": "bearer",
            "bearer": [{"key": "token", "value": "{{key}}", "type": "string"}],
        },
        "variable": [
            {"key": "url", "value": "http://127.0.0.1:8000"},
            {"key": "key", "value": ""},
        ],
        "item": [{"name": name, "item": requests} for name, requests in folders.items()],
    }


def _request(method: str, path: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return one request; its parts of the path are variables, its query is there but off."""
    parts = re.sub(r"{(\w+)}", r":\1", path)
    asked = told.get("parameters", [])
    query = [
        {"key": one["name"], "value": "", "disabled": True, "description": _says(one)}
        for one in asked
        if one["in"] == "query"
    ]
    within = [
        {"key": one["name"], "value": "", "description": _says(one)}
        for one in asked
        if one["in"] == "path"
    ]
    url = {
        "raw": "{{url}}" + parts,
        "host": ["{{url}}"],
        "path": parts.strip("/").split("/"),
        "query": query,
        "variable": within,
    }
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "description": told.get("description", ""),
        "header": [],
    }
    if "requestBody" in told:
        kind, content = next(iter(told["requestBody"]["content"].items()))
        request["header"] = [{"key": "Content-Type", "value": kind}]
        request["body"] = {"mode": "raw", "raw": _raw(content.get("example", ""))}
    return {"name": told["summary"], "request": request}


def _raw(example: Any) -> str:
    """Return an example as it is sent."""
    return example if isinstance(example, str) else json.dumps(example, indent=2)


def _says(parameter: Mapping[str, Any]) -> str:
    return str(parameter.get("description", ""))
