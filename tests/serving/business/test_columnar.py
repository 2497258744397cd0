"""Records read back are the very columns that a request's rows become."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.sources import BILLS, PAYMENTS, SOURCES
from features.table import Table
from serving.business import columnar
from serving.reading.columns import Values, columns
from tests.serving.cases import asked
from tests.serving.record_cases import rows_of, values_of


def ordered(values: Values, table: Table) -> Values:
    """Return rows in order of time and then of their key, sorted one by one."""
    places = zip(values["occurred_at"], values[table.key], strict=True)
    order = [i for i, _ in sorted(enumerate(places), key=lambda place: place[1])]
    return {name: [column[i] for i in order] for name, column in values.items()}


def same(values: Values, rows: pa.Table, table: Table) -> None:
    """Assert that rows give the columns that the same values of a request give.

    Of the keys only the order is the same, of rows of the same instant.
    """
    expected, found = columns(values, table), columnar.columns(rows, table)
    assert list(found) == list(expected)
    ours, theirs = (np.lexsort((one[table.key], one["occurred_at"])) for one in (found, expected))
    np.testing.assert_array_equal(ours, theirs)
    for name in expected.keys() - {table.key}:
        assert (name, found[name].dtype.kind) == (name, expected[name].dtype.kind)
        np.testing.assert_array_equal(found[name], expected[name])


@pytest.mark.parametrize("table", SOURCES.values(), ids=SOURCES)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_what_is_written_and_read_is_what_was_sent_in_order_of_time(
    table: Table, data: st.DataObject
) -> None:
    values = values_of(data.draw(rows_of(table)), table)
    stream = columnar.written(columnar.of_values(values, table))
    same(ordered(values, table), columnar.read([stream], table), table)


@settings(deadline=None, max_examples=30)
@given(data=st.data(), cut=st.integers(0, 6))
def test_streams_are_read_one_after_another(data: st.DataObject, cut: int) -> None:
    values = ordered(values_of(data.draw(rows_of(BILLS)), BILLS), BILLS)
    rows = columnar.of_values(values, BILLS)
    streams = [columnar.written(part) for part in (rows.slice(0, cut), rows.slice(cut))]
    same(values, columnar.read(streams, BILLS), BILLS)


def test_no_stream_is_no_rows() -> None:
    found = columnar.columns(columnar.read([], PAYMENTS), PAYMENTS)
    assert {(name, values.size) for name, values in found.items()} == {
        (name, 0) for name in PAYMENTS.names
    }


def test_a_column_not_declared_yet_is_missing_and_one_no_longer_declared_is_not_read() -> None:
    values = ordered(asked(3).records()["payments"], PAYMENTS)
    rows = columnar.of_values(values, PAYMENTS)
    older = rows.drop_columns(["counterparty", "balance_after"])
    older = older.append_column("mood", pa.nulls(rows.num_rows, pa.string()))
    found = columnar.columns(columnar.read([columnar.written(older)], PAYMENTS), PAYMENTS)
    assert list(found) == list(PAYMENTS.names)
    assert np.isnan(found["counterparty"]).all()
    assert np.isnan(found["balance_after"]).all()
    np.testing.assert_array_equal(found["amount"], columns(values, PAYMENTS)["amount"])
