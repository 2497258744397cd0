"""Segment kernels: one source's rows for any number of applications at once.

`Rows` holds the rows of *n* applications one after another, each application's
rows in order of time. The primitives below answer for all *n* at a time with
`np.bincount` and `ufunc.reduceat`, without a Python loop over rows or
applications, so the same line of arithmetic serves one request and a batch of
thousands, and gives the same bits in both.

Months and days count back from the application (a month is 30 days), so no
calendar and no time zone enters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from features.table import Table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

Columns = Mapping[str, NDArray[np.generic]]
"""A table in memory: column name → (m,) values.

Times are int64 microseconds since 1970 UTC, or float64 of them where some are missing (exact until
the year 2255); money, counts and quantities float64, categories float64 codes, flags float64 0 or
1, each with NaN where missing; ids and texts arrays of str ('' where missing). ``known_at`` is
filled.
"""

DAY = 86_400_000_000
"""One day in microseconds."""

MONTH = 30 * DAY
"""One month in microseconds: thirty days."""


def ratio(top: Floats, bottom: Floats) -> Floats:
    """Return ``top / bottom`` elementwise; missing (NaN) where the bottom is not above zero."""
    out = np.full(np.broadcast(top, bottom).shape, np.nan)
    np.divide(top, bottom, out=out, where=bottom > 0)
    return out


def given(source: Rows, values: Floats) -> Floats:
    """Return (n,) values; missing where the source has no rows at all: silence is not a zero."""
    return np.where(source.count() > 0, values, np.nan)


def total(segment: Ints, values: Floats, n: int) -> Floats:
    """Return (n,) sums of *values* by *segment*, added one after another; 0 without rows."""
    return np.bincount(segment, weights=values, minlength=n).astype(np.float64, copy=False)


@dataclass(frozen=True)
class Rows:
    """The rows of one source for *n* applications.

    Args:
        table: the declaration of the source, which gives the codes of its categories.
        n: how many applications, with or without rows.
        segment: (m,) the application each row belongs to, 0 … n-1, never decreasing.
        age: (m,) microseconds from the row to its application's ``as_of``, above zero; within
            an application never increasing, so the latest row stands last.
        columns: name → (m,) values as float64: money in minor units, categories as codes,
            texts as codes that are equal where the texts are; NaN where missing.
    """

    table: Table
    n: int
    segment: Ints
    age: Ints
    columns: Mapping[str, Floats]

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]

    def keep(self, keep: Flags) -> Rows:
        """Keep the rows where *keep*, (m,), is true."""
        columns = {name: values[keep] for name, values in self.columns.items()}
        return Rows(self.table, self.n, self.segment[keep], self.age[keep], columns)

    def having(self, name: str, values: Floats) -> Rows:
        """Return the same rows with one more column, (m,)."""
        return replace(self, columns={**self.columns, name: values})

    def newest(self, name: str) -> Rows:
        """Keep, of the rows of an application that share a value of a column, the latest one."""
        rows = self.known(name)
        width = float(rows[name].max(initial=0.0)) + 1
        code = rows.segment * width + rows[name]
        _, place = np.unique(code[::-1], return_index=True)
        last = np.zeros(code.size, dtype=np.bool_)
        last[code.size - 1 - place] = True
        return rows.keep(last)

    def where(self, **allowed: str | tuple[str, ...]) -> Rows:
        """Keep the rows whose category is the one named, or one of those named."""
        keep = np.ones(self.segment.size, dtype=np.bool_)
        for name, values in allowed.items():
            codes = self.table.column(name).values
            wanted = [codes.index(v) for v in ((values,) if isinstance(values, str) else values)]
            keep &= np.isin(self.columns[name], wanted)
        return self.keep(keep)

    def known(self, name: str) -> Rows:
        """Keep the rows in which column *name* is not missing."""
        return self.keep(~np.isnan(self.columns[name]))

    def last(self, days: int) -> Rows:
        """Keep the rows of the last *days* days before the application."""
        return self.keep(self.age <= days * DAY)

    def before(self, days: int) -> Rows:
        """Keep the rows older than *days* days."""
        return self.keep(self.age > days * DAY)

    def count(self) -> Floats:
        """Return (n,) the number of rows; 0 where there are none."""
        return np.bincount(self.segment, minlength=self.n).astype(np.float64)

    def sum(self, name: str) -> Floats:
        """Return (n,) the sum of a column; 0 where there are no rows."""
        return total(self.segment, self.columns[name], self.n)

    def mean(self, name: str) -> Floats:
        """Return (n,) the mean of a column; missing where there are no rows."""
        return ratio(self.sum(name), self.count())

    def std(self, name: str) -> Floats:
        """Return (n,) the population standard deviation; missing below two rows."""
        off = self.columns[name] - self.mean(name)[self.segment]
        squares = total(self.segment, off * off, self.n)
        count = self.count()
        return np.sqrt(ratio(squares, np.where(count > 1, count, 0.0)))

    def cv(self, name: str) -> Floats:
        """Return (n,) standard deviation ÷ mean; missing where `std` is or the mean is not > 0."""
        return ratio(self.std(name), self.mean(name))

    def _reduce(self, reducer: np.ufunc, values: Floats) -> Floats:
        out = np.full(self.n, np.nan)
        present, starts = np.unique(self.segment, return_index=True)
        if present.size:
            out[present] = reducer.reduceat(values, starts)
        return out

    def max(self, name: str) -> Floats:
        """Return (n,) the largest value; missing where there are no rows."""
        return self._reduce(np.maximum, self.columns[name])

    def min(self, name: str) -> Floats:
        """Return (n,) the smallest value; missing where there are no rows."""
        return self._reduce(np.minimum, self.columns[name])

    def latest(self, name: str) -> Floats:
        """Return (n,) the value of the latest row; missing where there are no rows."""
        out = np.full(self.n, np.nan)
        ends = np.flatnonzero(np.diff(self.segment, append=self.n))
        out[self.segment[ends]] = self.columns[name][ends]
        return out

    def days_since_first(self) -> Floats:
        """Return (n,) days from the earliest row to the application; missing without rows."""
        return self._reduce(np.maximum, self.age / DAY)

    def days_since_last(self) -> Floats:
        """Return (n,) days from the latest row to the application; missing without rows."""
        return self._reduce(np.minimum, self.age / DAY)

    def longest_gap(self, days: int) -> Floats:
        """Return (n,) the longest time without a row within the last *days* days, in days.

        It counts the gaps between rows and from the latest row to the application, each from
        *days* days before the application at the earliest; not the time before the first row.
        Missing where there are no rows at all.
        """
        age = np.minimum(self.age, days * DAY)
        follows = np.append(self.segment[1:] == self.segment[:-1], np.False_)
        upto = np.where(follows, np.append(age[1:], np.int64(0)), 0)
        return self._reduce(np.maximum, (age - upto) / DAY)

    def by(self, key: Floats | Ints, amount: str) -> Rows:
        """Return one row per application and value of *key*, with *amount* summed.

        The result has the columns *amount*, ``rows`` (how many went into each) and ``since`` (days
        from its earliest row to the application); the age of a group is that of its latest row.
        Groups stand in order of key within an application, not of time: `latest` and
        `longest_gap` mean nothing on them unless the key is a day.
        """
        _, code = np.unique(key, return_inverse=True)
        width = int(code.max(initial=0)) + 1
        group, where = np.unique(self.segment * width + code, return_inverse=True)
        youngest = np.full(group.size, np.iinfo(np.int64).max)
        np.minimum.at(youngest, where, self.age)
        oldest = np.zeros(group.size, dtype=np.int64)
        np.maximum.at(oldest, where, self.age)
        columns = {
            amount: total(where, self.columns[amount], group.size),
            "rows": np.bincount(where, minlength=group.size).astype(np.float64),
            "since": oldest / DAY,
        }
        return Rows(self.table, self.n, group // width, youngest, columns)

    def days(self, amount: str = "amount") -> Rows:
        """Return one row per application and day with rows, *amount* summed; latest day last.

        Day k holds the ages above k and up to k + 1 days, as months and windows do.
        """
        return self.by(-((self.age - 1) // DAY), amount)

    def concentration(self, name: str) -> Floats:
        """Return (n,) the Herfindahl index Σ share² of a column, 0 … 1; missing when its sum is 0.

        1 means all in one row; 1/k means k equal rows.
        """
        share = ratio(self.columns[name], self.sum(name)[self.segment])
        squares = total(self.segment, share * share, self.n)
        return np.where(self.sum(name) > 0, squares, np.nan)

    def months(self, name: str, months: int = 12) -> Floats:
        """Return (n, months) sums of a column, the latest month first; 0 where there are no rows.

        Rows older than *months* months are left out.
        """
        inside = self.keep(self.age <= months * MONTH)
        slot = inside.segment * months + (inside.age - 1) // MONTH
        grid = total(slot, inside.columns[name], self.n * months)
        return grid.reshape(self.n, months)
