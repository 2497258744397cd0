"""The pictures of an edition's tables: bars of counts, and dots of what has an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from audit.fairness.estimate import Estimate
from serving.pages import charts, intervals
from serving.pages.charts import Chart
from serving.pages.edition_cells import IN_POINTS, INTERVALS, cell, head, words_of
from serving.pages.edition_columns import ESTIMATES, Table
from serving.pages.gaps import Write
from serving.pages.intervals import Intervals

MOST: Final = 10
"""Rows that are drawn of a table whose rows come in the order of how far they lie."""

SHARES: Final = 15
"""Rows that are drawn of shares: a kecamatan each."""

LOUD: Final = ("verdict_worse", "verdict_beyond", "level_act", "level_look", "proxy_told")
"""What a row ends with that is drawn in another colour."""


def bars(of: Table, language: str) -> Chart | None:
    """Return the picture of a count; None where nothing of it is told."""
    at = _drawn(of, ("count",))
    rows = [
        charts.Row(_label(of, row, language), cell(row[at], "count", "", language),
                   (("met", float(row[at])),))
        for row in of.rows
        if at and row[at] is not None
    ]  # fmt: skip
    return charts.chart(f"bars-{of.name}", _title(of, at, language), rows) if rows else None


def dots(of: Table, language: str) -> Intervals | None:
    """Return the picture of an estimate; None where nothing of it is told."""
    at = _drawn(of, ESTIMATES)
    there = [row for row in of.rows if at and row[at] is not None and _is_drawn(of, row)]
    if not there:
        return None
    share = of.columns[at].unit in ("share", "level")
    write = INTERVALS["share" if share else of.columns[at].unit]
    drawn = there[: SHARES if share else MOST]
    rows = [_row(of, row, at, write, language) for row in drawn]
    scale = (0.0, 1.0) if share else _scale([row.of for row in rows], of.limit)
    ends = (write(scale[0], language), write(scale[1], language))
    title = _title(of, at, language)
    return intervals.intervals(f"dots-{of.name}", title, rows, scale, ends, of.limit)


def _row(of: Table, row: Sequence[Any], at: int, write: Write, language: str) -> intervals.Row:
    found = Estimate(**{name: float(value) for name, value in row[at].items()})
    kind = "worse" if row[-1] in LOUD else "plain"
    return intervals.Row(_label(of, row, language), write(found.value, language), found, kind)


def _drawn(of: Table, units: Sequence[str]) -> int:
    """Return the column that is drawn, where it is of one of some units; 0 where none is."""
    its = (at for at, one in enumerate(of.columns) if one.name == of.drawn and one.unit in units)
    return next(its, 0)


def _is_drawn(of: Table, row: Sequence[Any]) -> bool:
    """Return whether a row is drawn: of a table of measures the first, where it is of shares."""
    measured = of.columns[1].name == "measure"
    return not measured or row[1] == of.rows[0][1] in IN_POINTS


def _label(of: Table, row: Sequence[Any], language: str) -> str:
    """Return what a row is called: its first cell, and a reason that stands next to it."""
    units = [one.unit for one in of.columns[:2]]
    first = "group" if units[0] == "place" else units[0]  # shorter, for there is little room
    said = [cell(row[0], first, "", language)]
    if units[1] == "reason":
        said.append(cell(row[1], "reason", "", language))
    return ". ".join(said)


def _title(of: Table, at: int, language: str) -> str:
    if of.columns[at].unit == "level":
        return words_of(language)[of.rows[0][1]]
    return head(of.columns[at].name, language)


def _scale(found: Sequence[Estimate], limit: float | None) -> tuple[float, float]:
    """Return the ends of a picture that shows all of some estimates, nought and a limit."""
    finite = [end for one in found for end in (one.low, one.high) if math.isfinite(end)]
    low, high = min(0.0, *finite), max(limit or 0.0, *finite)
    return low, high if high > low else low + 1.0
