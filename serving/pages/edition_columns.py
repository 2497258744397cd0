"""What a table of an edition is: columns with a unit each, and rows of the edition's numbers.

`edition_cells.cell` says how a cell reads in a language, and a file (CSV) holds the cells as they
are. What is hidden is empty there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

Unit = Literal[
    "text", "word", "reason", "feature", "alarm", "group", "place", "attribute",
    "count", "tally", "figure", "share",
    "points", "plain", "level", "gap", "p", "hours", "rate", "risk", "day",
]  # fmt: skip
"""How the cells of a column read. ``word`` is one of the wording's, ``group`` maps attributes to
groups, and so does ``place``, which names the attributes too. ``tally`` is a count that may have
nothing to count. ``share``, ``points`` (of a hundred) and ``plain`` are estimates, ``level`` and
``gap`` such of the row's *measure*."""


ESTIMATES: Final = ("share", "points", "plain", "level", "gap")
"""Units of estimates."""


@dataclass(frozen=True)
class Column:
    """A column: its name for machines, which the wording has a head for, and how its cells read."""

    name: str
    unit: Unit


@dataclass(frozen=True)
class Table:
    """A table.

    Args:
        name: of it, for machines; of attributes, ``of-`` and the attribute.
        columns: the first names a row.
        rows: as many cells each; an estimate is a mapping of value, low and high.
        drawn: the column that a picture shows; empty where there is none.
        limit: where the picture has a line.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    drawn: str = ""
    limit: float | None = None


def flat(of: Table) -> Iterator[list[Any]]:
    """Yield the names of the columns and then the rows, an estimate as three columns."""
    wide = [one.name for one in of.columns if one.unit in ESTIMATES]
    yield [
        name
        for one in of.columns
        for name in ([one.name, f"{one.name}_low", f"{one.name}_high"] if one.name in wide
                     else [one.name])
    ]  # fmt: skip
    for row in of.rows:
        yield [
            part
            for value, one in zip(row, of.columns, strict=True)
            for part in (_bounds(value) if one.name in wide else [_plain(value, one.unit)])
        ]


def _bounds(of: Mapping[str, Any] | None) -> list[Any]:
    return [None] * 3 if of is None else [of["value"], of["low"], of["high"]]


def _plain(value: Any, unit: Unit) -> Any:
    """Return a cell as it is; of groups their codes."""
    if unit == "place":
        return ", ".join(f"{name}: {group}" for name, group in value.items())
    return ", ".join(value.values()) if unit == "group" else value


def table(
    name: str,
    columns: str,
    rows: Iterator[Sequence[Any]] | Sequence[Sequence[Any]],
    drawn: str = "",
    limit: float | None = None,
) -> Table:
    """Return a table; columns are written ``name:unit``."""
    split = (one.split(":") for one in columns.split())
    made = tuple(Column(one, unit) for one, unit in split)  # type: ignore[arg-type]
    return Table(name, made, tuple(map(tuple, rows)), drawn, limit)
