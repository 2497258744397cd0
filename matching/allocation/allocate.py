"""Allocating a programme: the most good within its limits, proven, and beside two other ways.

Limits are kept to the rupiah. A floor asks for a share of all that is allocated; once no
more of its group can be served, it gives way: the group keeps what it has, and nobody else
goes without for a share that demand does not allow. So it does where a minimum asks for
more of others than the share allows: the group then gets the most that there can be.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from matching.allocation import conflict
from matching.allocation.floors import exhausted, for_group, reached
from matching.allocation.pool import Ints, Pool
from matching.allocation.programme import Floor, Programme
from matching.allocation.result import Allocation
from matching.allocation.rows import kept_row, rows_of
from matching.allocation.solving import Solved, solve
from matching.allocation.system import CHEAPER, System, system_of
from matching.allocation.told import told

GAP: Final = 1e-3
"""How far from the proven bound an allocation may be, relative to it, before it is mended on."""

PATIENCE: Final = 60.0
"""Seconds of mending after which the best there is is taken, with the gap it has."""

BINDING: Final = 1e-9
"""The least price, in the scale of the values, at which a floor holds somebody back."""


def allocate(
    programme: Programme,
    pool: Pool,
    gap: float = GAP,
    seconds: float = PATIENCE,
    said: Callable[[str], None] = lambda _: None,
) -> Allocation:
    """Return the allocation of a programme over a pool.

    Args:
        programme: what is to be had the most of, and the limits.
        pool: who asks, and what fits them.
        gap: how near to the proven bound is near enough, 0 for the optimum itself.
        seconds: how long it is mended at most.
        said: told what is being done.

    Raises:
        BadInput: the objective needs a risk that is not known (``bad-pool``).
        Refused: no allocation keeps every minimum (``programme-infeasible``); the limits that
            cannot all hold are named.
    """
    began = time.monotonic()
    said("looking whether all limits can hold")
    system = _possible(programme, pool, gap, seconds)
    said("allocating")
    solved = _solved(system, gap, seconds)
    for floor in programme.floors:
        if _gives_way(floor, pool, system, solved):
            said(f"{floor.name}: no more can be served")
            system = _keeping(system, floor, pool, solved.chosen)
            solved = _solved(system, gap, seconds, solved.chosen)
    took = time.monotonic() - began
    said("comparing with other methods")
    return told(programme, pool, system, solved, took)


def _possible(programme: Programme, pool: Pool, gap: float, seconds: float) -> System:
    """Return the system whose limits can all hold; a floor against a minimum gives way to it."""
    system = system_of(programme.objective, pool, rows_of(programme, pool))
    while rows := conflict.conflict(system):
        against = {row.name for row in rows if row.kind == "floor"}
        if not against:
            raise conflict.refuse(rows)
        floor = next(one for one in reversed(programme.floors) if one.name in against)
        most = _solved(for_group(floor, pool, system), gap, seconds)
        system = _keeping(system, floor, pool, most.chosen)
    return system


def _solved(system: System, gap: float, seconds: float, known: Ints | None = None) -> Solved:
    # What counts for the borrowers' cost widens the bound by as much.
    solved = solve(system, max(gap - CHEAPER, 0.0), seconds, known)
    if (system.room(solved.chosen) < 0).any():
        broken = np.flatnonzero(system.room(solved.chosen) < 0).tolist()
        raise conflict.refuse(tuple(system.rows[row] for row in broken), proven=False)
    return solved


def _gives_way(floor: Floor, pool: Pool, system: System, solved: Solved) -> bool:
    """Return whether a floor holds others back although no more of its group can be served."""
    place = [row.name for row in system.rows].index(floor.name)
    return bool(solved.prices[place] > BINDING) and exhausted(floor, pool, system, solved.chosen)


def _keeping(system: System, floor: Floor, pool: Pool, chosen: Ints) -> System:
    """Return the system in which the group of a floor keeps what it has, and no more is asked."""
    kept = kept_row(floor, pool, reached(floor, pool, chosen))
    return replace(
        system, rows=tuple(kept if row.name == floor.name else row for row in system.rows)
    )
