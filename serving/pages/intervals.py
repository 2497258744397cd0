"""Pictures of estimates: a label, a dot with its interval on one scale, and a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from audit.fairness.estimate import Estimate

WIDTH: Final = 254
"""Of a picture, in its own units: the pixels that a small telephone leaves it."""

SCALE: Final = 190
"""Of the scale; the numbers stand right of it."""

STEP: Final = 32
"""From one row to the next."""


@dataclass(frozen=True)
class Row:
    """What a row shows.

    Args:
        label: what it is; number: as written.
        of: the estimate.
        kind: how it is drawn, a word of the style.
    """

    label: str
    number: str
    of: Estimate
    kind: str = "plain"


@dataclass(frozen=True)
class Dot:
    """A row as it is drawn, its upper edge at ``top``; the others are places from the left."""

    label: str
    number: str
    top: int
    low: float
    at: float
    high: float
    kind: str


@dataclass(frozen=True)
class Intervals:
    """A picture of estimates.

    Args:
        name: of the picture in its page, a word; title: what it shows.
        dots: its rows.
        mark: where a line crosses all of them; below zero: nowhere.
        ends: what stands at both ends of the scale.
    """

    name: str
    title: str
    dots: tuple[Dot, ...]
    mark: float
    ends: tuple[str, str]

    @property
    def height(self) -> int:
        """Return the height of the picture."""
        return STEP * len(self.dots) + 14


def intervals(
    name: str,
    title: str,
    rows: Sequence[Row],
    scale: tuple[float, float],
    ends: tuple[str, str],
    mark: float | None = None,
) -> Intervals:
    """Return a picture of estimates.

    Args:
        name: of the picture in its page, a word.
        title: what it shows.
        rows: what it shows, from the top; what lies outside of the scale is drawn at its end.
        scale: its least and most.
        ends: how they are written.
        mark: a value that a line stands at.
    """
    low, high = scale

    def place(value: float) -> float:
        return round(min(max((value - low) / (high - low), 0.0), 1.0) * SCALE, 1)

    dots = tuple(
        Dot(row.label, row.number, STEP * at, place(row.of.low), place(row.of.value),
            place(row.of.high), row.kind)
        for at, row in enumerate(rows)
    )  # fmt: skip
    return Intervals(name, title, dots, -1.0 if mark is None else place(mark), ends)
