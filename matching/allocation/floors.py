"""Floors: what a group reached, and whether demand allows it more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.allocation.pool import Bools, Ints, Pool
from matching.allocation.programme import Floor
from matching.allocation.rows import counted, in_group
from matching.allocation.system import System


def reached(floor: Floor, pool: Pool, chosen: Ints) -> int:
    """Return what the group of a floor got, in the floor's unit."""
    return int(counted(floor.of, pool)[in_group(floor, pool) & (chosen >= 0)].sum())


def exhausted(floor: Floor, pool: Pool, system: System, chosen: Ints) -> bool:
    """Return whether nobody else of a group could be served, not even in one other's place.

    The other may hold any product. Minimums that the other helps to keep are not looked at.
    """
    group = in_group(floor, pool)
    rows = tuple(row for row in system.rows if row.name != floor.name)
    others = replace(system, rows=rows)
    who, which = np.nonzero(np.isfinite(system.value) & (group & (chosen < 0))[:, None])
    leaving = np.flatnonzero(~group & (chosen >= 0))
    needed = _extremes(others, who, which, pool.amount)
    freed = _extremes(others, leaving, chosen[leaving], -pool.amount)
    nobody = np.zeros((len(rows), 1), dtype=np.int64)
    minimum: Bools = np.asarray((others.weight <= 0).all(axis=1))
    room = np.where(minimum, 0, others.room(chosen))[:, None] + np.hstack([nobody, freed])
    return not any(
        ((need[:, None] <= room) | minimum[:, None]).all(axis=0).any() for need in needed.T
    )


def _extremes(system: System, who: Ints, which: Ints, key: Ints) -> Ints:
    """Return (K, m) what choices weigh; of those that the same rows weigh, the first by *key*.

    Args:
        system: the rows.
        who: applications, one choice each.
        which: their products.
        key: (n) whose least comes first: rows count applications by their amount, or all alike.
    """
    counts = system.about[:, which]
    signs = np.sign(system.weight).astype(np.int8)[:, who] * counts
    order = np.argsort(key[who], kind="stable")
    kinds = np.ascontiguousarray(np.vstack([signs, which[None, :]])[:, order].T)
    _, first = np.unique(kinds, axis=0, return_index=True)
    picked = order[first]
    weights: Ints = system.weight[:, who[picked]] * counts[:, picked]
    return weights
