"""Regularities that belong to one outcome: a sign that a column was written again after it.

A lender's system writes the term it planned, a multiple of twelve, into a loan that
runs its course, and how long it lived into one that is charged off. The size of such
a value says little; that it is a multiple of twelve says nearly all. The same goes
for a field that is empty, zero or filled with one special value until something
happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from audit.fairness.estimate import size
from features.rows import Flags, Floats
from training.gates.counting import least_difference, share
from training.table import TrainingTable

ROUND: Final = (1, 5, 7, 10, 12, 30, 100, 365, 1000, 10_000, 100_000, 1_000_000)
"""Whole numbers; weeks, months, years in days or months; sums of money as people write them.

Of steps of the column, where all its values are multiples of one: a term in days, thirty to the
month, is as regular as one in months.
"""

UNLIKELY_ROUND: Final = 0.5
UNLIKELY_SPECIAL: Final = 0.6
"""The difference between good and bad loans in the share that shows the regularity.

No column known to be honest comes near (docs/gates.md has the margins). A special value is allowed
more: that somebody never paid a penalty is a fact of life, and "multiple of seven" is not one.
"""

FEWEST_MULTIPLES: Final = 5
"""Fewer different multiples are special values rather than a regularity."""

LARGEST: Final = 2.0**53
"""Up to here every whole number is itself as float64."""


def looks(columns: int) -> int:
    """Return how many regularities are looked for in so many columns."""
    return columns * (len(ROUND) + 3)


def regularity(values: Floats, table: TrainingTable, strict: float) -> str | None:
    """Return the regularity of a column that gives the outcome away; None if there is none."""
    for what, flags, among, unlikely in _regularities(values, table):
        (bad, n), (good, m) = (_share(flags, among, table, label) for label in (1, 0))
        if least_difference(bad, n, good, m, strict) >= unlikely:
            return f"is {what} in {bad:.0%} of the bad loans and {good:.0%} of the good ones"
    return None


def largest_difference(values: Floats, table: TrainingTable) -> tuple[float, float]:
    """Return the largest difference of a round number, and of a special value, bounds aside."""
    largest = {UNLIKELY_ROUND: 0.0, UNLIKELY_SPECIAL: 0.0}
    for _, flags, among, unlikely in _regularities(values, table):
        bad, good = (_share(flags, among, table, label)[0] for label in (1, 0))
        largest[unlikely] = max(largest[unlikely], abs(bad - good))
    return largest[UNLIKELY_ROUND], largest[UNLIKELY_SPECIAL]


def _share(flags: Flags, among: Flags, table: TrainingTable, label: int) -> tuple[float, float]:
    """Return the share of one outcome's loans that is flagged, and of how many loans."""
    rows = among & (table.bad == label)
    return share(flags[rows], table.weights[rows]), size(table.weights[rows])


def _regularities(
    values: Floats, table: TrainingTable
) -> Iterator[tuple[str, Flags, Flags, float]]:
    """Yield (what, flags, among which loans, the difference that is unlikely)."""
    everywhere = np.ones(values.size, dtype=np.bool_)
    yield "missing", np.isnan(values), everywhere, UNLIKELY_SPECIAL
    for special in {_commonest(values, table, label): None for label in (0, 1)}:
        yield f"{special:g}", values == special, everywhere, UNLIKELY_SPECIAL
    filled = ~np.isnan(values) & (values != 0)
    step = _step(values[filled])
    for number in reversed(ROUND):
        multiple = filled & (np.mod(values, step * number) == 0)
        if np.unique(values[multiple]).size >= FEWEST_MULTIPLES:
            what = "a whole number" if step * number == 1 else f"a multiple of {step * number:,}"
            yield what, multiple, filled, UNLIKELY_ROUND


def _step(values: Floats) -> int:
    """Return the largest whole number of which all values are multiples; 1 if there is none."""
    whole = values.size and np.all(np.mod(values, 1) == 0) and np.abs(values).max() < LARGEST
    return int(np.gcd.reduce(values.astype(np.int64))) if whole else 1


def _commonest(values: Floats, table: TrainingTable, label: int) -> float:
    """Return the commonest value of one outcome's loans; NaN where all are missing.

    A value that only one outcome has often enough to matter is that outcome's commonest.
    """
    rows = (table.bad == label) & ~np.isnan(values)
    if not rows.any():
        return np.nan
    different, place = np.unique(values[rows], return_inverse=True)
    return float(different[np.argmax(np.bincount(place, table.weights[rows]))])
