"""An edition in the words of one language: how its cells read, and the pictures of its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from audit.editions.sections import Edition, Missing
from audit.fairness.estimate import Estimate
from audit.fairness.measures import MEASURES
from serving.pages import charts, intervals
from serving.pages.charts import Chart
from serving.pages.edition_tables import Column, PartName, Table, Unit, tables
from serving.pages.fairness import POINTS
from serving.pages.gaps import NONE, chance, plain, points
from serving.pages.intervals import Intervals
from serving.telling import written
from serving.telling.words import wording

HIDDEN: Final = "*"
"""What stands for a number that is hidden, and for what is not known."""

HIDES: Final = frozenset({"count", "share", "hours", "rate"})
"""Units of which nothing there means that it is hidden."""

NUMBERS: Final = frozenset(
    {"count", "tally", "figure", "share", "level", "gap", "p", "hours", "rate"}
)
"""Units that stand at the right."""

IN_POINTS: Final = frozenset(f"measure_{one.name}" for one in MEASURES if one in POINTS) | {
    "drift_missing"
}
"""Measures whose levels are shares."""

PARITY: Final = "measure_demographic_parity_difference"
"""The measure that an attribute's picture is of."""

Words = Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """A table in words.

    Args:
        name: for machines; title, how: what it is, and how to read it.
        heads: of its columns, and whether they hold numbers.
        lines: its rows.
        bars, dots: a picture of it; None where there is none.
    """

    name: str
    title: str
    how: str
    heads: tuple[tuple[str, bool], ...]
    lines: tuple[tuple[str, ...], ...]
    bars: Chart | None
    dots: Intervals | None


def shown(edition: Edition, part: PartName, language: str) -> tuple[Shown, ...]:
    """Return the tables of a part in a language."""
    return tuple(_shown(one, language) for one in tables(edition, part))


def missing(edition: Edition, part: PartName, language: str) -> str:
    """Return why a part cannot be told; empty where it is."""
    found = getattr(edition, part)
    return _words(language)[f"why_{found.why}"] if isinstance(found, Missing) else ""


def _words(language: str) -> Words:
    """Return the words of editions, and of audits where these have no own."""
    return {**wording(language)["fairness"], **wording(language)["editions"]}


def _shown(of: Table, language: str) -> Shown:
    words = _words(language)
    lines = [
        tuple(cell(value, column.unit, str(row[1]), language)
              for value, column in zip(row, of.columns, strict=True))
        for row in of.rows
    ]  # fmt: skip
    kind, _, name = of.name.partition("-")
    return Shown(
        name=of.name,
        title=words[f"table_{kind}"].format(name=words.get(f"name_{name}", name)),
        how=words.get(f"how_{kind}", ""),
        heads=tuple((words[f"head_{one.name}"], one.unit in NUMBERS) for one in of.columns),
        lines=tuple(lines),
        bars=_bars(of, language),
        dots=_dots(of, language),
    )


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
        shares = points if unit == "gap" else _percent
        write = shares if of in IN_POINTS else _plain
        return _interval(value, write, language)
    return WRITE[unit](value, language)


def _word(value: str, language: str) -> str:
    return _words(language)[value]


def _reason(code: str, language: str) -> str:
    return wording(language)["groups"][code]


def _percent(share: float, language: str) -> str:
    return written.percent(share, language)


def _plain(value: float | str, language: str) -> str:
    return plain(float(value), language)


def _interval(of: Mapping[str, Any], write: Callable[[Any, str], str], language: str) -> str:
    value, low, high = (write(of[name], language) for name in ("value", "low", "high"))
    return f"{value} [{low}; {high}]"


WRITE: Final[dict[Unit, Callable[[Any, str], str]]] = {
    "text": lambda value, _: str(value),
    "word": _word,
    "reason": _reason,
    "count": written.number,
    "tally": written.number,
    "figure": lambda value, language: written.decimal(value, 3, language),
    "share": lambda value, language: _interval(value, _percent, language),
    "p": chance,
    "hours": written.number,
    "rate": _percent,
    "day": written.day,
}
"""Unit → how a cell reads that needs no more."""


def _bars(of: Table, language: str) -> Chart | None:
    """Return the picture of a count; none where nothing of it is told."""
    at = _drawn(of, "count")
    rows = [
        charts.Row(
            cell(row[0], of.columns[0].unit, "", language),
            cell(row[at], "count", "", language),
            (("met", float(row[at])),),
        )
        for row in of.rows
        if at and row[at] is not None
    ]
    return charts.chart(f"bars-{of.name}", _title(of, at, language), rows) if rows else None


def _dots(of: Table, language: str) -> Intervals | None:
    """Return the picture of a share; none where nothing of it is told."""
    at = _drawn(of, "share") or _drawn(of, "level")
    rows = [
        intervals.Row(
            cell(row[0], of.columns[0].unit, "", language),
            _percent(row[at]["value"], language),
            Estimate(**row[at]),
            "worse" if str(row[-1]) in ("verdict_worse", "verdict_beyond") else "plain",
        )
        for row in of.rows
        if at and row[at] is not None and (of.columns[1].unit == "count" or row[1] == PARITY)
    ]
    if not rows:
        return None
    title = _title(of, at, language)
    return intervals.intervals(f"dots-{of.name}", title, rows, (0.0, 1.0), ("0%", "100%"))


def _drawn(of: Table, unit: Unit) -> int:
    """Return the column that is drawn, where it is of a unit; 0 where it is not."""
    return next((at for at, one in enumerate(of.columns) if one == Column(of.drawn, unit)), 0)


def _title(of: Table, at: int, language: str) -> str:
    return _words(language)[f"head_{of.columns[at].name}"]
