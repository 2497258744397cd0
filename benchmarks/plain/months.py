"""Sums of the months that are on record, in pandas: those the first row lies behind."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.joined import MONTH
from benchmarks.plain.seen import Array, ratio

MONTHS = 12

ENOUGH = 3
"""Below so many months on record, a spread says nothing."""


def monthly(rows: pd.DataFrame, amount: str, oldest: pd.Series) -> pd.DataFrame:
    """Return (n, `MONTHS`) sums of a column, the latest month first; NaN in months not on record.

    Args:
        rows: what is summed.
        amount: the column.
        oldest: (n,) how far the record of their source reaches back.
    """
    back = (rows["age"].to_numpy() - 1) // MONTH
    month = pd.Categorical.from_codes(
        np.where(back < MONTHS, back, -1), categories=pd.RangeIndex(MONTHS)
    )
    groups = rows.assign(month=month).groupby(["application", "month"], observed=False)
    grid = groups[amount].sum().to_numpy().reshape(-1, MONTHS)  # as to unstack, and faster
    whole = np.maximum(oldest.to_numpy() // MONTH, 1.0)
    return pd.DataFrame(np.where(np.arange(MONTHS) < whole[:, None], grid, np.nan))


def variation(grid: pd.DataFrame, mean_of: pd.DataFrame | None = None) -> Array:
    """Return (n,) standard deviation ÷ mean, that of another grid if said; from `ENOUGH` months."""
    means = (grid if mean_of is None else mean_of).mean(axis=1)
    return np.where(grid.count(axis=1) >= ENOUGH, ratio(grid.std(axis=1, ddof=0), means), np.nan)
