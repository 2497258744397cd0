"""The columns of `audit.gathered.Gathered`, as they grow: of a decision nothing else is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from audit.gathered import Gathered
from features.catalogue import NAMES
from features.rows import Flags
from models.reasons import CODES
from serving.editions.opened import Opened
from serving.protected.kept import ATTRIBUTES

KINDS: Final = {"Flags": np.bool_, "Floats": np.float64, "Ints": np.int64, "Texts": np.str_}
"""Annotation of a column → what it is made of."""

WIDE: Final = {"features": len(NAMES), "points": len(CODES), "told": len(CODES)}
"""Column of more than one number → how many."""

SINGLE: Final = {
    one.name: KINDS[str(one.type)]
    for one in fields(Gathered)
    if one.type in KINDS and one.name not in (*WIDE, "offered")
}

Block = dict[str, NDArray[Any]]


@dataclass
class Columns:
    """What is gathered so far.

    Args:
        since: from when on what happened is of the period.
    """

    since: datetime
    _blocks: list[Block] = field(default_factory=list)
    _groups: list[dict[str, str]] = field(default_factory=list)
    _offered: list[list[int]] = field(default_factory=list)
    _shelf: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, opened: Sequence[Opened]) -> None:
        """Add some decisions."""
        self._blocks.append(_block(opened, self.since))
        for one in opened:
            self._groups.append(one.groups())
            its = [self._shelf.setdefault(that, len(self._shelf)) for that in one.products()]
            self._offered.append(its)

    def gathered(self, until: datetime, erased: int) -> Gathered:
        """Return all that was added.

        Args:
            until: the end of the period, UTC.
            erased: decisions left out.
        """
        blocks = [_block([], self.since), *self._blocks]
        return Gathered(
            since=self.since,
            until=until,
            erased=erased,
            names=NAMES,
            codes=CODES,
            offered=self._matrix(),
            products=tuple(product for product, _ in self._shelf),
            lenders=tuple(lender for _, lender in self._shelf),
            protected={
                name: np.array([groups[name] for groups in self._groups], dtype=np.str_)
                for name in ATTRIBUTES
            },
            **{name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]},
        )

    def _matrix(self) -> Flags:
        offered = np.zeros((len(self._offered), len(self._shelf)), dtype=bool)
        for place, its in enumerate(self._offered):
            offered[place, its] = True
        return offered


def _block(opened: Sequence[Opened], since: datetime) -> Block:
    lines = [one.line(since) for one in opened]
    single = {name: _column([one[name] for one in lines], kind) for name, kind in SINGLE.items()}
    wide = {name: [getattr(one, name)() for one in opened] for name in WIDE}
    return single | {
        name: _column(rows, np.bool_ if name == "told" else np.float64).reshape(-1, WIDE[name])
        for name, rows in wide.items()
    }


def _column(values: Sequence[Any], kind: type[np.generic]) -> NDArray[Any]:
    """Return values as a column; None is no text, and a number that is not known."""
    if kind is np.str_:
        return np.array([value or "" for value in values], dtype=np.str_)
    return np.array(values, dtype=kind)
