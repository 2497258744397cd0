"""Statistics over the months that are on record, in pandas: those the first row lies behind."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.fused.seen import Array, ratio
from benchmarks.joined import MONTH

ENOUGH = 3
"""Below so many months on record, a spread says nothing."""


def on_record(grid: Array, oldest: Array, months: int) -> pd.DataFrame:
    """Return the sums of the last *months* months, NaN in those that are not on record."""
    whole = np.maximum(oldest // MONTH, 1.0)
    there = np.arange(months) < whole[:, None]
    return pd.DataFrame(np.where(there, grid[:, :months], np.nan))


def variation(grid: pd.DataFrame, mean_of: pd.DataFrame | None = None) -> Array:
    """Return (n,) standard deviation ÷ mean, that of another grid if said; from `ENOUGH` months."""
    means = (grid if mean_of is None else mean_of).mean(axis=1)
    found = ratio(grid.std(axis=1, ddof=0).to_numpy(), means.to_numpy())
    return np.where(grid.count(axis=1).to_numpy() >= ENOUGH, found, np.nan)


def median(grid: pd.DataFrame) -> Array:
    """Return (n,) the median over the months on record."""
    by = np.repeat(np.arange(len(grid)), grid.shape[1])
    return pd.Series(grid.to_numpy().ravel()).groupby(by).median().to_numpy()
