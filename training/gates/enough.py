"""G07: enough bad loans."""

from __future__ import annotations

from typing import Final

from training.gates.gate import Colour, Gate
from training.table import TrainingTable

FEWEST_BAD: Final = 30


def gate(fitted: TrainingTable, tested: TrainingTable) -> Gate:
    """G07: at least 30 bad loans fitted on, and as many tested on."""
    counts = int(fitted.bad.sum()), int(tested.bad.sum())
    found = f"{counts[0]} bad loans fitted on, {counts[1]} tested on"
    colour: Colour = "green" if min(counts) >= FEWEST_BAD else "red"
    return Gate("G07", "Enough bad loans", colour, found, f"at least {FEWEST_BAD} each")
