"""What the words of the docstrings mean, in plain Python and exact numbers.

The oracle shares no arithmetic with the kernels: it takes one application and lists of
rows as dictionaries, joins them by hand, and works with whole numbers and fractions until
the last step. The modules beside this one recompute the features, one source each;
`tests.features.oracle.every` finds a feature by its name.

What the docstrings take for granted is fixed here in one place: days and months count
back from the application; the last *k* days hold an age of exactly *k* days; day *d*
holds the ages above *d* and up to *d* + 1 days, month *m* those above *m* and up to
*m* + 1 times thirty days; a month is on record when the first row lies at its far end or
beyond, and the latest month always is; a year is 365 days.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter
from typing import Any, TypedDict

from features.sources import SOURCES

DAY = 24 * 60 * 60 * 1_000_000
MONTH = 30 * DAY
TWO_YEARS = 730
NAN = math.nan

Row = dict[str, Any]
"""One row of a source: column → value, None where it is missing."""

Records = Mapping[str, Sequence[Row]]
"""Source → its rows; a source that is not named has none."""

Number = Fraction | int

LATER = {
    source: {c.name: c.known_with for c in table.columns if c.known_with is not None}
    for source, table in SOURCES.items()
}
"""Source → column → the column of the time from which on its value is known."""


class Application(TypedDict):
    """One row of the applications table, without what features do not read."""

    business_id: str
    as_of: int
    amount: int
    tenor_months: int


@dataclass(frozen=True)
class Seen:
    """An application and the rows that were known before it, in order of time."""

    application: Application
    records: Mapping[str, list[Row]]

    def __getattr__(self, source: str) -> list[Row]:
        """Return the rows of a source, as though each were a field."""
        if source not in SOURCES:
            raise AttributeError(source)
        return self.records.get(source, [])

    def age(self, row: Row) -> int:
        """Return the microseconds from a row to the application."""
        return self.ago(row["occurred_at"])

    def ago(self, moment: int) -> int:
        """Return the microseconds from a moment to the application, below zero when ahead."""
        return self.application["as_of"] - moment

    def last(self, days: int) -> Seen:
        """Return the same application with the rows of the last *days* days."""
        return self.between(0, days)

    def between(self, newest: int, oldest: int) -> Seen:
        """Return it with the rows older than *newest* days, up to *oldest* days old."""
        inside = {
            source: [row for row in rows if newest * DAY < self.age(row) <= oldest * DAY]
            for source, rows in self.records.items()
        }
        return Seen(self.application, inside)

    def instalment(self) -> Fraction:
        """Return the amount asked ÷ tenor."""
        return Fraction(self.application["amount"], self.application["tenor_months"])


def join(application: Application, records: Records) -> Seen:
    """Return what was known of the application's business before its ``as_of``."""
    as_of = application["as_of"]
    known = {}
    for source, rows in records.items():
        mine = [
            _as_seen(source, row, as_of)
            for row in rows
            if row["business_id"] == application["business_id"]
            and row["occurred_at"] < as_of
            and row["known_at"] < as_of
            and as_of - row["occurred_at"] <= TWO_YEARS * DAY
        ]
        known[source] = sorted(mine, key=itemgetter("occurred_at", SOURCES[source].key))
    return Seen(application, known)


def _as_seen(source: str, row: Row, as_of: int) -> Row:
    """Return a row without the values that were not known yet at ``as_of``."""
    seen = dict(row)
    for name, known_with in LATER[source].items():
        since = row[known_with]
        if since is None or since >= as_of:
            seen[name] = None
    return seen


ORACLE: dict[str, Callable[[Seen], float]] = {}
"""Name of a feature → the function that recomputes it."""


def recomputes(function: Callable[[Seen], float]) -> Callable[[Seen], float]:
    """Enter a function into the oracle under its own name."""
    ORACLE[function.__name__] = function
    return function


def having(rows: Iterable[Row], **values: object) -> list[Row]:
    """Return the rows with these values, or with one of them where several are given."""
    return [
        row
        for row in rows
        if all(
            row[name] in value if isinstance(value, tuple) else row[name] == value
            for name, value in values.items()
        )
    ]


def stating(rows: Iterable[Row], *names: str) -> list[Row]:
    """Return the rows in which none of these columns is missing."""
    return [row for row in rows if all(row[name] is not None for name in names)]


