"""Gates a model must pass before it may be champion, each with a stable code.

A gate is *red* when the evidence is against the model, *amber* when a value is
off but its interval does not rule the goal out, and *green* otherwise. Only red
stops a promotion. docs/gates.md explains each code.

========  =====================================================================
G01       no single feature gives the outcome away (leak)
G02       every application tested on is later than all that were fitted on
G03       probabilities fit the outcomes (observed ÷ expected, calibration slope)
G04       the score moves with each constrained feature as the catalogue says
G07       there are enough bad loans on both sides to say anything
G08       the model carries this catalogue's fingerprint
G09       fitted twice, the model is the same to the byte
========  =====================================================================
"""

from __future__ import annotations

from models.risk import RiskModel
from training.evaluate import Figure
from training.gates import (
    calibration,
    catalogue,
    enough,
    leak,
    monotone,
    reproducible,
    time_order,
)
from training.gates.gate import Gate
from training.table import TrainingTable


def gates(
    fitted: TrainingTable,
    tested: TrainingTable,
    figures: dict[str, Figure],
    model: RiskModel,
    again: RiskModel,
) -> list[Gate]:
    """Return every gate's finding.

    Args:
        fitted: what the model was fitted on.
        tested: what it was tested on.
        figures: of `training.evaluate`, on *tested*.
        model: the model.
        again: the model fitted a second time, from the same table and seed.
    """
    return [
        leak.gate(fitted),
        time_order.gate(fitted, tested),
        calibration.gate(figures),
        monotone.gate(model, tested),
        enough.gate(fitted, tested),
        catalogue.gate(model),
        reproducible.gate(model, again),
    ]
