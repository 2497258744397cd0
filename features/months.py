"""Months of a source that are on record, and what their sums say.

A month is *on record* when the source's first row lies at its far end or beyond; the
latest month always is, so an earliest part-month is left out. What happened in a month
before the first row is not known, which is another thing than nothing.
"""

from __future__ import annotations

import numpy as np

from features.lazy import shared
from features.rows import DAY, MONTH, Flags, Floats, Rows, ratio

YEAR = 12

ENOUGH_MONTHS = 3
"""Below so many months on record, a mean or a spread says nothing."""


def monthly(rows: Rows, source: Rows, months: int, amount: str = "amount") -> Floats:
    """Return (n, months) monthly sums, the latest first; missing in months not on record.

    Args:
        rows: what is summed: some rows of the source.
        source: all rows of the source, which say what is on record.
        months: how many, at most twelve.
        amount: the column summed.
    """
    return np.where(_on_record(source), rows.months(amount), np.nan)[:, :months]


@shared
def _on_record(source: Rows) -> Flags:
    """Return (n, 12) whether each month is on record."""
    whole = np.floor(source.days_since_first() * DAY / MONTH)
    on_record: Flags = np.arange(YEAR) < np.maximum(whole, 1.0)[:, None]
    return on_record


def months_covered(source: Rows, most: int) -> Floats:
    """Return (n,) months of thirty days since the first row, 1 to *most*; missing without."""
    return np.clip(source.days_since_first() / 30, 1.0, float(most))


def median(grid: Floats) -> Floats:
    """Return (n,) the median over the months that are not missing."""
    ranked = np.sort(grid, axis=1)
    filled = np.add.reduce(~np.isnan(grid), axis=1)
    rows = np.arange(grid.shape[0])
    # Of none filled the last is taken, which is missing as all are.
    below: Floats = ranked[rows, (filled - 1) // 2]
    above: Floats = ranked[rows, filled // 2]
    return (below + above) / 2


def average(grid: Floats) -> Floats:
    """Return (n,) the mean over the months that are not missing; missing below three months."""
    there = ~np.isnan(grid)
    filled = np.add.reduce(there, axis=1)
    summed: Floats = np.add.reduce(np.where(there, grid, 0.0), axis=1)
    return ratio(summed, filled * (filled >= ENOUGH_MONTHS))


def variation(grid: Floats, level: Floats | None = None) -> Floats:
    """Return (n,) the population standard deviation over the months ÷ the mean of *level*.

    Args:
        grid: (n, months) values.
        level: (n, months) what the swings are compared with; *grid* itself when not given.
    """
    mean = average(grid)
    off = grid - mean[:, None]
    return ratio(np.sqrt(average(off * off)), mean if level is None else average(level))
