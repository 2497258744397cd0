"""G01: no feature gives the outcome away."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.rows import Floats
from training.evaluate import auc
from training.gates.gate import Colour, Gate
from training.table import TrainingTable

LEAK_AUC: Final = 0.95


def gate(fitted: TrainingTable) -> Gate:
    """G01: the largest AUC that one feature reaches on its own, either way round."""
    alone = {name: _alone(fitted.vectors[:, i], fitted) for i, name in enumerate(fitted.names)}
    name = max(alone, key=alone.__getitem__)
    colour: Colour = "red" if alone[name] >= LEAK_AUC else "green"
    found = f"{name} alone reaches AUC {alone[name]:.3f}"
    return Gate("G01", "No feature gives the outcome away", colour, found, f"below {LEAK_AUC}")


def _alone(values: Floats, table: TrainingTable) -> float:
    there = ~np.isnan(values)
    bad = table.bad[there]
    if not 0 < bad.sum() < bad.size:
        return 0.5
    reached = auc(values[there], bad, table.weights[there])
    return max(reached, 1 - reached)
