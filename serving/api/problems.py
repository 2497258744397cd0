"""Answers that say what went wrong: RFC 9457 problem details (`serving.reading.faults`)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from features.errors import LumbungError
from serving.api.shielded import ALWAYS
from serving.reading.faults import Problem, problem, problem_of

MEDIA_TYPE: Final = "application/problem+json"

CODES: Final = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-large"}
"""Status → its code, where the phrase is not the same in every Python."""


RATED: Final = {
    "429": {
        "description": "Too Many Requests",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
"""What any route that asks for a key may answer too."""


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a route declares of the problems it answers, by status."""
    return {
        status: {
            "model": Problem,
            "content": {MEDIA_TYPE: {}},
            "description": HTTPStatus(status).phrase,
        }
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Make *app* answer every error as a problem, and describe it so."""
    app.openapi = functools.partial(_described, app.openapi)  # type: ignore[method-assign]
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)


def _described(describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the API's description, each problem under the media type that it comes with."""
    document = describe()
    for operations in document["paths"].values():
        for operation in operations.values():
            if "security" in operation:
                operation["responses"] |= RATED
            for response in operation["responses"].values():
                content = response.get("content", {})
                if MEDIA_TYPE in content:
                    for other in content.keys() - {MEDIA_TYPE}:  # that of what is right
                        content[MEDIA_TYPE].update(content.pop(other))
    return document


def _answer(of: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    ours = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}
    told = {**(headers or {}), **ours.get(of.status, {})}
    return JSONResponse(of.model_dump(), of.status, told, MEDIA_TYPE)


async def _told(request: Request, error: LumbungError | RequestValidationError) -> JSONResponse:
    request.state.code = error.code if isinstance(error, LumbungError) else "bad-request"
    return answer_of(error)


def answer_of(error: LumbungError | RequestValidationError) -> JSONResponse:
    """Return an error as the problem that it is answered with."""
    after = error.retry_after if isinstance(error, LumbungError) else None
    return _answer(problem_of(error), {} if after is None else {"Retry-After": str(after)})


async def _http(request: Request, error: HTTPException) -> JSONResponse:
    status = HTTPStatus(error.status_code)
    code = CODES.get(status) or status.phrase.lower().replace(" ", "-")
    request.state.code = code
    return _answer(problem(error.status_code, code, str(error.detail), []), error.headers)


async def _fault_of_ours(request: Request, error: Exception) -> JSONResponse:
    del error
    request.state.code = "fault"
    return _answer(problem(500, "fault", "A fault of ours. It has been logged.", []), ALWAYS)


HANDLERS: Final[Mapping[Any, Callable[..., Any]]] = {
    LumbungError: _told,
    RequestValidationError: _told,
    HTTPException: _http,
    Exception: _fault_of_ours,
}
"""What answers each error as a problem."""
