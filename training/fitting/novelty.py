"""Fitting what tells applicants unlike those trained on: ranges, and a conformal line.

The ranges are taken from some of the businesses, the line from the others. An
applicant like those trained on lies beyond the line with a chance of at most
`SHARE` (split conformal; Bates et al., *Testing for outliers with conformal
p-values*, Annals of Statistics 51, 2023), as long as applicants are alike: drift
adds to it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np

from features.rows import Floats
from models.novelty import Novelty, Range
from training.table import TrainingTable

SHARE: Final = 0.01
"""Of applicants like those trained on, at most so many are sent to a person for being unlike."""

HELD: Final = 0.3
"""The share of businesses the line is drawn on."""

TAIL: Final = 0.01
"""The share of values beyond a range, on either side."""


def novelty(table: TrainingTable, seed: int) -> Novelty:
    """Return what tells applicants unlike those of *table*; the same table and seed, the same."""
    fitted, drawn = parted(table, seed)
    ranges = {
        name: found
        for name, values in zip(table.names, fitted.T, strict=True)
        if (found := spread(values)) is not None
    }
    open_ended = Novelty(ranges, None, SHARE, len(drawn))
    return replace(open_ended, line=line(open_ended.measure(drawn), SHARE))


def parted(table: TrainingTable, seed: int) -> tuple[Floats, Floats]:
    """Return the vectors ranges are taken from and those the line is drawn on, by business."""
    businesses = np.unique(table.businesses)
    np.random.default_rng(seed).shuffle(businesses)
    held = np.isin(table.businesses, businesses[: round(HELD * businesses.size)])
    return table.vectors[~held], table.vectors[held]


def spread(values: Floats) -> Range | None:
    """Return the range of a feature's (n,) values, NaN where missing; None if they tell nothing.

    Where all but the tails are one value, the width is that of all of them; where all are the same,
    trees cannot have split there, and a new value changes no score.
    """
    present = values[~np.isnan(values)]
    if not present.size or present.min() == present.max():
        return None
    low, high = np.quantile(present, [TAIL, 1 - TAIL]).tolist()
    width = high - low if high > low else float(np.ptp(present))
    return Range(low, high, width, always=bool(present.size == values.size))


def line(measures: Floats, share: float) -> float | None:
    """Return the ⌈(n + 1)(1 - share)⌉-th smallest of (n,) measures; None when n is too small."""
    rank = math.ceil((measures.size + 1) * (1 - share))
    found = float(np.sort(measures)[rank - 1]) if rank <= measures.size else np.inf
    return found if math.isfinite(found) else None
