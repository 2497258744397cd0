"""How far businesses come, as officials see it: aggregates only, by kecamatan.

Each business counts once, at the furthest stage that it came to; so the stages add up to all who
asked. A number of fewer than ten is hidden, and so are others by which it could be found
(`audit.cells`). How many came as far as a stage is a sum of these, shown where all of them are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from audit.cells import LEAST, publishable
from features.rows import Flags, Ints

Stage = Literal["not_yet", "human_review", "eligible", "offered", "entered", "allocated", "repaid"]
"""Where a business is: its result, an offer beside it, in a programme, served, and paying back."""

STAGES: Final[tuple[Stage, ...]] = get_args(Stage)


@dataclass(frozen=True)
class Place:
    """How far those of a kecamatan came, or all of them; None is hidden.

    Args:
        kecamatan: its code; empty where it is not known, and for all.
        asked: businesses that asked.
        stopped: in the order of `STAGES`, how many came no further.
    """

    kecamatan: str
    asked: int | None
    stopped: tuple[int | None, ...]

    @property
    def reached(self) -> tuple[int | None, ...]:
        """Return in the order of `STAGES` how many came as far, or further; None is hidden."""
        return tuple(_sum(self.stopped[at:]) for at in range(len(STAGES)))


@dataclass(frozen=True)
class Funnel:
    """How far businesses came: by kecamatan in the order of their codes, and in all."""

    places: tuple[Place, ...]
    total: Place


def funnel(counts: Mapping[tuple[str, Stage], int]) -> Funnel:
    """Return how far businesses came, as officials may see it.

    Args:
        counts: code of the kecamatan, empty where not known, and furthest stage → businesses.
    """
    codes = sorted({code for code, _ in counts})
    grid = np.zeros((len(codes) + 1, len(STAGES) + 1), dtype=np.int64)
    for (code, stage), businesses in counts.items():
        grid[codes.index(code), STAGES.index(stage)] += businesses
    grid[:, -1] = grid[:, :-1].sum(axis=1)
    grid[-1] = grid[:-1].sum(axis=0)
    *places, total = _places([*codes, ""], grid, _shown(grid))
    return Funnel(tuple(places), total)


def _places(codes: list[str], grid: Ints, shown: Flags) -> Iterator[Place]:
    for code, row, may in zip(codes, grid, shown, strict=True):
        *stopped, asked = (int(n) if it else None for n, it in zip(row, may, strict=True))
        yield Place(code, asked, tuple(stopped))


def _shown(grid: Ints) -> Flags:
    """Return which cells may be shown; nobody is as telling as anybody where few ask."""
    cells = np.arange(grid.size).reshape(grid.shape)
    sums = np.zeros((sum(grid.shape), grid.size), dtype=np.int64)
    for at, line in enumerate([*cells, *cells.T]):
        sums[at, line[:-1]], sums[at, line[-1]] = 1, -1
    asked = grid[:, -1:]
    unsure = (asked > 0) & (asked < LEAST) & (grid[-1] > 0)
    meant = np.ones(grid.size, dtype=bool)
    found = publishable(grid.ravel(), sums, meant, unsure=unsure.ravel())
    return found.reshape(grid.shape)


def _sum(stopped: tuple[int | None, ...]) -> int | None:
    known = [one for one in stopped if one is not None]
    return sum(known) if len(known) == len(stopped) else None
