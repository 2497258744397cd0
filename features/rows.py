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

import functools
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.lazy import Made, shared
from features.table import Table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

Columns = Mapping[str, NDArray[np.generic]]
"""A table in memory: column name → (m,) values.

Times are int64 microseconds since 1970 UTC, or float64 of them where some are missing (exact until
the year 2255); money, counts and quantities float64, categories float64 codes, flags float64 0 or
1, each with NaN where missing. Ids and texts are str ('' where missing), or whole numbers in the
texts' order (NaN where missing): all that is asked is which are the same and which comes first. Of
the key only some rows are asked (`features.pairs.Ranks`). Businesses are named alike in all tables
used together. ``known_at`` is filled.
"""

DAY = 86_400_000_000
"""One day in microseconds."""

MONTH = 30 * DAY
"""One month in microseconds: thirty days."""


def ratio(top: Floats, bottom: Floats) -> Floats:
    """Return ``top / bottom`` elementwise; missing (NaN) where the bottom is not above zero."""
    if bottom.size == 1:  # as where, and several times as fast
        return top / (bottom if bottom.item() > 0 else np.nan)
    return top / np.where(bottom > 0.0, bottom, np.nan)


def given(source: Rows, values: Floats | Ints) -> Floats:
    """Return (n,) values; missing where the source has no rows at all: silence is not a zero."""
    if source.n == 1 and source.any:
        return values.astype(np.float64, copy=False)
    return np.where(source.count() > 0.0, values, np.nan)


def total(segment: Ints, values: Floats, n: int) -> Floats:
    """Return (n,) sums of *values* by *segment*, added one after another; 0 without rows."""
    return np.bincount(segment, weights=values, minlength=n).astype(np.float64, copy=False)


def together(places: Ints) -> Ints | slice:
    """Return ascending places as a slice where none is left out between: a view is no copy."""
    if not places.size:
        return slice(0)
    first, last = places.item(0), places.item(-1)
    return slice(first, last + 1) if last - first + 1 == places.size else places


def numbered(codes: Ints, most: int) -> tuple[Ints, Ints]:
    """Return the different codes in order, and for each code its place among them.

    Args:
        codes: (m,) below *most*, zero or more.
        most: above every code; where it is not far above m, a count does without sorting.
    """
    if most > 4 * codes.size + 4_096:
        different, place = np.unique(codes, return_inverse=True)
        return different, place
    (different,) = np.bincount(codes).nonzero()
    places = np.empty(most, dtype=np.int64)
    places[different] = np.arange(different.size)
    return different, places[codes]


FIRST: Final = np.zeros(1, dtype=np.int64)
"""The place of the first row of the only application."""

PLACES: Final = ("segment", "age")
"""The columns that say where a row stands; all others are values."""


class Taken(dict[str, NDArray[Any]]):
    """The columns of some rows, each taken when it is first read.

    Args:
        columns: of all rows.
        places: of those taken.
    """

    __slots__ = ("_columns", "_places")

    def __init__(self, columns: Mapping[str, NDArray[Any]], places: Ints | slice) -> None:
        self._columns, self._places = columns, places

    def __missing__(self, name: str) -> NDArray[Any]:
        """Take a column, and keep it."""
        taken = self[name] = self._columns[name][self._places]
        return taken


