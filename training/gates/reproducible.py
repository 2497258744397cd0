"""G09: the same bytes again."""

from __future__ import annotations

from models.risk import RiskModel
from training.gates.gate import Colour, Gate


def gate(model: RiskModel, again: RiskModel) -> Gate:
    """G09: the digests of the model and of its second fit are equal."""
    colour: Colour = "green" if model.digest == again.digest else "red"
    expected = model.digest[:16]
    return Gate("G09", "The same bytes again", colour, again.digest[:16], expected)
