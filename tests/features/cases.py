"""Applications and rows of every source to try the features on, and how to make them by hand.

A `Case` holds plain dictionaries, as the oracle reads them, and turns them into the
columns that the features read. `tests.features.hand_made` has cases made by hand,
`tests.features.generated` makes them up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from features.catalogue import NAMES, compute
from features.known import Known, known_at_application
from features.rows import Columns, Floats
from features.sources import PAYMENTS, SOURCES
from features.table import Column, Table
from tests.features.oracle.words import DAY, Application, Records, Row

AS_OF = 20_000 * DAY
"""The instant of a hand-made application, in microseconds since 1970."""

EDGES = (0, 1, 30, 60, 90, 92, 120, 180, 360, 365, 390, 720, 730)
"""Ages in days at which some window, month or the history itself ends."""

KINDS = PAYMENTS.column("kind").values
CHANNELS = PAYMENTS.column("channel").values


@dataclass(frozen=True)
class Case:
    """Some applications, and all rows on file."""

    applications: list[Application]
    records: Records = field(default_factory=dict)

    @property
    def payments(self) -> list[Row]:
        """Return the rows of the payments."""
        return list(self.records.get("payments", ()))

    def asked(self, *applications: Application) -> Case:
        """Return other applications with the same rows."""
        return replace(self, applications=list(applications))

    def having(self, records: Records) -> Case:
        """Return the same applications with other rows of some sources."""
        return replace(self, records={**self.records, **records})

    def columns(self) -> dict[str, Columns]:
        """Return the rows as tables in memory."""
        return {source: columns(SOURCES[source], rows) for source, rows in self.records.items()}

    def known(self, consents: Columns | None = None) -> Known:
        """Return what was known, as the features see it."""
        applications = application_columns(self.applications)
        return known_at_application(applications, self.columns(), consents)

    def value(self, name: str) -> float:
        """Return one feature of the first application."""
        return float(compute(self.known())[0, NAMES.index(name)])


def application_columns(applications: Sequence[Application]) -> Columns:
    """Return the applications as a table in memory."""
    return {
        "business_id": np.array([a["business_id"] for a in applications], dtype=str),
        "as_of": np.array([a["as_of"] for a in applications], dtype=np.int64),
        "amount": np.array([a["amount"] for a in applications], dtype=np.float64),
        "tenor_months": np.array([a["tenor_months"] for a in applications], dtype=np.float64),
    }


def columns(table: Table, rows: Sequence[Row]) -> Columns:
    """Return rows as a table in memory, every column of the declaration there."""
    return {
        column.name: _column(column, [r[column.name] for r in rows]) for column in table.columns
    }


def _column(column: Column, values: list[Any]) -> np.ndarray:
    if column.kind in ("id", "text"):
        return np.array([value or "" for value in values], dtype=str)
    if column.name in ("occurred_at", "known_at"):
        return np.array(values, dtype=np.int64)
    if column.kind == "category":
        values = [None if value is None else column.values.index(value) for value in values]
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def bits(values: Floats) -> bytes:
    """Return the bytes of an array, with one and the same NaN wherever a value is missing."""
    return np.where(np.isnan(values), np.nan, values).tobytes()


def ask(
    amount: int = 12_000_000, tenor_months: int = 12, business_id: str = "a", as_of: int = AS_OF
) -> Application:
    """Return an application."""
    return {
        "business_id": business_id,
        "as_of": as_of,
        "amount": amount,
        "tenor_months": tenor_months,
    }


def ago(days: float, shift: int = 0) -> int:
    """Return the instant *days* before `AS_OF`, moved by *shift* microseconds."""
    return AS_OF - round(days * DAY) + shift


def row(source: str, age: float, *, late: float = 0, shift: int = 0, **values: object) -> Row:
    """Return a row of a source *age* days before `AS_OF` and known *late* days after that.

    *shift* moves it by microseconds. What is not said is plain: 100 000 of money, the first of
    several values, no flag set; and missing where it may be.
    """
    table = SOURCES[source]
    occurred_at = ago(age, shift)
    plain = {
        column.name: PLAIN[column.kind] if column.missing is None else None
        for column in table.columns
    }
    plain |= {c.name: c.values[0] for c in table.columns if c.values and c.missing is None}
    known_at = occurred_at + round(late * DAY)
    placed = {table.key: "", "business_id": "a", "occurred_at": occurred_at, "known_at": known_at}
    unknown = set(values) - set(table.names)
    if unknown:
        raise KeyError(*unknown)
    return {**plain, **placed, **values}


PLAIN: Mapping[str, object] = {
    "id": "",
    "text": "t",
    "money": 100_000,
    "count": 1,
    "quantity": 1.0,
    "flag": False,
    "time": AS_OF,
    "category": None,
}
"""Kind of column → its value where nothing is said and it must be filled."""


def pay(
    age: float,
    amount: int = 100_000,
    kind: str = "sale",
    *,
    late: float = 0,
    shift: int = 0,
    **values: object,
) -> Row:
    """Return a payment; sales come in and everything else goes out unless said."""
    usual: Row = {
        "direction": "in" if kind == "sale" else "out",
        "channel": "qris",
        "counterparty": "p",
        "amount": amount,
        "kind": kind,
    }
    return row("payments", age, late=late, shift=shift, **usual | values)


def case(
    *payments: Row, asks: Sequence[Application] | None = None, **records: Sequence[Row]
) -> Case:
    """Return a case of these payments and rows, named in order where they have no name yet."""
    given: Records = {"payments": payments, **records}
    named = {
        source: [
            {**one, SOURCES[source].key: one[SOURCES[source].key] or f"{n:04}"}
            for n, one in enumerate(rows)
        ]
        for source, rows in given.items()
    }
    return Case([ask()] if asks is None else list(asks), named)
