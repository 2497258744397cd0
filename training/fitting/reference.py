"""Counting what a model is trained on, for `models.reference`."""

from __future__ import annotations

from typing import Final

import numpy as np

from audit.fairness.cases import Cases
from audit.fairness.estimate import Z95, size
from audit.fairness.ranking import auc
from features.rows import Floats
from models import scale
from models.calibration import Platt
from models.reference import Bins, Reference
from training.table import TrainingTable

PARTS: Final = 10
"""Bins of equal weight that values are parted into, as far as equal values let them."""


def reference(table: TrainingTable, margins: Floats, scaling: Platt) -> Reference:
    """Return what later applicants and loans are held against.

    Args:
        table: what the model is fitted on.
        margins: (n,) of trees that never saw the row's business.
        scaling: of the model.
    """
    bad = table.bad.astype(np.float64)
    order = auc(Cases.of({}, weights=table.weights, probability=margins, bad=bad), Z95)
    return Reference(
        features={
            name: bins(values, table.weights)
            for name, values in zip(table.names, table.vectors.T, strict=True)
        },
        score=bins(np.rint(scale.points(scaling.log_odds(margins))), table.weights),
        loans=size(table.weights),
        bad=float(np.average(bad, weights=table.weights)),
        auc=order.value,
        auc_low=order.low,
        auc_high=order.high,
    )


def bins(values: Floats, weights: Floats) -> Bins:
    """Return the bins of (n,) values of these weights, NaN where missing."""
    there = ~np.isnan(values)
    edges: tuple[float, ...] = ()
    if there.any():
        parts = np.arange(1, PARTS) / PARTS
        known = values[there]
        found = np.quantile(known, parts, weights=weights[there], method="inverted_cdf")
        edges = tuple(np.unique(found[found > known.min()]).tolist())
    empty = Bins(edges, (*(0.0,) * (len(edges) + 1), 1.0))
    counts = empty.count(values, weights * size(weights) / weights.sum())
    return Bins(edges, tuple(counts.tolist()))
