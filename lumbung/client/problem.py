"""What goes wrong with a request, as the one who sent it sees it."""

from __future__ import annotations

from typing import Any

import httpx2


class Problem(Exception):
    """The service refused a request, or could not do it (RFC 9457).

    Args:
        status: of HTTP.
        code: stable; docs/errors.md explains each. Empty where something before the service
            answered.
        detail: what was found.
        faults: what is wrong with the request: where, found, expected, hint.
        request_id: by which the operator finds the request in the logs; empty where there is none.
    """

    def __init__(
        self, status: int, code: str, detail: str, faults: list[dict[str, Any]], request_id: str
    ) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.faults = faults
        self.request_id = request_id


def problem_of(answer: httpx2.Response) -> Problem:
    """Return the problem that an answer tells."""
    kind = answer.headers.get("content-type", "")
    said: dict[str, Any] = answer.json() if kind.startswith("application/problem+json") else {}
    return Problem(
        answer.status_code,
        str(said.get("code", "")),
        str(said.get("detail", answer.reason_phrase)),
        list(said.get("faults", [])),
        answer.headers.get("x-request-id", ""),
    )
