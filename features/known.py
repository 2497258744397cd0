"""What was known of each application at its ``as_of``: the point-in-time join.

`Known` is the only thing a feature sees. It is made by `join`, which lets a
record in only when it occurred, and was known, before the application, so a
feature cannot look ahead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.rows import DAY, Floats, Ints, Rows, ratio
from features.sources import PAYMENTS
from features.table import Table

Columns = Mapping[str, NDArray[np.generic]]
"""A table in memory: column name → (m,) values.

Times are int64 microseconds since 1970 UTC, money and counts float64 with NaN where missing,
categories float64 codes, ids and texts arrays of str ('' where missing). ``known_at`` is filled.
"""

HISTORY_DAYS = 730
"""How far back a record may lie and still count: two years."""


@dataclass(frozen=True)
class Known:
    """What was known of *n* applications, each at its own ``as_of``.

    Args:
        amount: (n,) the amount asked, minor units.
        tenor_months: (n,) the time asked to repay, months, above zero.
        payments: the payments of the last two years before each application.
    """

    amount: Floats
    tenor_months: Floats
    payments: Rows

    @property
    def n(self) -> int:
        """Return how many applications there are."""
        return self.amount.size

    def instalment(self) -> Floats:
        """Return (n,) the amount asked ÷ tenor: one month's repayment before any interest.

        Missing where the tenor is not above zero.
        """
        return ratio(self.amount, self.tenor_months)


def known_at_application(applications: Columns, payments: Columns) -> Known:
    """Join each application with what was known of its business before its ``as_of``.

    Args:
        applications: ``business_id``, ``as_of``, ``amount``, ``tenor_months``.
        payments: the columns of the payments table, in any order.
    """
    return Known(
        amount=np.asarray(applications["amount"], dtype=np.float64),
        tenor_months=np.asarray(applications["tenor_months"], dtype=np.float64),
        payments=join(PAYMENTS, applications, payments),
    )


def join(table: Table, applications: Columns, records: Columns) -> Rows:
    """Return the rows of *records* known before each application, in order of time.

    A record is let in when it belongs to the application's business, occurred within
    `HISTORY_DAYS` before ``as_of``, and both ``occurred_at`` and ``known_at`` lie before
    ``as_of``. Records of the same instant stand in order of the table's key.
    """
    businesses, owner = np.unique(records["business_id"], return_inverse=True)
    order = np.lexsort((records[table.key], records["occurred_at"], owner))
    segment, row = _candidates(applications["business_id"], businesses, owner[order])
    row = order[row]

    as_of = np.asarray(applications["as_of"], dtype=np.int64)[segment]
    age = as_of - np.asarray(records["occurred_at"], dtype=np.int64)[row]
    known_for = as_of - np.asarray(records["known_at"], dtype=np.int64)[row]
    keep = (age > 0) & (known_for > 0) & (age <= HISTORY_DAYS * DAY)
    columns = {
        column.name: _numbers(records[column.name][row[keep]])
        for column in table.columns
        if column.kind not in ("id", "time")
    }
    return Rows(table, applications["as_of"].size, segment[keep], age[keep], columns)


def _candidates(
    wanted: NDArray[np.generic], businesses: NDArray[np.generic], owner: NDArray[np.intp]
) -> tuple[Ints, Ints]:
    """Pair each application with every record of its business.

    Returns (segment, row): for each pair the application and the place in the sorted records.
    """
    place = np.searchsorted(businesses, wanted)
    if not businesses.size:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    there = businesses[np.minimum(place, businesses.size - 1)] == wanted
    start = np.searchsorted(owner, place, side="left")
    size = np.where(there, np.searchsorted(owner, place, side="right") - start, 0)
    segment = np.repeat(np.arange(wanted.size), size)
    offset = np.arange(segment.size) - np.repeat(np.cumsum(size) - size, size)
    return segment, start[segment] + offset


def _numbers(values: NDArray[np.generic]) -> Floats:
    """Return values as float64; texts become codes in alphabetical order, NaN where empty."""
    if values.dtype.kind not in "UT":
        return values.astype(np.float64)
    codes: Floats = np.unique(values, return_inverse=True)[1].astype(np.float64)
    codes[values == ""] = np.nan
    return codes
