"""Records of any source, drawn as a request would have them by column."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from features.sources import BUSINESS
from features.table import Column, Table
from serving.reading.columns import Values
from tests.training.cases import Row

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAIVE = datetime(1900, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001  a zone is given below

moments = st.datetimes(*NAIVE, timezones=st.just(UTC))


def micros(at: datetime) -> int:
    """Return microseconds since 1970, each part counted by itself."""
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def value(column: Column) -> st.SearchStrategy[Any]:
    """Return what may stand in a column."""
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "id": st.text(min_size=1),
        "text": st.text(min_size=1, max_size=3),
        "money": st.integers(-(10**15), 10**15),
        "count": st.integers(0, 10**6),
        "quantity": st.floats(0, 1e9),
        "flag": st.booleans(),
        "time": moments,
        "category": st.sampled_from(column.values or ("none",)),
    }
    return kinds[column.kind] if column.missing is None else st.none() | kinds[column.kind]


def rows_of(table: Table, least: int = 1) -> st.SearchStrategy[list[Row]]:
    """Return rows of one business, at most six, each with a key of its own."""
    each = st.fixed_dictionaries({column.name: value(column) for column in table.columns})
    return st.lists(each, min_size=least, max_size=6).map(
        lambda drawn: [
            {**row, table.key: f"r{i}", BUSINESS.name: "b"} for i, row in enumerate(drawn)
        ]
    )


def values_of(rows: list[Row], table: Table) -> Values:
    """Return rows as `serving.reading.columns` reads them."""
    return {
        name: [micros(v) if isinstance(v, datetime) else v for v in (row[name] for row in rows)]
        for name in table.names
        if name != BUSINESS.name
    }
