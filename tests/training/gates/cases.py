"""Loans fitted on and tested on, made up, and what the gates are told of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from features.catalogue import NAMES
from tests.conftest import made_up_table, table_of
from training.splits import out_of_time
from training.table import TrainingTable

_SPLIT = out_of_time(made_up_table(400))
FITTED, TESTED = _SPLIT.fit, _SPLIT.later


def with_feature(table: TrainingTable, values: np.ndarray, place: int = 2) -> TrainingTable:
    """Return the table with one of its features replaced."""
    vectors = table.vectors.copy()
    vectors[:, place] = values
    return replace(table, vectors=vectors)


def of_one_column(values: np.ndarray, bad: np.ndarray, name: str = "x") -> TrainingTable:
    """Return a table of a single column."""
    return table_of(values[:, None], bad, names=(name,), directions=(0,))


def with_bad(table: TrainingTable, bad: int) -> TrainingTable:
    """Return the table with so many bad loans, the first ones."""
    return replace(table, bad=(np.arange(table.bad.size) < bad).astype(np.int64))


THIRD = NAMES[2]
