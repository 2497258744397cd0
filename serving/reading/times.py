"""Times as a request writes them, read many at once.

Whoever sends records has a program write their times, all of them alike. Those are read by NumPy,
some times as fast as one by one; what is written in many ways is read as ever.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidatorFunctionWrapHandler
from pydantic_core import CoreSchema, core_schema

from audit.days import microseconds

PLAIN: Final = (
    r"^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])$"
)
"""How a time is plainly written: Python and pydantic read it alike, and its year is one in UTC."""

_PLAIN: Final = re.compile(PLAIN)

FEW: Final = 50
"""Up to so many times are read faster one by one."""

ZERO, NINE = b"09"

FIRST, LAST = np.datetime64("1900", "us"), np.datetime64("2100", "us")
"""Plain times lie between."""

WHOLE: Final = 26
"""Signs of a time without its zone, to the microsecond; what is finer is cut off."""


def plain_times(*, missing: bool) -> CoreSchema:
    """Return the schema of a list of times plainly written, which reads them.

    Into microseconds since 1970 UTC; None stays None where a time may be *missing*.
    """
    time: CoreSchema = core_schema.str_schema(strict=True, pattern=PLAIN)
    each = core_schema.list_schema(
        core_schema.nullable_schema(time) if missing else time, fail_fast=True
    )

    def read(times: list[Any], one_by_one: ValidatorFunctionWrapHandler) -> list[int | None]:
        if len(times) > FEW and (missing or None not in times):
            found = at_once(times)
            if found is not None:
                return found
        return [None if one is None else _instant(one) for one in one_by_one(times)]

    return core_schema.no_info_wrap_validator_function(read, each)


def at_once(times: Sequence[Any]) -> list[int | None] | None:
    """Return times as microseconds since 1970 UTC, or None where not all are seen to be plain.

    They are where each looks, but for its digits, like one of its length that is plain.
    """
    told = [one for one in times if one is not None]
    if set(map(type, told)) != {str}:
        return None
    lengths = np.fromiter(map(len, told), np.int64, len(told))
    read = np.empty(len(told), np.int64)
    for length in set(lengths.tolist()):
        its = lengths == length
        alike = _alike(told if its.all() else [told[i] for i in np.flatnonzero(its).tolist()])
        if alike is None:
            return None
        read[its] = alike
    if len(told) == len(times):
        return list(read.tolist())
    instants = iter(read.tolist())
    return [None if one is None else next(instants) for one in times]


def _alike(times: list[str]) -> NDArray[np.int64] | None:
    """Return times of one length, or None where one is not written as the first is, plainly."""
    first = _PLAIN.match(times[0])
    if first is None:
        return None
    zone = first.start(4)
    try:
        signs = np.frombuffer("".join(times).encode("ascii"), np.uint8).reshape(len(times), -1)
        model = signs[0]
        digits = (model >= ZERO) & (model <= NINE)
        digits[zone:] = False  # all in the zone of the first
        said = signs[:, digits]
        if (signs[:, ~digits] != model[~digits]).any() or said.min() < ZERO or said.max() > NINE:
            return None
        end = min(zone, WHOLE)
        local = np.ascontiguousarray(signs[:, :end]).view(f"S{end}")[:, 0].astype("M8[us]")
    except ValueError:  # no such day, or a sign that is not ASCII
        return None
    if local.min() < FIRST or local.max() >= LAST:
        return None
    there = local.astype(np.int64)
    at: NDArray[np.int64] = there - (there[0] - _instant(times[0]))  # all in the zone of the first
    return at


def _instant(time: str) -> int:
    return microseconds(datetime.fromisoformat(time))
