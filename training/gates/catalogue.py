"""G08: trained with this catalogue."""

from __future__ import annotations

from features.catalogue import fingerprint
from models.risk import RiskModel
from training.gates.gate import Colour, Gate


def gate(model: RiskModel) -> Gate:
    """G08: the model's fingerprint is that of the catalogue in this release."""
    found = model.identity.fingerprint
    colour: Colour = "green" if found == fingerprint() else "red"
    return Gate("G08", "Trained with this catalogue", colour, found, fingerprint())
