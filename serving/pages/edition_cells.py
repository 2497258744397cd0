"""How the cells of an edition's tables read in a language: numbers by their unit, codes by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from audit.fairness.measures import MEASURES
from serving.pages.edition_columns import Unit
from serving.pages.fairness import POINTS
from serving.pages.gaps import NONE, Write, chance, plain, points
from serving.telling import written
from serving.telling.words import wording

HIDDEN: Final = "*"
"""What stands for a number that is hidden, and for what is not known."""

HIDES: Final = frozenset({"count", "share", "points", "plain", "hours", "rate"})
"""Units of which nothing there means that it is hidden."""

IN_POINTS: Final = frozenset(f"measure_{one.name}" for one in MEASURES if one in POINTS)
"""Measures whose levels are shares."""

Words = Mapping[str, str]


def words_of(language: str) -> Words:
    """Return the words of editions, and of audits where these have no own."""
    return {**wording(language)["fairness"], **wording(language)["editions"]}


def cell(value: Any, unit: Unit, of: str, language: str) -> str:
    """Return how a cell reads.

    Args:
        value: as a table holds it.
        unit: of its column.
        of: what the row measures, where it measures anything.
        language: of the words.
    """
    if value is None:
        return HIDDEN if unit in HIDES else NONE
    if unit in ("level", "gap"):
        unit = "plain" if of not in IN_POINTS else "points" if unit == "gap" else "share"
    if unit in INTERVALS:
        return _interval(value, INTERVALS[unit], language)
    return WRITE[unit](value, language)


def named(place: Mapping[str, str], language: str) -> str:
    """Return a group of each attribute by name; what has none is named as it is."""
    names = wording(language)["values"]
    return ", ".join(names.get(f"{name}_{group}", group) for name, group in place.items())


def place(of: Mapping[str, str], language: str) -> str:
    """Return groups, each by its attribute: ``Gender: women, Kecamatan: Bandar``."""
    pairs = ((attribute(name, language), named({name: one}, language)) for name, one in of.items())
    return ", ".join(f"{name}: {one}" for name, one in pairs)


def head(name: str, language: str) -> str:
    """Return what a column is called."""
    words = words_of(language)
    return words.get(f"head_{name}") or words[name]


def attribute(name: str, language: str) -> str:
    """Return the name of an attribute, or of several joined by hyphens."""
    words = words_of(language)
    parts = (words.get(f"name_{one}", one) for one in name.split("-"))
    return words.get(f"name_{name}") or ", ".join(parts)


def alarm(code: str, language: str) -> str:
    """Return what an alarm says."""
    return words_of(language)[f"alarm_{code}"]


def _word(value: str, language: str) -> str:
    return words_of(language)[value]


def reason(code: str, language: str) -> str:
    """Return what a reason is called, and the parts of a gap that are none."""
    return wording(language)["groups"].get(code) or words_of(language)[f"part_{code}"]


def _feature(name: str, language: str) -> str:
    return wording(language)["features"].get(name, name.replace("_", " "))


def _percent(share: float, language: str) -> str:
    return written.percent(share, language)


def _interval(of: Mapping[str, Any], write: Write, language: str) -> str:
    value, low, high = (write(float(of[name]), language) for name in ("value", "low", "high"))
    return f"{value} [{low}; {high}]"


INTERVALS: Final[dict[Unit, Write]] = {"share": _percent, "points": points, "plain": plain}
"""Unit of estimates → how their numbers are written."""

WRITE: Final[dict[Unit, Callable[[Any, str], str]]] = {
    "text": lambda value, _: str(value),
    "word": _word,
    "reason": reason,
    "feature": _feature,
    "alarm": lambda code, language: f"{alarm(code, language)} ({code})",
    "group": named,
    "place": place,
    "attribute": attribute,
    "count": written.number,
    "tally": written.number,
    "figure": lambda value, language: written.decimal(value, 3, language),
    "p": chance,
    "hours": written.number,
    "rate": _percent,
    "risk": _percent,
    "day": written.day,
}
"""Unit → how a cell reads that is no estimate."""
