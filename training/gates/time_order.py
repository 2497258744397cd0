"""G02: tested on later applications only."""

from __future__ import annotations

from training.gates.gate import Colour, Gate
from training.table import TrainingTable, instant


def gate(fitted: TrainingTable, tested: TrainingTable) -> Gate:
    """G02: the latest application fitted on lies before the earliest tested on."""
    latest, earliest = int(fitted.as_of.max()), int(tested.as_of.min())
    found = f"fitted until {instant(latest):%Y-%m-%d}, tested from {instant(earliest):%Y-%m-%d}"
    colour: Colour = "green" if latest < earliest else "red"
    return Gate("G02", "Tested on later applications only", colour, found, "the first before")
