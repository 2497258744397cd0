"""The part of an audit's page on features that give a group away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from audit.fairness.estimate import Estimate
from audit.origins.proxies import Proxy, Told
from serving.pages.demand import Line
from serving.pages.intervals import Intervals, Row, intervals
from serving.telling import written
from serving.telling.words import wording

LEAST: Final = 0.001
"""Below it a p-value is written as being below it."""

LOW: Final = 0.4
"""Where the scale of the picture begins; chance stands at 0.5."""


@dataclass(frozen=True)
class Proxies:
    """How well features tell groups: a picture, and each group in numbers."""

    picture: Intervals | None
    lines: tuple[Line, ...]


def proxies(found: Sequence[Proxy], error: float, language: str) -> Proxies:
    """Return the part in the words of a language.

    Args:
        found: of the groups.
        error: how often at most a group is shown that features do not tell.
        language: of the words.
    """
    lines = tuple(_line(one, error, language) for one in found)
    return Proxies(_picture(found, error, language), lines)


def _picture(found: Sequence[Proxy], error: float, language: str) -> Intervals | None:
    rows = [
        Row(_group(one), _two(one.auc.value, language), one.auc, _kind(one, error))
        for one in found
        if one.auc is not None
    ]
    ends = (_two(LOW, language), _two(1.0, language))
    title = wording(language)["fairness"]["proxies"]
    return intervals("of-proxies", title, rows, (LOW, 1.0), ends, 0.5) if rows else None


def _group(one: Proxy) -> str:
    return f"{one.attribute}: {one.group}"


def _kind(one: Proxy, error: float) -> str:
    return "worse" if one.corrected is not None and one.corrected < error else "plain"


def _line(one: Proxy, error: float, language: str) -> Line:
    words, name = wording(language)["fairness"], _group(one)
    if one.auc is None or one.by_chance is None or one.corrected is None:
        return Line(name, (words["verdict_insufficient"], "", "", "", ""))
    least = written.decimal(LEAST, 3, language)
    p = f"< {least}" if one.corrected < LEAST else written.decimal(one.corrected, 3, language)
    shown = words["proxy_told" if one.corrected < error else "proxy_not_told"]
    by = ", ".join(_told(of, language) for of in one.strongest)
    return Line(name, (shown, _estimate(one.auc, language), _two(one.by_chance, language), p, by))


def _told(of: Told, language: str) -> str:
    return f"{of.feature} {_two(of.auc, language)}"


def _estimate(of: Estimate, language: str) -> str:
    low, value, high = (_two(x, language) for x in (of.low, of.value, of.high))
    return f"{value} [{low}; {high}]"


def _two(value: float, language: str) -> str:
    return written.decimal(value, 2, language)
