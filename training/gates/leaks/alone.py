"""What one column says of the outcome on its own, whatever the shape of what it says.

Two readings: the AUC of the values as they stand, either way round, which needs
few loans; and that of bin rates, cross-fitted, which sees what is not monotone: a
category's code, a value in the middle, a value that is missing.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from features.rows import Floats, Ints
from training.gates.counting import by_chance
from training.table import TrainingTable
from training.validation.evaluate import auc

FOLDS: Final = 5
BINS: Final = 32
LOANS_PER_VALUE: Final = 50
"""A column of fewer values than this allows is read value by value, any other in `BINS` bins."""

LOOKS: Final = 2
"""How often each column is looked at."""

PRIOR: Final = 5.0
"""So many loans of the usual rate stand in every bin before any is counted."""


def alone(values: Floats, table: TrainingTable, strict: float = 0.0) -> float:
    """Return the AUC that a column reaches alone, 0.5 … 1.

    0.5 where so few loans speak that chance alone would reach as much.

    Args:
        values: (n,) of the column, NaN where missing.
        table: whose column it is.
        strict: how many standard errors of chance it must exceed.
    """
    if np.unique(values).size == 1:
        return 0.5
    return max(_as_it_stands(values, table, strict), _in_bins(values, table, strict))


def _as_it_stands(values: Floats, table: TrainingTable, strict: float) -> float:
    """Return the AUC of the values that are there, either way round."""
    there = ~np.isnan(values)
    bad, weights = table.bad[there], table.weights[there]
    if not 0 < bad.sum() < bad.size:
        return 0.5
    reached = auc(values[there], bad, weights)
    reached = max(reached, 1 - reached)
    return reached if reached - 0.5 > by_chance(bad, weights, strict) else 0.5


def _in_bins(values: Floats, table: TrainingTable, strict: float) -> float:
    """Return the AUC of the rate of bad loans in each loan's bin, as the other folds have it.

    Missing is a bin. No loan counts towards its own rate, so chance reaches 0.5 or less.
    """
    bins = _bins(values)
    fold = np.random.default_rng(0).permutation(values.size) % FOLDS
    rates = np.empty(values.size)
    for held_out in range(FOLDS):
        seen = fold != held_out
        weights = table.weights[seen] / table.weights[seen].mean()
        loans = np.bincount(bins[seen], weights, bins.max() + 1)
        bad = np.bincount(bins[seen], weights * table.bad[seen], bins.max() + 1)
        usual = bad.sum() / loans.sum()
        rates[~seen] = ((bad + PRIOR * usual) / (loans + PRIOR))[bins[~seen]]
    reached = auc(rates, table.bad, table.weights)
    return reached if reached - 0.5 > by_chance(table.bad, table.weights, strict) else 0.5


def _bins(values: Floats) -> Ints:
    """Return (n,) bins, 0 where missing."""
    there = ~np.isnan(values)
    different = np.unique(values[there])
    if different.size > max(BINS, values.size // LOANS_PER_VALUE):
        different = np.unique(np.quantile(values[there], np.linspace(0, 1, BINS + 1)[:-1]))
    return np.where(there, np.searchsorted(different, values, side="right"), 0)
