"""Which loans are fitted on and which tested, for every candidate alike."""

from __future__ import annotations

import numpy as np
from sklearn.model_selection import StratifiedKFold

from features.errors import BadInput
from training.recipes.choose import Held
from training.splits import LAST_SHARE
from training.table import TrainingTable, instant


def by_time(table: TrainingTable, test_from: int | None, folds: int) -> list[Held]:
    """Return forward-chaining folds: each tested stretch is later than all that it is fitted on.

    Args:
        table: the loans.
        test_from: the first instant tested on, in microseconds; the latest 30% when None.
        folds: into how many stretches the tested loans are cut, of about as many each.

    Raises:
        BadInput: a side of some fold has no good or no bad loan (``bad-split``).
    """
    if test_from is None:
        test_from = int(np.quantile(table.as_of, 1 - LAST_SHARE, method="higher"))
    tested = table.as_of[table.as_of >= test_from]
    if not tested.size:
        raise _bad_split(table, np.empty(0, np.int64), test_from)
    inner = np.quantile(tested, np.arange(1, folds) / folds, method="higher")
    stretch = np.searchsorted([test_from, *inner], table.as_of, side="right")
    parts = [
        (np.flatnonzero(stretch < now), np.flatnonzero(stretch == now))
        for now in range(1, folds + 1)
    ]
    for part in parts:
        for rows in part:
            if not 0 < table.bad[rows].sum() < rows.size:
                raise _bad_split(table, rows, test_from)
    return parts


def by_chance(table: TrainingTable, folds: int, seed: int) -> list[Held]:
    """Return folds with as many bad loans in each, by chance of the *seed*."""
    made = StratifiedKFold(folds, shuffle=True, random_state=seed)
    return list(made.split(table.vectors, table.bad))


def _bad_split(table: TrainingTable, rows: np.ndarray, test_from: int) -> BadInput:
    return BadInput(
        found=f"{rows.size} loans, {table.bad[rows].sum()} bad, on one side of a fold, "
        f"tested from {instant(test_from).date()}",
        expected="at least one good and one bad loan on both sides",
        hint="Choose another --test-from, fewer --folds, or a larger table.",
        code="bad-split",
    )
