"""What is kept of a training run, as plain values: `training.tracking` alone puts it away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure as Picture

from training.gates.gate import Gate


@dataclass(frozen=True)
class Run:
    """A run, but for its model.

    Args:
        params: what it was made with, name → value.
        metrics: name → figure.
        gates: what each gate found.
        texts: name of a file → what it says.
        pictures: name of a file → picture.
    """

    params: Mapping[str, str | float]
    metrics: Mapping[str, float]
    gates: Sequence[Gate]
    texts: Mapping[str, str]
    pictures: Mapping[str, Picture]
