"""G04: constrained features keep their direction."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.catalogue import FEATURES
from features.rows import Floats
from models.risk import RiskModel
from training.gates.gate import Colour, Gate
from training.table import TrainingTable

GRID: Final = 25


def gate(model: RiskModel, tested: TrainingTable) -> Gate:
    """G04: each constrained feature is moved over its range with all else held, on a grid.

    The grid is 25 quantiles of the feature on at most 50 applications.
    """
    rows = tested.vectors[:50]
    against = [
        feature.name
        for i, feature in enumerate(FEATURES)
        if feature.direction and _worst_step(model, rows, i, feature.direction) > 0
    ]
    constrained = sum(1 for feature in FEATURES if feature.direction)
    found = f"{', '.join(against) or 'none'} of {constrained} against its direction"
    colour: Colour = "red" if against else "green"
    return Gate("G04", "Constrained features keep their direction", colour, found, "none")


def _worst_step(model: RiskModel, rows: Floats, feature: int, direction: int) -> float:
    """Return by how many points the score moves against *direction* at worst; 0 or less is right.

    The score, as a calibration may be level where the score still moves.
    """
    values = rows[:, feature][~np.isnan(rows[:, feature])]
    if values.size == 0:
        return 0.0
    grid = np.quantile(values, np.linspace(0, 1, GRID))
    moved = np.repeat(rows, GRID, axis=0)
    moved[:, feature] = np.tile(grid, len(rows))
    steps = np.diff(model.points(moved).reshape(len(rows), GRID), axis=1)
    return float(np.max(direction * steps))
