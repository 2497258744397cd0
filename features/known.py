"""What was known of each application at its ``as_of``: the point-in-time join.

`Known` is the only thing a feature sees. It is made by `join`, which lets a
record in only when it occurred, and was known, before the application, and
under a consent that held then; so a feature cannot look ahead, and cannot look
where nobody allowed it to.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.consents import holds
from features.lazy import Made
from features.pairs import pairs
from features.rows import DAY, PLACES, Columns, Flags, Floats, Ints, Rows, ratio
from features.sources import SOURCES
from features.table import Column, Table

HISTORY_DAYS = 730
"""How far back a record may lie and still count: two years."""

PLACED = "occurred_at"
"""The time that places a row and is not a value of it."""

READABLE: Final = {
    name: {c.name: c for c in table.columns if c.kind != "id" and not c.unseen and c.name != PLACED}
    for name, table in SOURCES.items()
}
"""Source → the columns that a feature may read, by name."""

SILENT: Final = {
    name: dict.fromkeys(columns, np.empty(0)) | dict.fromkeys(PLACES, np.empty(0, dtype=np.int64))
    for name, columns in READABLE.items()
}
"""Source → the columns of no rows."""


@dataclass(frozen=True)
class Known:
    """What was known of *n* applications, each at its own ``as_of``.

    Args:
        as_of: (n,) the instants of the applications, microseconds since 1970 UTC.
        amount: (n,) the amount asked, minor units.
        tenor_months: (n,) the time asked to repay, months, above zero; missing where not known.
        sources: name of a source → its rows of the last two years before each application.
        once: what `features.lazy.shared` has computed of it.
    """

    as_of: Ints
    amount: Floats
    tenor_months: Floats
    sources: Mapping[str, Rows]
    once: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def n(self) -> int:
        """Return how many applications there are."""
        return self.amount.size

    @functools.cached_property
    def told(self) -> frozenset[str]:
        """Return the sources that have rows; what reads none of these has nothing to say."""
        return frozenset(name for name, rows in self.sources.items() if rows.any)

    @property
    def payments(self) -> Rows:
        """Return the rows of the payments."""
        return self.sources["payments"]

    @property
    def orders(self) -> Rows:
        """Return the rows of the orders on marketplaces."""
        return self.sources["orders"]

    @property
    def bills(self) -> Rows:
        """Return the rows of the bills."""
        return self.sources["bills"]

    @property
    def books(self) -> Rows:
        """Return the rows of the bookkeeping."""
        return self.sources["books"]

    @property
    def invoices(self) -> Rows:
        """Return the rows of the suppliers' invoices."""
        return self.sources["invoices"]

    @property
    def credit(self) -> Rows:
        """Return the rows of the credit register."""
        return self.sources["credit"]

    @property
    def support(self) -> Rows:
        """Return the rows of training and mentoring."""
        return self.sources["support"]

    @property
    def profile(self) -> Rows:
        """Return the rows of the business's profile."""
        return self.sources["profile"]

    def having(self, sources: Mapping[str, Rows]) -> Known:
        """Return the same with other rows of some sources."""
        return replace(self, sources={**self.sources, **sources})

    def asking(self, amounts: Sequence[int], tenors: Sequence[int]) -> Known:
        """Return the same records with k amounts and tenors in the place of those asked.

        Records of one application may have several asked of them; nothing computed stands.
        """
        asked = np.array([amounts, tenors], dtype=np.float64)
        return replace(self, amount=asked[0], tenor_months=asked[1])

    def instalment(self) -> Floats:
        """Return (n,) the amount asked ÷ tenor: one month's repayment before any interest.

        Missing where the tenor is.
        """
        return ratio(self.amount, self.tenor_months)


def known_at_application(
    applications: Columns, records: Mapping[str, Columns], consents: Columns | None = None
) -> Known:
    """Join each application with what was known of its business before its ``as_of``.

    Args:
        applications: ``business_id``, ``as_of``, ``amount``, ``tenor_months``.
        records: source → its columns, rows in any order; a source not given has no rows.
        consents: the columns of the consents table; None when the records are used on another
            basis than the consent of each business.
    """
    scoring = _agreed("scoring", applications, consents)
    return Known(
        as_of=np.asarray(applications["as_of"], dtype=np.int64),
        amount=np.asarray(applications["amount"], dtype=np.float64),
        tenor_months=np.asarray(applications["tenor_months"], dtype=np.float64),
        sources={
            name: join(
                table, applications, records[name], scoring & _agreed(name, applications, consents)
            )
            if name in records
            else nothing(table, applications["as_of"].size)
            for name, table in SOURCES.items()
        },
    )


def _agreed(scope: str, applications: Columns, consents: Columns | None) -> Flags:
    """Return (n,) whether the scope is consented to at each ``as_of``, or needs no consent."""
    if consents is None:
        return np.ones(applications["as_of"].size, dtype=np.bool_)
    at = np.asarray(applications["as_of"], dtype=np.int64)
    return holds(consents, scope, applications["business_id"], at)


def join(table: Table, applications: Columns, records: Columns, allowed: Flags) -> Rows:
    """Return the rows of *records* known before each application, in order of time.

    A record is let in when it belongs to the application's business, where *allowed*, (n,), is
    true, it occurred within `HISTORY_DAYS` before ``as_of``, and both ``occurred_at`` and
    ``known_at`` lie before ``as_of``. A value that is known later than its row is missing until
    then. Times come out as days before ``as_of``, below zero where they lie ahead. Records of the
    same instant stand in order of the table's key.
    """
    segment, row = pairs(
        applications["business_id"],
        records["business_id"],
        records["occurred_at"],
        records[table.key],
    )
    as_of = np.asarray(applications["as_of"], dtype=np.int64)
    at = as_of[segment]
    age = at - np.asarray(records["occurred_at"], dtype=np.int64)[row]
    known_at = np.asarray(records["known_at"], dtype=np.int64)[row]
    keep = (age > 0) & (known_at < at) & (age <= HISTORY_DAYS * DAY) & allowed[segment]
    if not keep.all():
        segment, row, at, age = segment[keep], row[keep], at[keep], age[keep]
    readable = READABLE[table.name]
    columns: Made[NDArray[Any]] = Made(lambda name: _seen(readable[name], records, row, at))
    columns.update(zip(PLACES, (segment, age), strict=True))
    return Rows(table, as_of.size, row.size, columns)


def nothing(table: Table, n: int) -> Rows:
    """Return a source without rows for *n* applications."""
    return Rows(table, n, 0, SILENT[table.name])


def _seen(column: Column, records: Columns, row: Ints, as_of: Ints) -> Floats:
    """Return (k,) the values as they were seen at ``as_of``."""
    values = _numbers(records[column.name][row])
    if column.kind == "time":
        values = (as_of - values) / DAY
    if column.known_with is None:
        return values
    known_from = _numbers(records[column.known_with][row])
    return np.where(known_from < as_of, values, np.nan)


def _numbers(values: NDArray[np.generic]) -> Floats:
    """Return values as float64; texts become codes in alphabetical order, NaN where empty."""
    if values.dtype.kind not in "UT":
        return values.astype(np.float64, copy=False)
    codes: Floats = np.unique(values, return_inverse=True)[1].astype(np.float64)
    codes[values == ""] = np.nan
    return codes
