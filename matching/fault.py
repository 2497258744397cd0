"""What is wrong with a record, all of it: each field, what was found there, what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

Place = tuple[str | int, ...]
"""The steps to a part of a record: names of fields, and numbers in lists from 0."""

MOST_SHOWN: Final = 80
"""Characters of what was found that are shown."""

EXPECTED: Final = {
    "missing": "a value",
    "extra_forbidden": "no field of this name",
    "model_type": "fields with their values",
    "tuple_type": "a list",
    "date_from_datetime_inexact": "a day, without an hour",
}
"""Kind of fault → what was expected, where the check itself says it for programmers."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Args:
        place: where; empty for the whole.
        found: what was there, shortened; ``nothing`` where a field is missing.
        expected: what should be there.
    """

    place: Place
    found: str
    expected: str

    @property
    def field(self) -> str:
        """Return the place as one word: ``eligibility.0.op`` is the first rule's op."""
        return ".".join(map(str, self.place)) or "the whole"


def faults(wrong: ValidationError, written: object) -> tuple[Fault, ...]:
    """Return every fault that a check found, one for each place.

    Args:
        wrong: what the check says.
        written: what was checked. A value that may be of several kinds is held against each, and
            what was written tells these from the steps to a place. Of a list whose parts are wrong
            it is told only of the parts.
    """
    found: dict[Place, list[str]] = {}
    shown: dict[Place, str] = {}
    for error in wrong.errors(include_url=False):
        missing = error["type"] == "missing"
        place = tuple(_steps(error["loc"], written, missing=missing))
        shown.setdefault(place, "nothing" if missing else short(error["input"]))
        said = EXPECTED.get(error["type"]) or error["msg"].removeprefix("Value error, ")
        found.setdefault(place, []).append(said.removeprefix("Input should be "))
    deepest = (place for place in found if not any(_within(other, place) for other in found))
    return tuple(Fault(place, shown[place], " or ".join(found[place])) for place in deepest)


def short(value: object) -> str:
    """Return a value as it is shown."""
    text = repr(value)
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


def _steps(place: Place, written: Any, *, missing: bool) -> Iterator[str | int]:
    """Give the steps that lead to something written, and the last to what is missing."""
    for number, step in enumerate(place, start=1):
        if _leads(step, written):
            written = written[step]
        elif not missing or number < len(place):
            continue
        yield step


def _within(place: Place, outer: Place) -> bool:
    return len(place) > len(outer) and place[: len(outer)] == outer


def _leads(step: str | int, written: object) -> bool:
    if isinstance(written, list | tuple):
        return isinstance(step, int) and step < len(written)
    return isinstance(written, Mapping) and step in written
