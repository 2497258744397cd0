"""Pictures of bars: a label, a bar of parts, and a number, one under the other.

A chart knows lengths only; colours stand in the style, under the names of its parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 254
"""Of a chart, in its own units: the pixels that a small telephone leaves it."""

BAR: Final = 164
"""Of the longest bar; the numbers stand right of it."""

STEP: Final = 32
"""From one row to the next."""

THINNEST: Final = 1.0
"""Of a part that is not nothing."""


@dataclass(frozen=True)
class Row:
    """What a row shows.

    Args:
        label: what it is; number: as written.
        parts: (name, length) one after the other, in any unit.
        mark: where a line crosses the bar, in the same unit; None: nowhere.
    """

    label: str
    number: str
    parts: tuple[tuple[str, float], ...]
    mark: float | None = None


@dataclass(frozen=True)
class Part:
    """A part of a bar: its name, where it begins, and how wide it is."""

    name: str
    left: float
    width: float


@dataclass(frozen=True)
class Bar:
    """A row as it is drawn, its upper edge at ``top``; ``mark`` is below zero where none is."""

    label: str
    number: str
    top: int
    parts: tuple[Part, ...]
    mark: float


@dataclass(frozen=True)
class Chart:
    """A picture of bars on one scale.

    Args:
        name: of the picture in its page, a word; title: what it shows.
        bars: its rows; height: of them all.
    """

    name: str
    title: str
    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        """Return the height of the picture."""
        return STEP * len(self.bars)


def chart(name: str, title: str, rows: Sequence[Row], whole: float = 0.0) -> Chart:
    """Return a chart of rows.

    Args:
        name: of the picture in its page, a word.
        title: what it shows.
        rows: what it shows, from the top.
        whole: the least that the longest bar stands for, in the unit of the parts.
    """
    lengths = [sum(length for _, length in row.parts) for row in rows]
    longest = max([*lengths, *(row.mark or 0.0 for row in rows), whole]) or 1.0
    return Chart(name, title, tuple(_bar(row, STEP * at, longest) for at, row in enumerate(rows)))


def _bar(row: Row, top: int, longest: float) -> Bar:
    parts, left = [], 0.0
    for name, length in row.parts:
        if length > 0:
            width = max(length / longest * BAR, THINNEST)
            parts.append(Part(name, round(left, 1), round(width, 1)))
            left += width
    return Bar(
        row.label,
        row.number,
        top,
        tuple(parts),
        -1.0 if row.mark is None else round(row.mark / longest * BAR, 1),
    )
