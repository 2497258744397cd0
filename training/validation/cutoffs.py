"""What a cut-off does: who would be approved, how many of them go bad, and what that costs.

For policy makers: each row is one cut-off, the least score approved. Shares are of
financed loans whose outcome is known; applicants whom past lenders did not finance are
in none of them (`training.validation.unknown` says how many there are in each band of the score).
Expected loss is Σ PD · LGD · EAD (Basel Committee, 2006), with the amount asked as the
exposure (EAD) and the share lost of it (LGD) an assumption, the same for every loan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import polars as pl

from features.errors import BadInput
from features.rows import Flags, Floats
from models import scale
from training.table import TrainingTable
from training.validation.rates import bad_rate

STEP: Final = 10
"""Points between two cut-offs."""

LGD: Final = 0.45
"""The share lost of an unsecured loan gone bad that the foundation approach of Basel II supposes
(Basel Committee, 2006, §287); a lender's own is better."""

FEWEST: Final = 30
"""Loans below which a partner has no rows of its own: they would say little, and much of each."""

EVERYONE: Final = ""
"""The partner under whom all loans stand."""

MONEY: Final = ("expected_loss", "observed_loss", "approved_amount")

_CUTOFFS: Final = {
    "partner": pl.String(),
    "cutoff": pl.Int64(),
    "approved": pl.Int64(),
    "approval_rate": pl.Float64(),
    "bad_rate": pl.Float64(),
    "bad_low": pl.Float64(),
    "bad_high": pl.Float64(),
    **dict.fromkeys(MONEY, pl.Float64()),
}

_GRADES: Final = {
    "grade": pl.String(),
    "loans": pl.Int64(),
    "share": pl.Float64(),
    "probability": pl.Float64(),
    "bad_rate": pl.Float64(),
    "bad_low": pl.Float64(),
    "bad_high": pl.Float64(),
}


def cutoffs(
    table: TrainingTable, log_odds: Floats, lgd: float = LGD, step: int = STEP
) -> pl.DataFrame:
    """Return the cut-off table, of all loans and of each partner with `FEWEST`, strictest last.

    Args:
        table: loans the model was not fitted on.
        log_odds: (n,) of default, of the model.
        lgd: share lost of a loan gone bad, above 0 and at most 1.
        step: points between cut-offs, above 0.

    Returns:
        ``partner`` (`EVERYONE` for all); ``cutoff`` in points; ``approved`` loans at or above it;
        ``approval_rate`` their weighted share; ``bad_rate`` the weighted share of bad loans among
        them, ``bad_low`` and ``bad_high`` its Wilson interval, 95%; ``expected_loss``,
        ``observed_loss`` and ``approved_amount`` weighted sums in minor units of the currency. The
        first cut-off approves all loans, the last at least one.

    Raises:
        BadInput: *lgd* is no share (``bad-lgd``).
    """
    if not 0 < lgd <= 1:
        raise BadInput(
            found=f"a loss given default of {lgd}",
            expected="a share above 0 and at most 1",
            hint="0.45 means that 45 of every 100 lent are lost when a loan goes bad.",
            code="bad-lgd",
        )
    points, probability = scale.points(log_odds), 1 / (1 + np.exp(-log_odds))
    named, loans = np.unique(table.partners, return_counts=True)
    many = [name for name, n in zip(named.tolist(), loans, strict=True) if name and n >= FEWEST]
    rows = [
        _cutoff(table, points, probability, lgd, partner, of, cutoff)
        for partner in (EVERYONE, *many)
        for of in [_of(table, partner)]
        for cutoff in _steps(points[of], step)
    ]
    return pl.DataFrame(rows, schema=_CUTOFFS, orient="row")


def _of(table: TrainingTable, partner: str) -> Flags:
    everyone: Flags = np.ones(table.bad.size, dtype=np.bool_)
    return everyone if partner == EVERYONE else np.equal(table.partners, partner)


def _steps(points: Floats, step: int) -> Iterator[int]:
    return iter(range(int(points.min() // step) * step, int(points.max()) + 1, step))


def _cutoff(
    table: TrainingTable,
    points: Floats,
    probability: Floats,
    lgd: float,
    partner: str,
    of: Flags,
    cutoff: int,
) -> tuple[Any, ...]:
    approved = of & (points >= cutoff)
    weights, bad = table.weights[approved], table.bad[approved]
    exposed = weights * table.amounts[approved]
    rate = bad_rate(bad, weights)
    figures = (None, None, None) if rate is None else (rate.value, rate.low, rate.high)
    share = weights.sum() / table.weights[of].sum()
    losses = (lgd * exposed @ probability[approved], lgd * exposed @ bad, exposed.sum())
    return partner, cutoff, int(bad.size), float(share), *figures, *map(float, losses)


def grades(table: TrainingTable, probability: Floats) -> pl.DataFrame:
    """Return the grade table, one row per grade from A to F, also of those without loans.

    Args:
        table: loans the model was not fitted on.
        probability: (n,) of default, of the model.

    Returns:
        ``grade``; ``loans``; ``share`` their weighted share; ``probability`` the weighted mean of
        those given; ``bad_rate``, ``bad_low``, ``bad_high`` as in `cutoffs`. Null where there are
        no loans.
    """
    of = np.searchsorted(scale.GRADE_BOUNDS, probability, side="right")
    rows = [_grade(table, probability, of == i, name) for i, name in enumerate(scale.GRADES)]
    return pl.DataFrame(rows, schema=_GRADES, orient="row")


def _grade(table: TrainingTable, probability: Floats, of: Flags, name: str) -> tuple[Any, ...]:
    weights = table.weights[of]
    share = float(weights.sum() / table.weights.sum())
    rate = bad_rate(table.bad[of], weights)
    if rate is None:
        return name, 0, share, None, None, None, None
    mean = float(np.average(probability[of], weights=weights))
    return name, int(of.sum()), share, mean, rate.value, rate.low, rate.high
