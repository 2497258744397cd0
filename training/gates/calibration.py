"""G03: probabilities fit the outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from training.gates.gate import Colour, Gate
from training.validation.evaluate import Figure

CALIBRATED: Final = (0.8, 1.2)


def gate(figures: Mapping[str, Figure]) -> Gate:
    """G03: observed ÷ expected and the calibration slope, each against 0.8 … 1.2."""
    low, high = CALIBRATED
    both = {name: figures[name] for name in ("observed_to_expected", "calibration_slope")}
    colour: Colour = "green"
    if any(not low <= figure.value <= high for figure in both.values()):
        colour = "amber"
    if any(figure.high < low or figure.low > high for figure in both.values()):
        colour = "red"
    said = (
        f"{n.replace('_', ' ')} {f.value:.2f} [{f.low:.2f}, {f.high:.2f}]" for n, f in both.items()
    )
    expected = f"{low} to {high}"
    return Gate("G03", "Probabilities fit the outcomes", colour, ", ".join(said), expected)
