"""The solvers that come with OR-Tools, on the whole model; `make peers` puts them apart.

The model is handed over as arrays in MathOpt's own message, so that no solver waits for Python.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from benchmarks.whole import Whole
from matching.allocation.pool import Ints

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

HALF: Final = 0.5


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
    return np.array(
        sorted(one.id for one, value in values.items() if value > HALF), dtype=np.int64
    ), bound


def _message(model: Whole, *, integer: bool) -> Any:
    """Return the model as MathOpt's own message."""
    message, k, m = model_pb2.ModelProto(), len(model.worth), len(model.lower)
    columns, rows, entries = (
        message.variables,
        message.linear_constraints,
        message.linear_constraint_matrix,
    )
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
