"""What is known later than its row is missing until then, and times are days before the request."""

from __future__ import annotations

import numpy as np
import pytest

from features.known import PLACED, known_at_application, nothing
from features.rows import DAY, Columns, Rows
from features.sources import SOURCES
from features.table import Column, Table

AS_OF = 20_000 * DAY

LATER = [
    pytest.param(table, column, id=f"{table.name}.{column.name}")
    for table in SOURCES.values()
    for column in table.columns
    if column.known_with is not None
]


def rows(table: Table, **changed: float) -> Rows:
    """Return the row of a business ten days before its application, as a feature sees it."""
    values: Columns = {column.name: _value(column, changed) for column in table.columns}
    asked = {
        "business_id": np.array(["a"]),
        "as_of": np.array([AS_OF]),
        "amount": np.array([1.0]),
        "tenor_months": np.array([1.0]),
    }
    return known_at_application(asked, {table.name: values}).sources[table.name]


def _value(column: Column, changed: dict[str, float]) -> np.ndarray:
    if column.kind in ("id", "text"):
        return np.array(["a" if column.name == "business_id" else "x"])
    if column.kind == "time":
        return np.array([changed.get(column.name, AS_OF - 10.0 * DAY)])
    return np.array([changed.get(column.name, 1.0)])


@pytest.mark.parametrize(("table", "column"), LATER)
@pytest.mark.parametrize(
    ("at", "seen"), [(-1, True), (0, False), (1, False), (np.nan, False)], ids=str
)
def test_a_value_is_seen_only_when_it_was_known_before_the_application(
    table: Table, column: Column, at: float, seen: object
) -> None:
    found = rows(table, **{str(column.known_with): AS_OF + at})
    assert found.count().tolist() == [1.0]
    assert (~np.isnan(found[column.name])).tolist() == [seen]


def test_a_bill_paid_after_the_application_looks_unpaid_though_it_is_seen() -> None:
    bill = SOURCES["bills"]
    later = rows(bill, paid_at=AS_OF + DAY, paid=50_000.0, due_at=AS_OF + 5.0 * DAY)
    assert np.isnan(later["paid_at"]).all()
    assert np.isnan(later["paid"]).all()
    assert later["amount"].tolist() == [1.0]
    assert later["due_at"].tolist() == [-5.0]


def test_times_are_days_before_the_application_below_zero_when_ahead() -> None:
    found = rows(SOURCES["bills"], paid_at=AS_OF - 2.5 * DAY, due_at=AS_OF - 4.0 * DAY)
    assert (found["paid_at"] - found["due_at"]).tolist() == [-1.5]


def _is_there(found: Rows, name: str) -> bool:
    try:
        found[name]
    except KeyError:
        return False
    return True


@pytest.mark.parametrize("table", SOURCES.values(), ids=SOURCES)
def test_a_feature_sees_every_column_but_names_the_placing_time_and_what_it_must_not(
    table: Table,
) -> None:
    expected = {c.name for c in table.columns if c.kind != "id" and not c.unseen} - {PLACED}
    for found in (rows(table), nothing(table, 1)):
        assert {c.name for c in table.columns if _is_there(found, c.name)} == expected


def test_the_place_of_a_business_is_in_its_profile_and_no_feature_sees_it() -> None:
    assert "kecamatan" in SOURCES["profile"].names
    with pytest.raises(KeyError):
        rows(SOURCES["profile"])["kecamatan"]
