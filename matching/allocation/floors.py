"""Floors: what a group reached, and whether demand allows it more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.allocation.pool import Ints, Pool
from matching.allocation.programme import Floor
from matching.allocation.rows import counted, in_group
from matching.allocation.stability import could_have
from matching.allocation.system import System


def reached(floor: Floor, pool: Pool, chosen: Ints) -> int:
    """Return what the group of a floor got, in the floor's unit."""
    return int(counted(floor.of, pool)[in_group(floor, pool) & (chosen >= 0)].sum())


def exhausted(floor: Floor, pool: Pool, system: System, chosen: Ints) -> bool:
    """Return whether nobody else of a group could be served, not even in one other's place."""
    group = in_group(floor, pool)
    others = tuple(row for row in system.rows if row.name != floor.name)
    wanted = np.repeat((group & (chosen < 0))[:, None], len(pool.products), axis=1)
    order = np.repeat((~group).astype(np.int64)[:, None], len(pool.products), axis=1)
    return not could_have(replace(system, rows=others), chosen, order, wanted)
