"""G04: constrained features keep their direction."""

from __future__ import annotations

from typing import Final

import lightgbm
import numpy as np

from features.catalogue import FEATURES
from features.rows import Floats
from models.risk import RiskModel
from training.gates.gate import Colour, Gate
from training.table import TrainingTable

GRID: Final = 25
ROWS: Final = 100


def gate(model: RiskModel, tested: TrainingTable) -> Gate:
    """G04: each constrained feature is moved over its range and beyond, with all else held.

    The grid is 25 quantiles of the feature and a point far beyond either end, on `ROWS`
    applications spread over time; what is watched is the score, not rounded, as a calibration
    may be level where the score still moves. A feature in no tree is passed over.
    """
    spread = np.linspace(0, len(tested.vectors) - 1, min(ROWS, len(tested.vectors)))
    rows = tested.vectors[spread.astype(int)]
    used = lightgbm.Booster(model_str=model.text).feature_importance() > 0
    against = [
        feature.name
        for i, feature in enumerate(FEATURES)
        if feature.direction and used[i] and worst_step(model, rows, i, feature.direction) > 0
    ]
    constrained = sum(1 for feature in FEATURES if feature.direction)
    found = f"{', '.join(against) or 'none'} of {constrained} against its direction"
    colour: Colour = "red" if against else "green"
    return Gate("G04", "Constrained features keep their direction", colour, found, "none")


def worst_step(model: RiskModel, rows: Floats, feature: int, direction: int) -> float:
    """Return by how many points the score moves against *direction* at worst; 0 is right.

    Args:
        model: the model.
        rows: (n, number of features) vectors to begin from.
        feature: the place of the feature that is moved.
        direction: 1 where the risk may only rise with it, -1 where it may only fall.
    """
    grid = _grid(rows[:, feature])
    moved = np.repeat(rows, grid.size, axis=0)
    moved[:, feature] = np.tile(grid, len(rows))
    steps = np.diff(model.points(moved).reshape(len(rows), grid.size), axis=1)
    return float(np.max(direction * steps, initial=0.0))


def _grid(values: Floats) -> Floats:
    """Return quantiles of the values, and a point as far beyond either end; empty without any."""
    there = values[~np.isnan(values)]
    if not there.size:
        return there
    inside = np.quantile(there, np.linspace(0, 1, GRID))
    beyond = inside[-1] - inside[0] + 1
    return np.concatenate([[inside[0] - beyond], inside, [inside[-1] + beyond]])
