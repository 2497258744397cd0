"""Small cells: which numbers of a table may be shown so that none about few people can be found.

A number under ten is hidden, and with it as many others as it takes that nobody finds it by
subtraction from the totals. What was hidden is tested the way an attacker would look: for each
small cell there is another table, with the same shown numbers, in which it is no small cell.
"""

from __future__ import annotations

from typing import Any, Final, overload

import highspy
import numpy as np

from features.errors import BadInput
from features.rows import Flags, Floats, Ints
from matching.allocation.solver import Quiet

LEAST: Final = 10
"""People in the smallest cell that is shown; nobody is in a cell of zero, which is."""

CHANGED: Final = 1e-6
"""A cell that changes by less than this does not change."""


@overload
def few(numbers: int | np.integer[Any]) -> bool: ...
@overload
def few(numbers: Ints) -> Flags: ...
def few(numbers: Any) -> Any:
    """Return whether a number tells of somebody, but of fewer than `LEAST`; of (…) numbers each."""
    return (numbers > 0) & (numbers < LEAST)


def publishable(
    counts: Ints,
    sums: Ints,
    meant: Flags,
    unsure: Flags | None = None,
    guarded: Flags | None = None,
    worth: Floats | None = None,
    rooms: Floats | None = None,
) -> Flags:
    """Return (m) which cells may be shown.

    Of every cell with fewer than `LEAST` people there remains a table with the same numbers shown,
    and nobody where nobody is, in which `LEAST` more are in that cell. Cells that hide others are
    those of the fewest people that will do. Nobody is a number like any other among so few that it
    tells of each of them.

    Args:
        counts: (m) people in each cell, totals among them.
        sums: (k, m) of -1, 0 and 1, how the cells add up: ``sums @ counts`` is zero.
        meant: (m) the cells that somebody would like to show; the others matter where they could
            be found by subtraction, as those outside a group can.
        unsure: (m) the cells of which it may not be known that nobody is in them; none if None.
        guarded: (m) the cells that must not be found where they are small; all if None.
        worth: (m) what it costs to hide each, above 0; its people if None.
        rooms: (m) how many more there can be in each at most, as everybody knows, 0 or more. Of a
            small cell with room for fewer than `LEAST`, as many more remain as there is room for.
            Any number if None.

    Raises:
        BadInput: the cells do not add up (``bad-table``).
    """
    if counts.min(initial=0) < 0 or np.any(sums @ counts):
        raise BadInput(
            found="cells that do not add up, or below zero",
            expected="totals that are the sums of their cells",
            hint="Look at what counted them.",
            code="bad-table",
        )
    open_ = counts > 0 if unsure is None else (counts > 0) | unsure
    small = open_ & (counts < LEAST) & (True if guarded is None else guarded)
    shown: Flags = meant & ~small
    cost = counts.astype(np.float64) if worth is None else worth
    most = np.where(open_, highspy.kHighsInf if rooms is None else rooms, 0.0)
    wanted = np.minimum(most, LEAST)
    search = _Search(counts, sums, most)
    for cell in np.flatnonzero(small & (wanted > 0)):
        if small[cell]:
            more = search.more_with(int(cell), np.where(shown, cost, 0.0), wanted[cell])
            shown &= np.abs(more) <= CHANGED
            small &= more < wanted - CHANGED  # what became large with it is hidden well enough
    return shown


class _Search:
    """The linear programme: the least that must change with a cell, over all tables there may be.

    A change of each cell is ``up - down``: up by what there is room for, down to zero at most.
    """

    def __init__(self, counts: Ints, sums: Ints, most: Floats) -> None:
        m = len(counts)
        self._m = m
        self._counts = counts.astype(float)
        self._most = most
        self._solver = Quiet()
        self._solver.addVars(2 * m, np.zeros(2 * m), np.concatenate([self._most, self._counts]))
        for row in sums:
            at = np.flatnonzero(row)
            columns = np.concatenate([at, at + m]).astype(np.int32)
            values = np.concatenate([row[at], -row[at]]).astype(float)
            self._solver.addRow(0.0, 0.0, len(columns), columns, values)

    def more_with(self, cell: int, cost: Floats, wanted: float) -> Floats:
        """Return (m) how many more are in each cell when so many more are in one, at least cost."""
        m, solver = self._m, self._solver
        every = np.arange(2 * m, dtype=np.int32)
        solver.changeColsCost(2 * m, every, np.concatenate([cost, cost]))
        solver.changeColBounds(cell, wanted, self._most[cell])
        solver.changeColBounds(cell + m, 0.0, 0.0)
        solver.run()
        found = np.array(solver.getSolution().col_value)
        solver.changeColBounds(cell, 0.0, self._most[cell])
        solver.changeColBounds(cell + m, 0.0, self._counts[cell])
        more: Floats = found[:m] - found[m:]
        return more
