"""The point-in-time join in pandas, and the group-bys that several sources need.

A pandas user who looks at the clock answers many questions by one group-by of many columns, each
with the amounts that count and zero elsewhere; groups by one whole number rather than by two keys;
and lets the same monthly sums serve every window.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.joined import DAY, MONTH, joined

Array = NDArray[Any]

DAYS = 731
"""Days, numbered from 0, that a row may lie before its application."""

SLOTS = 14
"""Twelve months of thirty days back from the application, the rest of 365 days, and the rest."""

QUARTER, HALF, YEAR = slice(0, 3), slice(0, 6), slice(0, 13)
"""The slots of the last 90, 180 and 365 days."""

QUARTER_BEFORE = slice(3, 6)
"""The slots of the 90 days before the last 90."""


@dataclass(frozen=True)
class Seen:
    """The rows of one source that were known before each of *n* applications.

    Args:
        n: how many applications.
        rows: one row per application and record, in any order, with the columns ``application``
            (0 … n-1), ``as_of`` and ``age`` (microseconds from the record to the application).
    """

    n: int
    rows: pd.DataFrame

    def __getitem__(self, name: str) -> Array:
        return self.rows[name].to_numpy()

    def keep(self, keep: Array) -> Seen:
        """Return the rows where *keep* is true."""
        return Seen(self.n, self.rows[keep])

    def last(self, days: int) -> Array:
        """Return whether each row lies within the last *days* days."""
        return self["age"] <= days * DAY

    def stated(self, name: str, known_with: str | None = None) -> Array:
        """Return whether a value is there, and was known by then."""
        there = self.rows[name].notna().to_numpy()
        return there if known_with is None else there & (self[known_with] < self["as_of"])

    def one_of(self, name: str, *values: str) -> Array:
        """Return whether each row's category is one of *values*."""
        column = self.rows[name].array
        found = np.zeros(len(self.rows), dtype=np.bool_)
        for value in values:
            found |= column.codes == column.categories.get_loc(value)
        return found

    def sums(self, **columns: Array) -> dict[str, Array]:
        """Return (n, `SLOTS`) sums of each column, the latest month first."""
        age = self["age"]
        slot = np.minimum((age - 1) // MONTH, 12) + (age > 365 * DAY)
        sums = table(columns).groupby(self["application"] * SLOTS + slot, sort=False).sum()
        found = placed(sums, self.n * SLOTS, 0.0)
        return {name: grid.reshape(self.n, SLOTS) for name, grid in found.items()}

    def totals(self, **columns: Array) -> dict[str, Array]:
        """Return (n,) the sum of each column; 0 without rows."""
        sums = table(columns).groupby(self["application"], sort=False).sum()
        return placed(sums, self.n, 0.0)

    def smallest(self, **columns: Array) -> dict[str, Array]:
        """Return (n,) the smallest value of each column; NaN where there is none."""
        found = table(columns).groupby(self["application"], sort=False).min()
        return placed(found, self.n)

    @functools.cached_property
    def oldest(self) -> Array:
        """Return (n,) microseconds from the first row to the application; NaN without rows."""
        return -self.smallest(age=-self["age"])["age"]

    @property
    def any(self) -> Array:
        """Return (n,) whether there is any row."""
        return ~np.isnan(self.oldest)

    def longest_gap(self, days: int) -> Array:
        """Return (n,) the longest time without a row within the last *days* days, in days."""
        inside = self.last(days)
        recent = pd.Series(self["age"][inside], index=self["application"][inside]).sort_values()
        gap = recent.groupby(level=0, sort=False).diff().fillna(recent)
        longest = pd.DataFrame({"gap": gap, "age": recent}).groupby(level=0, sort=False).max()
        found = placed(longest, self.n, 0.0)
        # Where there are older rows, the time from the edge to the first one inside counts too.
        edge = np.where(self.oldest > days * DAY, days * DAY - found["age"], 0.0)
        return np.where(self.any, np.maximum(found["gap"], edge) / DAY, np.nan)

    def parties(self, key: str, amount: str) -> Seen:
        """Return a row for each value of *key* of each application.

        With the columns ``amount``, summed, and ``rows``, how many there were.
        """
        codes, values = pd.factorize(self.rows[key])
        key_of = self["application"] * (len(values) + 1) + codes
        columns = {"amount": self[amount], "rows": np.ones(len(codes))}
        sums = table(columns).groupby(key_of, sort=False).sum()
        return Seen(self.n, sums.assign(application=sums.index // (len(values) + 1)))

    def days(self, **columns: Array) -> Seen:
        """Return a row for each day of each application that has rows, *columns* summed."""
        key = self["application"] * DAYS + (self["age"] - 1) // DAY
        sums = table(columns).groupby(key, sort=False).sum()
        return Seen(self.n, sums.assign(application=sums.index // DAYS))

    def counts(self) -> Array:
        """Return (n,) how many rows there are."""
        counts = self.rows["application"].value_counts(sort=False).to_frame("count")
        return placed(counts, self.n, 0.0)["count"]

    def variation(self, name: str) -> Array:
        """Return (n,) standard deviation ÷ mean of a column; NaN below two values."""
        groups = self.rows[name].groupby(self["application"], sort=False)
        table = {"std": groups.std(ddof=0), "mean": groups.mean(), "count": groups.count()}
        found = placed(pd.DataFrame(table), self.n)
        return np.where(found["count"] > 1, ratio(found["std"], found["mean"]), np.nan)


def seen(applications: pd.DataFrame, records: pd.DataFrame) -> Seen:
    """Join the records with the applications of their business, as known before each.

    Args:
        applications: ``business_id`` and ``as_of``, one row each.
        records: the rows of a source.
    """
    return Seen(len(applications), joined(applications, records))


def table(columns: dict[str, Array]) -> pd.DataFrame:
    """Return a frame of columns of numbers; from an array, pandas makes it faster."""
    return pd.DataFrame(np.array(list(columns.values())).T, columns=list(columns), copy=False)


def placed(result: pd.DataFrame, n: int, without: float = np.nan) -> dict[str, Array]:
    """Return (n,) arrays of a result by number, 0 … n-1; *without* where it has none."""
    out = np.full((len(result.columns), n), without)
    out[:, result.index] = result.to_numpy().T
    return dict(zip(result.columns, out, strict=True))


def ratio(top: Array, bottom: Array) -> Array:
    """Return the quotient; NaN where there is nothing to divide by."""
    return top / np.where(bottom > 0, bottom, np.nan)
