"""G13: later applicants are like those fitted on."""

from __future__ import annotations

from typing import Final

from audit.drift.stability import by_chance, index_of_scores
from audit.fairness.estimate import size
from features.rows import Floats
from models.risk import RiskModel
from training.gates.gate import Colour, Gate
from training.table import TrainingTable

LOOK_FROM: Final = 0.10
"""The convention's bound, which knows nothing of how many loans there are."""


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
    after = model.margin(tested.vectors)
    found = index_of_scores(held_out, fitted.weights, after, tested.weights)
    bound = max(LOOK_FROM, by_chance(size(fitted.weights), size(tested.weights)))
    colour: Colour = "amber" if found > bound else "green"
    return Gate(
        "G13",
        "Later applicants are like those fitted on",
        colour,
        f"population stability index {found:.3f} of the score",
        f"at most {bound:.3f}, by chance or by convention",
    )
