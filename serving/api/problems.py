"""Answers that say what went wrong: RFC 9457 problem details, one shape for all.

Each has a stable ``code``; ``type`` points to its entry in docs/errors.md. What
is wrong with a request's body is listed field by field, with what was found,
what was expected and how to mend it, and never with a personal value.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import pydantic
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from features.errors import BadInput, LumbungError
from serving.api.shielded import ALWAYS

MEDIA_TYPE: Final = "application/problem+json"
SHOWN: Final = 20
"""How many faults of one body are listed; the rest are counted."""

SMALL: Final = 10**6
"""A number below may be shown; a longer one may be an identity or a telephone number."""

FIELD: Final = re.compile("[A-Za-z_]{1,40}")
"""What the name of a field may look like; anything else may be a value in the wrong place."""

WITHOUT: Final = {"missing": "nothing", "json_invalid": "no JSON"}
"""Kind of fault → what was found, where there is no value to speak of."""


CODES: Final = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-large"}
"""Status → its code, where the phrase is not the same in every Python."""


RATED: Final = {
    "429": {
        "description": "Too Many Requests",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
"""What any route that asks for a key may answer too."""


class Fault(pydantic.BaseModel):
    """One thing wrong with a request."""

    where: str
    found: str
    expected: str
    hint: str


class Problem(pydantic.BaseModel):
    """A problem as RFC 9457 shapes it, with Lumbung's code and the faults found."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    faults: list[Fault]


class Faulty(BadInput):
    """What was sent has faults, and all of them are told.

    Args:
        faults: what is wrong, at least one; the first stands for all where there is room for one.
        code: as of any error.
    """

    def __init__(self, faults: Sequence[Fault], code: str) -> None:
        first = faults[0]
        super().__init__(
            found=first.found,
            expected=first.expected,
            hint=first.hint,
            code=code,
            where=first.where,
        )
        self.faults = faults


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
    app.exception_handler(LumbungError)(_told)
    app.exception_handler(RequestValidationError)(_told)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(Exception)(_fault_of_ours)


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


def problem_of(error: LumbungError | RequestValidationError | pydantic.ValidationError) -> Problem:
    """Return what is wrong as a problem."""
    if isinstance(error, Faulty):
        return _listed(error.code, error.faults)
    if not isinstance(error, LumbungError):
        return _listed("bad-request", [fault_of(item) for item in error.errors()])
    fault = Fault(
        where=error.where or "", found=error.found, expected=error.expected, hint=error.hint
    )
    return _problem(error.http_status, error.code, f"Found {error.found}.", [fault])


def _problem(status: int, code: str, detail: str, faults: Sequence[Fault]) -> Problem:
    return Problem(
        type=f"https://lumbung.invalid/errors#{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        faults=list(faults),
    )


def _listed(code: str, faults: Sequence[Fault]) -> Problem:
    counted = (
        f"{len(faults)} faults in the request" if len(faults) > 1 else "1 fault in the request"
    )
    return _problem(422, code, f"{counted}.", faults[:SHOWN])


def _answer(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    ours = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}
    told = {**(headers or {}), **ours.get(problem.status, {})}
    return JSONResponse(problem.model_dump(), problem.status, told, MEDIA_TYPE)


async def _told(request: Request, error: LumbungError | RequestValidationError) -> JSONResponse:
    request.state.code = error.code if isinstance(error, LumbungError) else "bad-request"
    return answer_of(error)


def answer_of(error: LumbungError | RequestValidationError) -> JSONResponse:
    """Return an error as the problem that it is answered with."""
    after = error.retry_after if isinstance(error, LumbungError) else None
    return _answer(problem_of(error), {} if after is None else {"Retry-After": str(after)})


def fault_of(item: Mapping[str, Any]) -> Fault:
    """Return what pydantic found wrong, without the value where it may be personal."""
    return Fault(
        where="/".join(_step(step) for step in item["loc"]),
        found=WITHOUT.get(item["type"]) or _shown(item.get("input")),
        expected=item["msg"],
        hint="See the schema at /openapi.json.",
    )


def _step(step: int | str) -> str:
    """Return a step to a wrong value; a name that came from outside only if it looks like one."""
    return str(step) if isinstance(step, int) or FIELD.fullmatch(step) else "…"


def _shown(value: object) -> str:
    """Return what may be said of a wrong value: small numbers as they are, of the rest the kind."""
    if value is None or (isinstance(value, int | float) and abs(value) < SMALL):
        return str(value)
    kind = type(value).__name__
    return f"{kind} of length {len(value)}" if hasattr(value, "__len__") else f"{kind}, not shown"


async def _http(request: Request, error: HTTPException) -> JSONResponse:
    status = HTTPStatus(error.status_code)
    code = CODES.get(status) or status.phrase.lower().replace(" ", "-")
    request.state.code = code
    return _answer(_problem(error.status_code, code, str(error.detail), []), error.headers)


async def _fault_of_ours(request: Request, error: Exception) -> JSONResponse:
    del error
    request.state.code = "fault"
    return _answer(_problem(500, "fault", "A fault of ours. It has been logged.", []), ALWAYS)
