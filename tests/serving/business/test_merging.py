"""A record is there once, as it was said first, and more may become known of it."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.sources import BILLS, SOURCES
from features.table import Table
from serving.business import columnar
from serving.business.merging import Merged, merge, whole
from tests.serving.record_cases import micros, rows_of, values_of
from tests.training.cases import Row, filled, utc

BILL: Row = {column.name: None for column in BILLS.columns} | filled(BILLS)
PAID: Row = {"paid_at": utc(2026, 2, 3), "paid": 1000}


def arrow(rows: list[Row], table: Table = BILLS) -> pa.Table:
    return columnar.of_values(values_of(rows, table), table)


def came(*rows: Row, kept: list[Row] | None = None) -> Merged:
    """Return what bills come to beside those *kept*, one plain bill if not said."""
    return merge(arrow([BILL] if kept is None else kept), arrow(list(rows)), BILLS)


def bill(**changed: Any) -> Row:
    return {**BILL, **changed}


def test_a_record_said_again_is_no_second_one() -> None:
    merged = came(BILL)
    assert (merged.added, merged.completed, merged.same) == (0, 0, 1)
    assert merged.changed.num_rows == 0


def test_another_key_is_another_record_however_alike() -> None:
    merged = came(bill(bill_id="2"))
    assert (merged.added, merged.completed, merged.same) == (1, 0, 0)


def test_what_is_known_later_is_added_to_the_record() -> None:
    merged = came(bill(**PAID))
    assert (merged.added, merged.completed, merged.same) == (0, 1, 0)
    (row,) = whole(arrow([BILL]), merged.changed, BILLS).to_pylist()
    assert (row["paid_at"], row["paid"]) == (micros(utc(2026, 2, 3)), 1000)


def test_and_stays_known_when_the_record_is_said_as_it_was_first() -> None:
    merged = came(BILL, kept=[bill(**PAID)])
    assert (merged.same, merged.changed.num_rows) == (1, 0)


@pytest.mark.parametrize(
    ("before", "says", "column"),
    [
        ({}, {"amount": 1001}, "amount"),
        ({}, {"amount": 1001, **PAID}, "amount"),
        ({}, {"due_at": utc(2026, 3, 1)}, "due_at"),
        (PAID, {**PAID, "paid": 999}, "paid"),
    ],
)
def test_other_content_under_the_same_key_is_told_and_left(
    before: Row, says: Row, column: str
) -> None:
    merged = came(bill(**says), kept=[bill(**before)])
    assert merged.differing == {"1": column}
    assert merged.changed.num_rows == 0


@pytest.mark.parametrize("table", SOURCES.values(), ids=SOURCES)
@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_in_whatever_parts_records_come_what_is_kept_is_the_same(
    table: Table, data: st.DataObject
) -> None:
    rows = data.draw(rows_of(table))
    parts = data.draw(st.lists(st.lists(st.sampled_from(rows), unique_by=lambda r: r[table.key])))
    kept = columnar.read([], table)
    for part in (*parts, rows):
        merged = merge(kept, arrow(part, table), table)
        assert not merged.differing
        assert merged.completed == 0
        kept = whole(kept, merged.changed, table)
    assert kept.to_pylist() == arrow(rows, table).to_pylist()
