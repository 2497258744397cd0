"""A programme as one integer model, whole, for the solvers that come with OR-Tools.

A column for each pair of application and product that fits, 0 or 1; a row for each business,
limit and floor. This is the model as a textbook writes it, in millions of rupiah so that its
numbers lie near one, and filled as arrays so that no solver waits for Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from benchmarks.recount import about, latest
from matching.allocation.pool import Floats, Ints, Pool
from matching.allocation.programme import Programme

SOLVERS: Final = {
    "cp_sat": mathopt.SolverType.CP_SAT,
    "scip": mathopt.SolverType.GSCIP,
    "highs": mathopt.SolverType.HIGHS,
    "glop": mathopt.SolverType.GLOP,
    "pdlp": mathopt.SolverType.PDLP,
}
RELAXED: Final = ("glop", "pdlp")
"""Those that take no integers: they solve the relaxation, which is a bound and no allocation."""

THREADS: Final = {"cp_sat": 2, "pdlp": 2}
"""Of those that can use more than one."""

MILLION: Final = 1_000_000
HALF: Final = 0.5


@dataclass(frozen=True)
class Whole:
    """The model: most of worth · x, where lower ≤ A x ≤ upper and each of x is 0 or 1.

    Args:
        application, product: (k) the pair of each column.
        worth: (k) million rupiah expected back.
        row, column, value: the entries of A.
        lower, upper: (m).
    """

    application: Ints
    product: Ints
    worth: Floats
    row: Ints
    column: Ints
    value: Floats
    lower: Floats
    upper: Floats


def whole(programme: Programme, pool: Pool) -> Whole:
    """Return the model of a programme whose objective is ``expected_repaid``."""
    who, what = np.nonzero(pool.fits & latest(pool)[:, None])
    amount = pool.amount[who] / MILLION
    _, business = np.unique(who, return_inverse=True)
    many = int(business.max(initial=-1)) + 1
    counted = {"rupiah": amount, "businesses": np.ones(len(who))}
    units = {"rupiah": MILLION, "businesses": 1}
    entries = [np.where(about(one, pool)[who, what], counted[one.unit], 0) for one in programme.limits]
    lower = [(one.at_least or 0) / units[one.unit] for one in programme.limits]
    upper = [np.inf if one.at_most is None else one.at_most / units[one.unit] for one in programme.limits]
    for floor in programme.floors:
        entries.append(counted[floor.of] * (pool.groups[floor.group][who] - float(floor.share)))
        lower, upper = [*lower, 0.0], [*upper, np.inf]
    dense = np.array(entries).reshape(len(entries), len(who))
    row, column = np.nonzero(dense)
    return Whole(
        application=who,
        product=what,
        worth=amount * (1 - pool.probability[who]),
        row=np.concatenate([business, many + row]),
        column=np.concatenate([np.arange(len(who)), column]),
        value=np.concatenate([np.ones(len(who)), dense[row, column]]),
        lower=np.array([*[0.0] * many, *lower]),
        upper=np.array([*[1.0] * many, *upper]),
    )


def solved(
    model: Whole, solver: str, seconds: float, gap: float
) -> tuple[Ints | None, float | None]:
    """Return the columns taken and the proven bound, million rupiah; None where there is none."""
    answer = mathopt.solve(
        mathopt.Model.from_model_proto(_message(model, integer=solver not in RELAXED)),
        SOLVERS[solver],
        params=mathopt.SolveParameters(
            time_limit=timedelta(seconds=seconds),
            relative_gap_tolerance=None if solver in RELAXED else gap,
            threads=THREADS.get(solver),
        ),
    )
    proven = answer.termination.objective_bounds.dual_bound
    bound = proven if np.isfinite(proven) else None
    if solver in RELAXED or not answer.has_primal_feasible_solution():
        return None, bound
    values = answer.variable_values()
    return np.array(sorted(one.id for one, value in values.items() if value > HALF), dtype=np.int64), bound


def _message(model: Whole, *, integer: bool) -> Any:
    """Return the model as MathOpt's own message."""
    message, k, m = model_pb2.ModelProto(), len(model.worth), len(model.lower)
    columns, rows, entries = message.variables, message.linear_constraints, message.linear_constraint_matrix
    columns.ids.extend(range(k))
    columns.lower_bounds.extend([0.0] * k)
    columns.upper_bounds.extend([1.0] * k)
    columns.integers.extend([integer] * k)
    message.objective.maximize = True
    message.objective.linear_coefficients.ids.extend(range(k))
    message.objective.linear_coefficients.values.extend(model.worth.tolist())
    rows.ids.extend(range(m))
    rows.lower_bounds.extend(model.lower.tolist())
    rows.upper_bounds.extend(model.upper.tolist())
    entries.row_ids.extend(model.row.tolist())
    entries.column_ids.extend(model.column.tolist())
    entries.coefficients.extend(model.value.tolist())
    return message
