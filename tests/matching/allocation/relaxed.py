"""The linear programme of a system, in which loans may be cut, solved by SciPy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linprog

from matching.allocation.pool import Pool
from matching.allocation.programme import Programme
from matching.allocation.rows import Row, rows_of
from matching.allocation.system import System, system_of


def system(programme: Programme, pool: Pool) -> System:
    """Return the system of a programme over a pool."""
    return system_of(programme.objective, pool, rows_of(programme, pool))


def relaxed(system: System, rows: Sequence[Row], *, anything: bool = False) -> float | None:
    """Return the most a system can be worth within some rows; None where they cannot all hold.

    Args:
        system: what each choice is worth.
        rows: those that are to be kept.
        anything: whether it matters only that they are kept.
    """
    who, which = np.nonzero(np.isfinite(system.value))
    value = system.value[who, which] * (not anything)
    one_each = np.zeros((len(system.value), len(who)))
    one_each[who, np.arange(len(who))] = 1
    units = [float(np.abs(row.weight).max(initial=1)) for row in rows]
    kept = [
        row.weight[who] * row.products[which] / unit for row, unit in zip(rows, units, strict=True)
    ]
    limit = [row.limit / unit for row, unit in zip(rows, units, strict=True)]
    found = linprog(
        -value,
        A_ub=np.vstack([one_each, *kept]),
        b_ub=np.concatenate([np.ones(len(one_each)), limit]),
        bounds=(0, 1),
        method="highs",
    )
    assert found.status in {0, 2}
    return -float(found.fun) if found.status == 0 else None
