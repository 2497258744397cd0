"""Bodies that no client would send: what is documented, with bytes changed, cut, doubled, nested.

Every operation that takes a body gets them, by the key of a lender and in the process itself. A
fault of ours would be a 500, an answer that takes long, or memory that grows.
"""

from __future__ import annotations

import json
import random
import re
import resource
import time
from collections import Counter
from typing import Any

from fastapi.testclient import TestClient

from benchmarks.journal import application
from benchmarks.kills import Place
from benchmarks.spoiled import CHANGES
from serving.app import create_app
from serving.settings import Settings


def fuzzed(place: Place, inputs: int, seed: int = 0) -> dict[str, Any]:
    """Send so many bodies; return what came of them."""
    chance = random.Random(seed)  # noqa: S311  of nothing secret
    headers = {"Authorization": f"Bearer {place.prepare()}"}
    statuses, longest, peaks = Counter[str](), 0.0, []
    with TestClient(
        create_app(Settings.model_validate(place.settings)), raise_server_exceptions=False
    ) as client:
        taking = _taking(client.get("/openapi.json").json())
        for number in range(inputs):
            method, path, body, kind = chance.choice(taking)
            sent = chance.choice(CHANGES)(body, chance)
            began = time.monotonic()
            answer = client.request(
                method, path, content=sent, headers={**headers, "content-type": kind}
            )
            longest = max(longest, time.monotonic() - began)
            statuses[str(answer.status_code)] += 1
            if number in (inputs // 10, inputs - 1):
                peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    return {
        "inputs": inputs,
        "operations": len(taking),
        "answers": dict(sorted(statuses.items())),
        "faults": statuses["500"],
        "longest_seconds": round(longest, 3),
        "peak_mb_after_a_tenth_and_all": peaks,
    }


def _taking(document: dict[str, Any]) -> list[tuple[str, str, bytes, str]]:
    """Return the operations that take a body: method, path, a body as documented, its type."""
    return [
        (method.upper(), re.sub(r"{[^}]*}", "x", path), _body(path, content), kind)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
    ]


def _body(path: str, content: dict[str, Any]) -> bytes:
    if path == "/v1/applications":
        return json.dumps(application()).encode()
    examples: dict[str, Any] = content.get("examples", {})
    first: dict[str, Any] = next(iter(examples.values()), {})
    value = first.get("value", content.get("example", {}))
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()
