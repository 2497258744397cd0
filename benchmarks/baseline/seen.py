"""The point-in-time join in pandas, and the group-bys that several sources need.

A pandas user who looks at the clock answers many questions by one group-by of many columns, each
with the amounts that count and zero elsewhere; groups by one whole number rather than by two keys;
and lets the same monthly sums serve every window.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[Any]

DAY = 86_400_000_000
MONTH = 30 * DAY
HISTORY = 730 * DAY

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
        column = self.rows[name].cat
        # One place more, for the code -1 of what is missing.
        wanted = np.append(column.categories.isin(values), np.False_)
        return wanted[column.codes.to_numpy()]

    def sums(self, **columns: Array) -> dict[str, Array]:
        """Return (n, `SLOTS`) sums of each column, the latest month first."""
        age = self["age"]
        slot = np.minimum((age - 1) // MONTH, 12) + (age > 365 * DAY)
        sums = pd.DataFrame(columns).groupby(self["application"] * SLOTS + slot, sort=False).sum()
        grid = sums.reindex(np.arange(self.n * SLOTS), fill_value=0.0)
        return {name: grid[name].to_numpy().reshape(self.n, SLOTS) for name in grid.columns}

    def totals(self, **columns: Array) -> dict[str, Array]:
        """Return (n,) the sum of each column; 0 without rows."""
        sums = pd.DataFrame(columns).groupby(self["application"], sort=False).sum()
        every = sums.reindex(np.arange(self.n), fill_value=0.0)
        return {name: every[name].to_numpy() for name in every.columns}

    def smallest(self, **columns: Array) -> dict[str, Array]:
        """Return (n,) the smallest value of each column; NaN where there is none."""
        return self.placed(pd.DataFrame(columns).groupby(self["application"], sort=False).min())

    def placed(self, result: pd.DataFrame) -> dict[str, Array]:
        """Return (n,) arrays of a result by application; NaN where it has none."""
        every = result.reindex(np.arange(self.n))
        return {name: every[name].to_numpy() for name in every.columns}

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
        recent = self.rows[["application", "age"]][self.last(days)].sort_values("age")
        gap = recent["age"] - recent.groupby("application")["age"].shift(1, fill_value=0)
        longest = recent.assign(gap=gap).groupby("application", sort=False).max()
        found = longest.reindex(np.arange(self.n), fill_value=0)
        # Where there are older rows, the time from the edge to the first one inside counts too.
        edge = np.where(self.oldest > days * DAY, days * DAY - found["age"].to_numpy(), 0)
        return np.where(self.any, np.maximum(found["gap"].to_numpy(), edge) / DAY, np.nan)

    def parties(self, key: str, amount: str) -> dict[str, Array]:
        """Return (n,) figures of the values of *key*, which say who or what a row is about.

        ``count``, how many; ``returning``, those with more than one row; of *amount* the ``total``,
        that of the ``largest`` party and the ``concentration``, Σ share².
        """
        codes, values = pd.factorize(self.rows[key])
        width = len(values) + 1
        columns = {"amount": self[amount], "rows": np.ones(len(codes))}
        sums = pd.DataFrame(columns).groupby(self["application"] * width + codes, sort=False).sum()
        held = sums["amount"].to_numpy()
        party = pd.DataFrame(
            {
                "count": np.ones(len(sums)),
                "returning": (sums["rows"].to_numpy() > 1) * 1.0,
                "total": held,
                "squares": held * held,
            }
        )
        groups = party.groupby(sums.index.to_numpy() // width, sort=False)
        found = self.placed(groups.sum().assign(largest=groups["total"].max()))
        concentration = ratio(found.pop("squares"), found["total"] ** 2)
        return {**found, "concentration": concentration}

    def days(self, *amounts: str) -> tuple[Array, pd.DataFrame]:
        """Return the application of each of its days with rows, and sums of columns."""
        key = self["application"] * 1000 + (self["age"] - 1) // DAY
        sums = self.rows[list(amounts)].groupby(key, sort=False).sum()
        return sums.index.to_numpy() // 1000, sums


def seen(applications: pd.DataFrame, records: pd.DataFrame) -> Seen:
    """Join the records with the applications of their business, as known before each.

    Args:
        applications: ``business_id`` and ``as_of``, one row each.
        records: the rows of a source.
    """
    asked = applications[["business_id", "as_of"]].assign(application=np.arange(len(applications)))
    rows = records.merge(asked, on="business_id")
    age = rows["as_of"].to_numpy() - rows["occurred_at"].to_numpy()
    known = rows["known_at"].to_numpy() < rows["as_of"].to_numpy()
    rows["age"] = age
    return Seen(len(applications), rows[(age > 0) & (age <= HISTORY) & known])


def ratio(top: Array, bottom: Array) -> Array:
    """Return the quotient; NaN where there is nothing to divide by."""
    return top / np.where(bottom > 0, bottom, np.nan)


def counted(by: Array, n: int) -> Array:
    """Return (n,) how often each application stands in *by*."""
    counts = pd.Series(by).value_counts(sort=False)
    return counts.reindex(np.arange(n), fill_value=0).to_numpy()


def variation(by: Array, values: pd.Series, n: int, least: int = 2) -> Array:
    """Return (n,) standard deviation ÷ mean by application; NaN below *least* values."""
    groups = values.groupby(by, sort=False)
    table = pd.DataFrame(
        {"std": groups.std(ddof=0), "mean": groups.mean(), "count": groups.count()}
    ).reindex(np.arange(n))
    found = ratio(table["std"].to_numpy(), table["mean"].to_numpy())
    return np.where(table["count"].to_numpy() >= least, found, np.nan)
