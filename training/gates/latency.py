"""G10: one applicant's answer takes a moment only."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Final

import numpy as np

from features.rows import Floats
from models.risk import RiskModel
from training.gates.gate import Colour, Gate
from training.table import TrainingTable

TIMES: Final = 50

AMBER_MS: Final = 2.0
RED_MS: Final = 10.0
"""CPU milliseconds. Some seven times, and forty times, what the standing recipe takes.

A busy machine does not reach them by chance, and trees twice as deep reach the first.
"""


def gate(model: RiskModel, tested: TrainingTable) -> Gate:
    """G10: the median CPU time of the probability and exact SHAP of one row."""
    return judged(measured(model, tested.vectors[:1]), model)


def judged(milliseconds: Sequence[float], model: RiskModel) -> Gate:
    """G10, of what was measured."""
    median = float(np.median(milliseconds))
    colour: Colour = "green"
    if median > AMBER_MS:
        colour = "amber"
    if median > RED_MS:
        colour = "red"
    leaves = size_of_trees(model)
    # Rounded up, so that one model is told alike by two measurements.
    found = f"within {math.ceil(median)} ms of CPU, "
    found += f"{len(leaves):,} trees with {sum(leaves):,} leaves"
    expected = f"at most {AMBER_MS:g} ms, above {RED_MS:g} ms is red"
    return Gate("G10", "One answer takes a moment only", colour, found, expected)


def measured(model: RiskModel, row: Floats) -> list[float]:
    """Return the CPU milliseconds of each of `TIMES` answers, after one that is not counted.

    Args:
        model: the model.
        row: (1, number of features) the vector to answer for.
    """
    taken = []
    for _ in range(TIMES + 1):
        begun = time.process_time_ns()
        model.probability(row)
        model.contributions(row)
        taken.append((time.process_time_ns() - begun) / 1e6)
    return taken[1:]


def size_of_trees(model: RiskModel) -> list[int]:
    """Return how many leaves each tree has, as the text of the trees says."""
    name = "num_leaves="
    lines = model.text.splitlines()
    return [int(line.removeprefix(name)) for line in lines if line.startswith(name)]