class Rows:
    """The rows of one source for *n* applications.

    They never change, and what is asked of them again is not computed again. A column is made when
    it is first read: of a few rows kept, most are never.

    Args:
        table: the declaration of the source, which gives the codes of its categories.
        n: how many applications, with or without rows.
        size: how many rows, m.
        columns: name → (m,) values as float64, money in minor units, categories as codes, texts as
            codes that are equal where the texts are; NaN where missing; KeyError where there is no
            such column. And of each row

            - ``segment``, the application it belongs to, 0 … n-1, never decreasing;
            - ``age``, microseconds from it to its application's ``as_of``, above zero; within
              an application never increasing, so the latest row stands last.
    """

    __slots__ = ("_columns", "n", "once", "size", "table")

    def __init__(
        self, table: Table, n: int, size: int, columns: Mapping[str, NDArray[Any]]
    ) -> None:
        self.table, self.n, self.size = table, n, size
        self._columns = columns
        self.once: dict[object, Any] = {}

    def __getitem__(self, name: str) -> Floats:
        return self._columns[name]

    @property
    def segment(self) -> Ints:
        """Return (m,) the application each row belongs to."""
        return self._columns["segment"]

    @property
    def age(self) -> Ints:
        """Return (m,) microseconds from each row to its application."""
        return self._columns["age"]

    @property
    def any(self) -> bool:
        """Return whether there is any row: of none, every choice is the same none."""
        return self.size > 0

    def keep(self, keep: Flags) -> Rows:
        """Keep the rows where *keep*, (m,), is true."""
        (places,) = keep.nonzero()
        size = places.size
        if size == self.size:
            return self
        return Rows(self.table, self.n, size, Taken(self._columns, together(places)))

    def having(self, /, **more: Floats) -> Rows:
        """Return the same rows with more columns, or others of the same name, (m,) each."""
        columns = Made(self._columns.__getitem__)
        columns.update(more)
        return Rows(self.table, self.n, self.size, columns)

    @shared
    def newest(self, name: str) -> Rows:
        """Keep, of the rows of an application that share a value of a column, the latest one."""
        rows = self.known(name)
        if not rows.any:
            return rows
        values = rows[name].astype(np.int64)
        width = int(np.maximum.reduce(values)) + 1
        different, place = numbered(rows.segment * width + values, rows.n * width)
        last = np.zeros(different.size, dtype=np.int64)
        np.maximum.at(last, place, np.arange(rows.size))
        newest = np.zeros(rows.size, dtype=np.bool_)
        newest[last] = True
        return rows.keep(newest)

    @shared
    def where(self, /, **allowed: str | tuple[str, ...]) -> Rows:
        """Keep the rows whose category is the one named, or one of those named."""
        if not (allowed and self.any):
            return self
        found = [self.one_of(name, wanted) for name, wanted in allowed.items()]
        return self.keep(functools.reduce(np.logical_and, found))

    def one_of(self, name: str, wanted: str | tuple[str, ...]) -> Flags:
        """Return (m,) whether a category is one of those wanted; false where it is missing."""
        values, (codes, others) = self._columns[name], self.table.codes(name, wanted)
        if len(others) < len(codes):
            unlike = [values != code for code in others]
            return functools.reduce(np.logical_and, unlike, ~np.isnan(values))
        like = [values == code for code in codes] or [np.zeros(values.size, dtype=np.bool_)]
        return functools.reduce(np.logical_or, like)

    @shared
    def known(self, name: str) -> Rows:
        """Keep the rows in which column *name* is not missing."""
        return self.keep(~np.isnan(self._columns[name])) if self.any else self

    @shared
    def last(self, days: int) -> Rows:
        """Keep the rows of the last *days* days before the application."""
        return self.keep(self.age <= days * DAY) if self.any else self

    @shared
    def before(self, days: int) -> Rows:
        """Keep the rows older than *days* days."""
        return self.keep(self.age > days * DAY) if self.any else self

    @shared
    def count(self) -> Floats:
        """Return (n,) the number of rows; 0 where there are none."""
        if self.n == 1:
            return np.array([float(self.size)])
        return np.bincount(self.segment, minlength=self.n).astype(np.float64)

    def below(self, name: str, bounds: Floats) -> Floats:
        """Return (n,) how many rows have a value below the bound of their application.

        Of one application *bounds* may be many, (k,), and so many counts are returned.
        """
        if self.n == 1:
            values = self[name]
            return np.array([np.count_nonzero(values < bound) for bound in bounds], np.float64)
        return self.keep(self[name] < bounds[self.segment]).count()

    @shared
    def sum(self, name: str) -> Floats:
        """Return (n,) the sum of a column; 0 where there are no rows."""
        if not self.any:
            return np.zeros(self.n)
        return total(self.segment, self._columns[name], self.n)

    @shared
    def mean(self, name: str) -> Floats:
        """Return (n,) the mean of a column; missing where there are no rows."""
        return ratio(self.sum(name), self.count())

    @shared
    def std(self, name: str) -> Floats:
        """Return (n,) the population standard deviation; missing below two rows."""
        off = self._columns[name] - self.mean(name)[self.segment]
        squares = total(self.segment, off * off, self.n)
        count = self.count()
        return np.sqrt(ratio(squares, np.where(count > 1, count, 0.0)))

    @shared
    def cv(self, name: str) -> Floats:
        """Return (n,) standard deviation ÷ mean; missing where `std` is or the mean is not > 0."""
        return ratio(self.std(name), self.mean(name))

    @shared
    def _starts(self) -> Ints:
        """Return (k,) the place of the first row of each application that has rows."""
        if self.n == 1:
            return FIRST[: self.size]
        first = np.ones(self.segment.size, dtype=np.bool_)
        np.not_equal(self.segment[1:], self.segment[:-1], out=first[1:])
        starts: Ints = first.nonzero()[0]
        return starts

    @shared
    def _ends(self) -> Ints:
        """Return (k,) the place of the last row of each application that has rows."""
        starts = self._starts()
        after = np.empty_like(starts)
        after[:-1] = starts[1:]
        after[-1:] = self.segment.size
        return after - 1

    def _each(self, values: Floats | Ints) -> Floats:
        """Return (n,) one value for each application that has rows; missing for the others."""
        if values.size == self.n:
            return values.astype(np.float64, copy=False)
        out = np.empty(self.n)
        out.fill(np.nan)
        if values.size:
            out[self.segment[self._starts()]] = values
        return out

    def _reduce(self, reducer: np.ufunc, values: Floats | Ints) -> Floats:
        return self._each(reducer.reduceat(values, self._starts()) if values.size else values)

    @shared
    def max(self, name: str) -> Floats:
        """Return (n,) the largest value; missing where there are no rows."""
        return self._reduce(np.maximum, self._columns[name])

    @shared
    def min(self, name: str) -> Floats:
        """Return (n,) the smallest value; missing where there are no rows."""
        return self._reduce(np.minimum, self._columns[name])

    @shared
    def latest(self, name: str) -> Floats:
        """Return (n,) the value of the latest row; missing where there are no rows."""
        return self._each(self._columns[name][self._ends()])

    @shared
    def days_since_first(self) -> Floats:
        """Return (n,) days from the earliest row to the application; missing without rows."""
        return self._reduce(np.maximum, self.age) / DAY

    @shared
    def days_since_last(self) -> Floats:
        """Return (n,) days from the latest row to the application; missing without rows."""
        return self._reduce(np.minimum, self.age) / DAY

    @shared
    def longest_gap(self, days: int) -> Floats:
        """Return (n,) the longest time without a row within the last *days* days, in days.

        It counts the gaps between rows and from the latest row to the application, each from
        *days* days before the application at the earliest; not the time before the first row.
        Missing where there are no rows at all.
        """
        age = np.minimum(self.age, days * DAY)
        upto = np.zeros_like(age)
        np.copyto(upto[:-1], age[1:], where=self.segment[1:] == self.segment[:-1])
        return self._reduce(np.maximum, age - upto) / DAY

    def by(self, key: Floats | Ints, *amounts: str) -> Rows:
        """Return one row per application and value of *key*, with *amounts* summed.

        The result has the columns *amounts*, ``rows`` (how many went into each) and ``since`` (days
        from its earliest row to the application); the age of a group is that of its latest row.
        Groups stand in order of key within an application, not of time: `latest` and
        `longest_gap` mean nothing on them unless the key is a day.
        """
        ages, summed = self.age, self._columns
        if not self.any:
            return Rows(self.table, self.n, 0, Made(lambda _: ages))
        place: Ints = (key - np.minimum.reduce(key)).astype(np.int64)
        width = int(np.maximum.reduce(place)) + 1
        group, where = numbered(self.segment * width + place, self.n * width)

        def make(name: str) -> NDArray[Any]:
            if name == "segment":
                return group // width
            if name == "rows":
                return np.bincount(where, minlength=group.size).astype(np.float64)
            if name == "age":
                youngest = np.full(group.size, np.iinfo(np.int64).max)
                np.minimum.at(youngest, where, ages)
                return youngest
            if name == "since":
                oldest = np.zeros(group.size, dtype=np.int64)
                np.maximum.at(oldest, where, ages)
                return oldest / DAY
            if name not in amounts:
                raise KeyError(name)
            return total(where, summed[name], group.size)

        return Rows(self.table, self.n, group.size, Made(make))

    @shared
    def days(self, amount: str = "amount") -> Rows:
        """Return one row per application and day with rows, *amount* summed; latest day last.

        Day k holds the ages above k and up to k + 1 days, as months and windows do.
        """
        return self.by(-((self.age - 1) // DAY), amount)

    @shared
    def concentration(self, name: str) -> Floats:
        """Return (n,) the Herfindahl index Σ share² of a column, 0 … 1; missing when its sum is 0.

        1 means all in one row; 1/k means k equal rows.
        """
        share = ratio(self._columns[name], self.sum(name)[self.segment])
        squares = total(self.segment, share * share, self.n)
        return np.where(self.sum(name) > 0, squares, np.nan)

    @shared
    def months(self, name: str, months: int = 12) -> Floats:
        """Return (n, months) sums of a column, the latest month first; 0 where there are no rows.

        Rows older than *months* months are left out.
        """
        older = months  # the place after the last month, which takes all that is left out
        month = np.minimum((self.age - 1) // MONTH, older)
        grid = total(self.segment * (older + 1) + month, self._columns[name], self.n * (older + 1))
        return grid.reshape(self.n, older + 1)[:, :months]
