"""G05: another seed gives the same answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from features.rows import Floats, Ints
from models.risk import RiskModel
from models.scale import GRADES, grade
from training.gates.gate import Colour, Gate
from training.table import TrainingTable
from training.validation.evaluate import auc

OTHER_SEEDS: Final = 5

LIMITS: Final = {
    "spread of AUC": (0.02, 0.05),
    "order changed": (0.03, 0.10),
    "another grade": (0.30, 0.50),
    "two grades off": (0.01, 0.05),
}
"""What is measured → above what it is amber, and above what red; docs/gates.md has the reasons."""


def gate(model: RiskModel, others: Sequence[RiskModel], tested: TrainingTable) -> Gate:
    """G05: the model against those fitted with other seeds from the same loans.

    Args:
        model: the model.
        others: fitted on the same table with other seeds, one or more.
        tested: what they are compared on.
    """
    found = spread(model, others, tested)
    colour: Colour = "green"
    if any(value > LIMITS[name][0] for name, value in found.items()):
        colour = "amber"
    if any(value > LIMITS[name][1] for name, value in found.items()):
        colour = "red"
    said = ", ".join(f"{name} {value:.3f}" for name, value in found.items())
    expected = ", ".join(f"{amber} {red}" for amber, red in LIMITS.values())
    return Gate(
        "G05",
        "Another seed gives the same answers",
        colour,
        f"{said}, over {len(others)} other seeds",
        f"at most, amber and red: {expected}",
    )


def spread(
    model: RiskModel, others: Sequence[RiskModel], tested: TrainingTable
) -> dict[str, float]:
    """Return each measure of `LIMITS`, for the seed that is worst by it.

    The spread of AUC is the largest minus the smallest; *order changed* is 1 minus Spearman's rank
    correlation; the others are shares of the applicants tested on.
    """
    own = model.probability(tested.vectors)
    theirs = [other.probability(tested.vectors) for other in others]
    reached = [auc(p, tested.bad, tested.weights) for p in (own, *theirs)]
    moved = [np.abs(_grades(p) - _grades(own)) for p in theirs]
    measured = (
        max(reached) - min(reached),
        max(1 - rank_correlation(own, p) for p in theirs),
        max(float(np.mean(steps > 0)) for steps in moved),
        max(float(np.mean(steps > 1)) for steps in moved),
    )
    return dict(zip(LIMITS, measured, strict=True))


def rank_correlation(one: Floats, other: Floats) -> float:
    """Return Spearman's rank correlation, -1 … 1."""
    both = pl.DataFrame({"one": one, "other": other})
    return float(both.select(pl.corr("one", "other", method="spearman")).item())


def _grades(probability: Floats) -> Ints:
    """Return (n,) grades as numbers, 0 for A."""
    return np.array([GRADES.index(grade(p)) for p in probability.tolist()], dtype=np.int64)
