"""G11: the bytes of a model on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import artefact
from models.risk import RiskModel
from training.gates import size


@pytest.mark.parametrize(
    ("found", "colour"),
    [
        (400_000, "green"),
        (2_000_000, "green"),
        (2_000_001, "amber"),
        (5_000_000, "amber"),
        (5_000_001, "red"),
    ],
)
def test_it_is_amber_above_two_million_bytes_and_red_above_five(found: int, colour: str) -> None:
    gate = size.judged(found)
    assert (gate.code, gate.colour) == ("G11", colour)
    assert gate.found == f"{found:,} bytes"


def test_it_counts_what_is_saved(model: RiskModel, tmp_path: Path) -> None:
    artefact.save(model, tmp_path)
    saved = sum(len(file.read_bytes()) for file in tmp_path.iterdir())
    assert size.gate(model).found == f"{saved:,} bytes"
    assert saved > len(model.text)
