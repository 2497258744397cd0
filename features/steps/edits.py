"""Changing rows: some values, more rows, and several versions of one business side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.lazy import Made
from features.rows import DAY, Flags, Floats, Ints, Rows


def altered(rows: Rows, at: Flags, **columns: Floats | float) -> Rows:
    """Return the rows with other values of some columns where *at*, (m,), is true."""
    return rows.having(**{n: np.where(at, values, rows[n]) for n, values in columns.items()})


def added(rows: Rows, days: Floats, **columns: Floats | float) -> Rows:
    """Return the rows of one application with more of them, in order of time.

    Args:
        rows: of one application.
        days: (k,) how many days before the application the new ones lie, above 0.
        columns: their values, (k,) each or one for all; a column not given is missing.
    """
    new: Ints = np.rint(days * DAY).astype(np.int64)
    age = np.concatenate([rows.age, new])
    order = np.argsort(-age, kind="stable")

    def make(name: str) -> NDArray[Any]:
        if name == "segment":
            return np.zeros(age.size, dtype=np.int64)
        if name == "age":
            return age[order]
        values = np.empty(age.size)
        values[: rows.size], values[rows.size :] = rows[name], columns.get(name, np.nan)
        return values[order]

    return Rows(rows.table, 1, age.size, Made(make))


def stacked(versions: Sequence[Rows]) -> Rows:
    """Return versions of one application's rows as rows of as many applications."""
    sizes = [version.size for version in versions]

    def make(name: str) -> NDArray[Any]:
        if name == "segment":
            return np.repeat(np.arange(len(versions)), sizes)
        return np.concatenate([version[name] for version in versions])

    return Rows(versions[0].table, len(versions), sum(sizes), Made(make))
