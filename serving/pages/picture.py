"""The picture of how the points add up: from the base, step by step, to the score.

Each group is a bar from where the one before ended. The widest groups are drawn by name, and the
others together, so that what is drawn still adds up to the score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from models.reasons import Points

MOST_BARS: Final = 6
"""Groups drawn by name; a seventh is drawn rather than called *others* alone."""

WIDTH: Final = 254
"""Of the picture, in its own units: the pixels that a small telephone leaves it."""

STEP: Final = 38
"""From one row to the next."""

MARGIN: Final = 6
"""Left and right of the bars, so that a mark at the end is seen whole."""

NUMBERS: Final = 40
"""Of the width, for the numbers at the right, which no bar and no line crosses."""

Kind = Literal["mark", "up", "down", "level"]


@dataclass(frozen=True)
class Row:
    """One row of the picture.

    Args:
        label: what it is.
        number: its points, as written.
        kind: a mark for base and score; else a bar up or down, or level for none.
        top: the upper edge of the row.
        left: where its bar begins; width: of the bar, zero for a mark.
        end: where the next row goes on.
    """

    label: str
    number: str
    kind: Kind
    top: int
    left: float
    width: float
    end: float


def signed(points: int) -> str:
    """Return points with their sign, the minus as it is printed; none for zero."""
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"  # noqa: RUF001


def groups(points: Points, names: Mapping[str, str]) -> list[tuple[str, int]]:
    """Return (name, points) of every group that moved the score: what raises first, widest first.

    Base and these add up to the score.
    """
    moved = [(names[code], whole) for code, whole in points.by_reason.items() if whole]
    return sorted(moved, key=lambda group: (group[1] < 0, -abs(group[1])))


def gathered(moved: list[tuple[str, int]], others: str) -> list[tuple[str, int]]:
    """Return the same with all but the widest `MOST_BARS` added together as *others*."""
    if len(moved) <= MOST_BARS + 1:
        return moved
    widest = sorted(moved, key=lambda group: -abs(group[1]))[:MOST_BARS]
    rest = sum(points for _, points in moved) - sum(points for _, points in widest)
    return [*(group for group in moved if group in widest), (others, rest)]


def rows(points: Points, names: Mapping[str, str], words: Mapping[str, str]) -> list[Row]:
    """Return the rows of the picture: base, groups, score.

    Args:
        points: the score taken apart.
        names: code → name of its group.
        words: holds ``base``, ``others`` and ``score``.
    """
    moved = gathered(groups(points, names), words["others"])
    stations = [points.base]
    for _, step in moved:
        stations.append(stations[-1] + step)
    low, high = min(stations), max(stations)
    unit = (WIDTH - NUMBERS - 2 * MARGIN) / max(high - low, 1)
    at = [round(MARGIN + (station - low) * unit, 1) for station in stations]
    bars = [
        Row(
            name,
            signed(step),
            "up" if step > 0 else "down" if step < 0 else "level",
            STEP * place,
            min(at[place - 1], at[place]),
            round(abs(at[place] - at[place - 1]), 1),
            at[place],
        )
        for place, (name, step) in enumerate(moved, start=1)
    ]
    first = Row(words["base"], str(points.base), "mark", 0, at[0], 0, at[0])
    bottom = STEP * (len(bars) + 1)
    last = Row(words["score"], str(points.score), "mark", bottom, at[-1], 0, at[-1])
    return [first, *bars, last]
