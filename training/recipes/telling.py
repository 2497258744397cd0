"""Which features tell most of a protected attribute: what a model might see it through.

They are found to be left out of alternatives, never to be put in.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from audit.fairness.cases import NOT_TOLD
from features.rows import Floats
from training.table import TrainingTable


def telling(table: TrainingTable, group: np.ndarray) -> list[str]:
    """Return the features' names, those first that tell the groups apart best.

    A feature's figure is the largest, over groups, of the standardised difference of its ranks in
    the group from the rest (Wilcoxon, 1945), so a small group does not stand out by chance more
    than a large one. Only those count who told, and values that are there.

    Args:
        table: the loans.
        group: (n,) text, the group of each in one attribute, `NOT_TOLD` where not known.
    """
    told = group != NOT_TOLD
    names, members = np.unique(group[told], return_inverse=True)
    inside = np.eye(names.size)[members]
    figures = _standardised(table.vectors[told], inside)
    order = np.argsort(-figures, kind="stable")
    return [table.names[place] for place in order]


def _standardised(vectors: Floats, inside: Floats) -> Floats:
    """Return (features,) the largest difference of ranks, in standard errors; 0 where none."""
    there = ~np.isnan(vectors)
    ranks = pl.from_numpy(vectors).fill_nan(None).select(pl.all().rank()).fill_null(0).to_numpy()
    every = there.sum(axis=0)[:, None]
    n = there.astype(np.float64).T @ inside
    expected = n * (every + 1) / 2
    variance = n * (every - n) * (every + 1) / 12
    standardised = np.abs(ranks.T @ inside - expected) / np.sqrt(np.maximum(variance, 1.0))
    figures: Floats = standardised.max(axis=1, initial=0.0)
    return figures