def money(rows: Iterable[Row], column: str = "amount") -> int:
    """Return the sum of the amounts."""
    return sum(row[column] for row in rows)


def quotient(top: Number, bottom: Number) -> float:
    """Return top ÷ bottom, missing where the bottom is not above zero."""
    return float(Fraction(top) / Fraction(bottom)) if bottom > 0 else NAN


def trend(recent: Number, before: Number) -> float:
    """Return recent ÷ before, at most 3."""
    return min(3.0, quotient(recent, before)) if before > 0 else NAN


def mean(values: Sequence[Number]) -> Fraction:
    """Return the mean of at least one number."""
    return Fraction(sum(values)) / len(values)


def deviation(values: Sequence[Number]) -> float:
    """Return the population standard deviation of at least one number."""
    centre = mean(values)
    return math.sqrt(sum((value - centre) ** 2 for value in values) / len(values))


def variation(values: Sequence[Number], of: Sequence[Number]) -> float:
    """Return the standard deviation of *values* ÷ the mean of *of*."""
    return deviation(values) / float(mean(of)) if mean(of) > 0 else NAN


def concentration(sums: Sequence[Number]) -> float:
    """Return the Herfindahl index Σ share²."""
    return quotient(sum(value**2 for value in sums), sum(sums) ** 2)


def months_since(moment: int, seen: Seen) -> float:
    """Return the months of thirty days from a moment to the application."""
    return seen.ago(moment) / DAY / 30


def months_on_record(rows: list[Row], seen: Seen, months: int) -> int:
    """Return how many of the last *months* months are on record; 0 without rows."""
    if not rows:
        return 0
    oldest = max(seen.age(row) for row in rows)
    return min(months, max(1, oldest // MONTH))


def sums(rows: list[Row], seen: Seen, months: int, column: str = "amount") -> list[int]:
    """Return the sum of a column in each of the last *months* months, the latest first."""
    return [
        money((row for row in rows if month * MONTH < seen.age(row) <= (month + 1) * MONTH), column)
        for month in range(months)
    ]


def by(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    """Return the rows of each value of a column that is not missing."""
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in stating(rows, column):
        groups[row[column]].append(row)
    return groups


def by_day(rows: Iterable[Row], seen: Seen) -> dict[int, list[Row]]:
    """Return the rows of each day that has any; day 0 is the one before the application."""
    days: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        days[(seen.age(row) - 1) // DAY].append(row)
    return days


def longest_gap(rows: list[Row], seen: Seen, days: int) -> float:
    """Return the longest time without a row within the last *days* days, in days.

    The time before the first row on record is no gap; a longer one counts from the first day.
    """
    as_of = seen.application["as_of"]
    moments = [*(max(row["occurred_at"], as_of - days * DAY) for row in rows), as_of]
    gaps = [later - sooner for sooner, later in itertools.pairwise(moments)]
    return max(gaps, default=NAN) / DAY


def days_late(rows: Iterable[Row], seen: Seen) -> list[tuple[Row, Fraction]]:
    """Return what was paid or has fallen due, and how many days late it was or is by now.

    What has no day to be paid is not judged, nor is what is due but not late yet.
    """
    judged = []
    for row in stating(rows, "due_at"):
        until = row["paid_at"] if row["paid_at"] is not None else seen.application["as_of"]
        if row["paid_at"] is not None or until > row["due_at"]:
            judged.append((row, Fraction(max(0, until - row["due_at"]), DAY)))
    return judged


def share_late(rows: Iterable[Row], seen: Seen) -> float:
    """Return how many were paid late, or are late by now, of those paid or fallen due."""
    late = [days > 0 for _, days in days_late(rows, seen)]
    return quotient(sum(late), len(late))


def mean_days_late(rows: Iterable[Row], seen: Seen) -> float:
    """Return the mean of the days late of those paid or fallen due."""
    late = [days for _, days in days_late(rows, seen)]
    return float(mean(late)) if late else NAN


def overdue_share(rows: Iterable[Row], seen: Seen) -> float:
    """Return the amount fallen due and not paid ÷ the amount fallen due."""
    due = [row for row in stating(rows, "due_at") if seen.ago(row["due_at"]) > 0]
    return quotient(money(row for row in due if row["paid_at"] is None), money(due))
