"""Gates a model must pass before it may be champion, each with a stable code.

A gate is *red* when the evidence is against the model, *amber* when a value is
off but its interval does not rule the goal out, and *green* otherwise. Only red
stops a promotion. docs/gates.md explains each code.

========  =====================================================================
G01       no single feature gives the outcome away (leak)
G02       every application tested on is later than all that were fitted on
G03       probabilities fit the outcomes (observed ÷ expected, calibration slope)
G04       the score moves with each constrained feature as the catalogue says
G05       another seed gives the same answers
G06       no group is worse off than tolerated
G07       there are enough bad loans on both sides, and loans in every segment
G08       the model carries this catalogue's fingerprint
G09       fitted twice, the model is the same to the byte
G10       one answer takes a moment only
G11       the model is small
G12       the plausibility contract holds
G13       later applicants are like those fitted on
========  =====================================================================
"""

from __future__ import annotations

from training.gates import (
    calibration,
    catalogue,
    drift,
    enough,
    fairness,
    latency,
    leak,
    monotone,
    plausibility,
    reproducible,
    size,
    stability,
    time_order,
)
from training.gates.evidence import Evidence
from training.gates.gate import Gate


def gates(of: Evidence) -> list[Gate]:
    """Return every gate's finding, in order of code."""
    return [
        leak.gate(of.fitted),
        time_order.gate(of.fitted, of.tested),
        calibration.gate(of.figures),
        monotone.gate(of.model, of.tested),
        stability.gate(of.model, of.others, of.tested),
        fairness.gate(of.cases),
        enough.gate(of.fitted, of.tested),
        catalogue.gate(of.model),
        reproducible.gate(of.model, of.again),
        latency.gate(of.model, of.tested),
        size.gate(of.model),
        plausibility.gate(of.model, of.data, of.tested),
        drift.gate(of.model, of.held_out, of.fitted, of.tested),
    ]
