"""Whole loans made better by HiGHS, in one neighbourhood after another.

A neighbourhood frees some applications and leaves the others what they have; the small
integer programme that is left says how those freed do best in the room they have together.
While a row is broken nothing else counts: only what is missing is made less.
When the neighbourhood is everyone, what HiGHS proves is proven of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np

from matching.allocation.pool import Bools, Ints
from matching.allocation.rounding import Filling
from matching.allocation.solver import Quiet
from matching.allocation.system import System

MISSING: Final = 1e3
"""What a scaled unit that a row is broken by costs, so that a rupiah shows."""

MARGIN: Final = 1e-5
"""How far beyond a broken row's limit is aimed, in its scaled unit: above the solver's tolerance,
below which it takes a rupiah short for none."""

HALF: Final = 0.5
"""Above this the solver means one, up to its tolerance."""


@dataclass(frozen=True)
class Mended:
    """What a neighbourhood came to.

    Args:
        chosen: (n) the product of each application; -1 for none.
        bound: what no choice of those freed can be worth more than, the others left as they are.
    """

    chosen: Ints
    bound: float


def mended(
    system: System,
    chosen: Ints,
    freed: Ints,
    gap: float,
    seconds: float,
    enough: float = np.inf,
    nodes: int | None = None,
) -> Mended:
    """Return an allocation at least as good, those in *freed* chosen anew.

    Args:
        system: what is solved.
        chosen: (n) what there is.
        freed: applications to choose anew.
        gap: how far from the best, relative to it, is near enough.
        seconds: after which the best there is is taken.
        enough: what all together need not be worth more than.
        nodes: branches after which the best there is is taken; None: no such end.
    """
    filling = Filling(system, chosen)
    for i in freed.tolist():
        filling.put(i, -1)
    others = system.worth(filling.chosen)
    place, products = np.nonzero(np.isfinite(system.value[freed]))
    who = freed[place]
    solver = _solver(gap, seconds)
    solver.setOptionValue("objective_target", others - enough)
    if nodes is not None:
        solver.setOptionValue("mip_max_nodes", nodes)
    missing = broken(system, chosen) > 0
    solver.passModel(_model(system, filling.room, (place, who, products), missing=missing))
    if not missing:
        solver.setSolution(_start(chosen[who] == products))
    solver.run()
    values = np.array(solver.getSolution().col_value)[: len(who)]
    for i, j in zip(who[values > HALF].tolist(), products[values > HALF].tolist(), strict=True):
        filling.put(i, j)
    _within(filling, freed, system.room(chosen))
    bound = np.inf if missing else others - solver.getInfo().mip_dual_bound
    return Mended(better(system, chosen, filling.chosen), bound)


def broken(system: System, chosen: Ints) -> float:
    """Return by how much rows are broken, together, in their scaled units; 0 where all hold."""
    return float((np.maximum(-system.room(chosen), 0) / system.unit).sum())


def better(system: System, before: Ints, after: Ints) -> Ints:
    """Return the one that breaks less, and of two that break as little the one worth more."""
    return max(before, after, key=lambda one: (-broken(system, one), system.worth(one)))


def _within(filling: Filling, freed: Ints, room: Ints) -> None:
    """Take back what breaks a row by the solver's tolerance, the least worth first."""
    value = filling.system.value
    while (over := np.flatnonzero(filling.room < np.minimum(room, 0))).size:
        weight = filling.system.weight[over[0]]
        about = filling.system.about[over[0]]
        held = filling.chosen[freed]
        heavy = (held >= 0) & (weight[freed] > 0) & about[held]
        if not heavy.any():
            return
        worth = np.where(heavy, value[freed, held], np.inf)
        filling.put(int(freed[worth.argmin()]), -1)


def _solver(gap: float, seconds: float) -> highspy.Highs:
    solver = Quiet()
    solver.setOptionValue("random_seed", 0)
    solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("time_limit", seconds)
    return solver


def _model(
    system: System, room: Ints, choices: tuple[Ints, Ints, Ints], *, missing: bool
) -> highspy.HighsLp:
    """Return the programme of those freed.

    Args:
        system: what is solved.
        room: (K) what the others leave.
        choices: of each column the applicant's place among those freed, the applicant, the product.
        missing: whether rows may miss something, and all that counts is how much.
    """
    place, who, products = choices
    people, columns = int(place.max(initial=-1)) + 1, len(who)
    counts = np.where(system.about[:, products], system.scaled[:, who], 0.0)
    short = np.flatnonzero(room < 0) if missing else np.zeros(0, dtype=np.int64)
    lacking = np.zeros((len(room), len(short)))
    lacking[short, np.arange(len(short))] = -1.0
    matrix = np.hstack([counts, lacking])
    aimed = np.isin(np.arange(len(room)), short)
    column, row = np.nonzero(matrix.T)
    index = np.concatenate([place, people + row])
    value = np.concatenate([np.ones(columns), matrix.T[column, row]])
    of = np.concatenate([np.arange(columns), column])
    order = np.argsort(of, kind="stable")
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns + len(short), people + len(room)
    lp.col_cost_ = np.concatenate(
        [-system.value[who, products] * (not missing), np.full(len(short), MISSING)]
    )
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.concatenate([np.ones(columns), np.full(len(short), np.inf)])
    lp.row_lower_ = np.full(lp.num_row_, -np.inf)
    lp.row_upper_ = np.concatenate([np.ones(people), room / system.unit - MARGIN * aimed])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    starts = np.searchsorted(of[order], np.arange(lp.num_col_ + 1))
    lp.a_matrix_.start_ = starts.astype(np.int32)
    lp.a_matrix_.index_ = index[order].astype(np.int32)
    lp.a_matrix_.value_ = value[order]
    whole, any_number = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    lp.integrality_ = [whole] * columns + [any_number] * len(short)
    return lp


def _start(held: Bools) -> highspy.HighsSolution:
    """Return what there is as the solver's first solution."""
    solution = highspy.HighsSolution()
    solution.col_value = held.astype(float).tolist()
    return solution
