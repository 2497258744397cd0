"""How a table of records is declared: its columns, with kind, unit and what missing means.

The tables themselves stand in `features.sources` and `features.records`. Validation,
the import, the point-in-time join and the documentation all read these declarations,
so what is true of a column is said once.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "text", "money", "count", "quantity", "flag", "time", "category"]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Args:
        name: the column's name in files and in code.
        kind: ``id`` a non-empty text that names something; ``text`` free text; ``money`` an
            integer in minor units of the data set's currency (rupiah has none, so rupiah);
            ``count`` a non-negative integer; ``quantity`` a finite number in the unit the meaning
            gives; ``flag`` true or false; ``time`` an instant, UTC; ``category`` one of ``values``.
        meaning: what it holds, in a sentence.
        values: the allowed values of a category, in the order of their codes.
        missing: what a missing value means; None when the column must always be filled.
        least: the smallest amount, count or quantity; None when it may lie below zero.
        most: the largest; None when there is no bound.
        pattern: a regular expression that the whole text must match; None when any may stand.
        hashed: whether it names a person or a firm on the other side, and so is kept only as a
            keyed hash.
        ahead: whether a time may lie in the future, as the day a bill falls due does.
        known_with: the column of time from which on this value is known, where that is later than
            the row's own ``known_at``: a bill is known before it is paid. Before that instant a
            feature sees the value as missing.
        unseen: whether no feature may ever see it: it is there for logistics, offers or the audit.
    """

    name: str
    kind: Kind
    meaning: str
    values: tuple[str, ...] = ()
    missing: str | None = None
    least: int | None = 0
    most: int | None = None
    pattern: str | None = None
    hashed: bool = False
    ahead: bool = False
    known_with: str | None = None
    unseen: bool = False


@dataclass(frozen=True)
class Table:
    """One source of records: its columns, and the column whose values never repeat."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: str

    def column(self, name: str) -> Column:
        """Return the column called *name*; raises KeyError when there is none."""
        return self._by_name[name]

    @functools.cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def codes(
        self, name: str, wanted: str | tuple[str, ...]
    ) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return the codes of a category's wanted values, and those of all others.

        Raises ValueError where one of those wanted is no value of it.
        """
        found = self._codes.get((name, wanted))
        if found is None:
            every = self.column(name).values
            values = (wanted,) if isinstance(wanted, str) else wanted
            codes = tuple(float(every.index(value)) for value in values)
            others = set(map(float, range(len(every)))).difference(codes)
            found = self._codes[name, wanted] = (codes, tuple(sorted(others)))
        return found

    @functools.cached_property
    def _codes(self) -> dict[object, tuple[tuple[float, ...], tuple[float, ...]]]:
        return {}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns, in order."""
        return tuple(column.name for column in self.columns)


CURRENCIES = {"IDR": 0, "CZK": 2, "USD": 2}
"""ISO 4217 codes a data set may declare → decimal places of the minor unit its money counts.

The rupiah's sen is out of use, so rupiah count as they are.
"""
