"""G13: later applicants are like those fitted on."""

from __future__ import annotations

from typing import Final

import numpy as np

from audit.fairness.estimate import size
from features.rows import Floats
from models.risk import RiskModel
from training.gates.gate import Colour, Gate
from training.table import TrainingTable

BINS: Final = 10
LOOK_FROM: Final = 0.10
"""The convention's bound, which knows nothing of how many loans there are."""

CHI_SQUARED: Final = 16.919
"""What χ² of nine degrees of freedom stays below in 95 of 100 cases."""


def gate(model: RiskModel, held_out: Floats, fitted: TrainingTable, tested: TrainingTable) -> Gate:
    """G13: the population stability index of the score, amber at most.

    Amber above 0.10, and above what chance reaches in 95 of 100 samples without any shift. Never
    red: that applicants changed is a reason to look, and not against the model; what it costs
    shows in calibration (G03).

    Args:
        model: the model.
        held_out: (n,) margins of the loans fitted on, each from trees that never saw it.
        fitted: what the model was fitted on.
        tested: the later ones.
    """
    after = np.asarray(model.trees.predict(tested.vectors, raw_score=True, num_threads=1))
    found = stability_index(held_out, fitted.weights, after, tested.weights)
    bound = max(LOOK_FROM, by_chance(size(fitted.weights), size(tested.weights)))
    colour: Colour = "amber" if found > bound else "green"
    return Gate(
        "G13",
        "Later applicants are like those fitted on",
        colour,
        f"population stability index {found:.3f} of the score",
        f"at most {bound:.3f}, by chance or by convention",
    )


def stability_index(before: Floats, weights: Floats, after: Floats, later: Floats) -> float:
    """Return Σ (a - b) · ln(a ÷ b) over ten bins of the scores before; 0 is no shift.

    a and b are the shares after and before in a bin, each as though half a loan of each lay in
    every bin, so that an empty one is no infinity.

    Args:
        before: (n,) scores on any scale; one that keeps their order gives the same.
        weights: (n,) of the loans before.
        after: (m,) scores.
        later: (m,) of the loans after.
    """
    bounds = np.unique(np.quantile(before, np.linspace(0, 1, BINS + 1)[1:-1]))
    b, a = (
        _shares(np.searchsorted(bounds, scores, side="right"), w, bounds.size + 1)
        for scores, w in ((before, weights), (after, later))
    )
    return float(np.sum((a - b) * np.log(a / b)))


def _shares(bins: np.ndarray, weights: Floats, number: int) -> Floats:
    counted = np.bincount(bins, weights / weights.mean(), number) + 0.5
    shares: Floats = counted / counted.sum()
    return shares


def by_chance(n: float, m: float) -> float:
    """Return what the index stays below in 95 of 100 samples of n and m loans without a shift.

    It is χ² of one degree less than bins, times 1/n + 1/m (Yurdakul & Naranjo, 2020, *Journal of
    Risk Model Validation* 14).
    """
    return CHI_SQUARED * (1 / n + 1 / m)
