"""What is wrong with what came in, as RFC 9457 shapes it: one shape for answers and for lines.

Each has a stable ``code``; ``type`` points to its entry in docs/errors.md. What is wrong is listed
field by field, with what was found, what was expected and how to mend it, and never with a personal
value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import pydantic
from fastapi.exceptions import RequestValidationError

from features.errors import BadInput, LumbungError

SHOWN: Final = 20
"""How many faults of one body are listed; the rest are counted."""

SMALL: Final = 10**6
"""A number below may be shown; a longer one may be an identity or a telephone number."""

FIELD: Final = re.compile("[A-Za-z_]{1,40}")
"""What the name of a field may look like; anything else may be a value in the wrong place."""

WITHOUT: Final = {"missing": "nothing", "json_invalid": "no JSON"}
"""Kind of fault → what was found, where there is no value to speak of."""


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


def problem_of(error: LumbungError | RequestValidationError | pydantic.ValidationError) -> Problem:
    """Return what is wrong as a problem."""
    if isinstance(error, Faulty):
        return _listed(error.code, error.faults)
    if not isinstance(error, LumbungError):
        return _listed("bad-request", [fault_of(item) for item in error.errors()])
    fault = Fault(
        where=error.where or "", found=error.found, expected=error.expected, hint=error.hint
    )
    return problem(error.http_status, error.code, f"Found {error.found}.", [fault])


def problem(status: int, code: str, detail: str, faults: Sequence[Fault]) -> Problem:
    """Return a problem of a status and a code."""
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
    return problem(422, code, f"{counted}.", faults[:SHOWN])


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
