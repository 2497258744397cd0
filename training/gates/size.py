"""G11: the model is small."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from models import artefact
from models.risk import RiskModel
from training.gates.gate import Colour, Gate

AMBER_BYTES: Final = 2_000_000
RED_BYTES: Final = 5_000_000
"""Five times, and twelve times, what the standing recipe makes."""


def gate(model: RiskModel) -> Gate:
    """G11: the bytes of the model on disk."""
    return judged(size(model))


def judged(found: int) -> Gate:
    """G11, of so many bytes."""
    colour: Colour = "green"
    if found > AMBER_BYTES:
        colour = "amber"
    if found > RED_BYTES:
        colour = "red"
    expected = f"at most {AMBER_BYTES:,} bytes, above {RED_BYTES:,} is red"
    return Gate("G11", "The model is small", colour, f"{found:,} bytes", expected)


def size(model: RiskModel) -> int:
    """Return the bytes of the files that `models.artefact.save` writes of a model."""
    with tempfile.TemporaryDirectory() as scratch:
        artefact.save(model, Path(scratch))
        return sum(file.stat().st_size for file in Path(scratch).rglob("*") if file.is_file())
