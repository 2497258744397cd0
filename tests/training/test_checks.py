"""A table keeps to its declaration, or the first thing wrong is named."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import BadTable
from features.records import APPLICATIONS, OUTCOMES, TABLES
from features.sources import PAYMENTS
from features.table import Table
from tests.training.cases import Row, application, filled, outcome, payment, refused, utc
from training.checks import FAULT, TYPES, faults, is_sound, shaped

NOW = utc(2026, 1, 1)


def frame(*rows: Row) -> pl.DataFrame:
    return pl.DataFrame(rows, infer_schema_length=None)


def found(table: Table, *rows: Row) -> list[str | None]:
    """Return the fault of each row, without its wording."""
    right = shaped(frame(*rows), table, "here")
    codes = [fault and fault.partition(": ")[0] for fault in faults(right, table, NOW)[FAULT]]
    assert not (is_sound(right, table, NOW) and any(codes))
    return codes


def test_a_right_table_comes_out_with_the_declared_columns_and_types() -> None:
    out = shaped(frame(payment(1), payment(2)), PAYMENTS, "here")
    assert out.columns == [column.name for column in PAYMENTS.columns]
    assert list(out.dtypes) == [TYPES[column.kind] for column in PAYMENTS.columns]
    assert found(PAYMENTS, payment(1), payment(2)) == [None, None]


def test_every_kind_of_column_has_a_type() -> None:
    kinds = {column.kind for table in TABLES.values() for column in table.columns}
    assert kinds <= set(TYPES)


def test_columns_that_may_be_missing_come_out_empty() -> None:
    optional = {"counterparty", "balance_after", "known_at"}
    row = {name: value for name, value in payment().items() if name not in optional}
    out = shaped(frame(row), PAYMENTS, "here")
    assert out["counterparty"].to_list() == [None]
    assert out["balance_after"].to_list() == [None]
    assert out["known_at"].to_list() == [row["occurred_at"]]


def test_one_empty_known_at_is_filled_with_occurred_at() -> None:
    later = payment(2)["occurred_at"] + timedelta(days=3)
    out = shaped(frame(payment(1, known_at=None), payment(2, known_at=later)), PAYMENTS, "here")
    assert out["known_at"].to_list() == [payment(1)["occurred_at"], later]


@pytest.mark.parametrize(
    "name", [column.name for column in PAYMENTS.columns if column.missing is None]
)
def test_a_missing_column_is_refused_by_name(name: str) -> None:
    with pytest.raises(BadTable, match=f"no column {name}") as caught:
        shaped(frame(payment()).drop(name), PAYMENTS, "payments.parquet")
    refused(caught, "missing-column")
    assert caught.value.where == "payments.parquet"


def test_an_extra_column_is_refused_by_name() -> None:
    with pytest.raises(BadTable, match="owner_name") as caught:
        shaped(frame(payment(owner_name="Siti")), PAYMENTS, "here")
    refused(caught, "extra-column")
    assert "Siti" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", 12.5),
        ("amount", 12.0),
        ("amount", "1000"),
        ("amount", True),
        ("payment_id", 7),
        ("direction", 1),
        ("occurred_at", "2025-01-01"),
        ("occurred_at", utc(2025, 1, 1).date()),
        ("occurred_at", utc(2025, 1, 1).replace(tzinfo=None)),
        ("occurred_at", 1_700_000_000),
    ],
)
def test_a_column_of_another_type_is_refused(name: str, value: Any) -> None:
    with pytest.raises(BadTable, match=f"{name} as") as caught:
        shaped(frame(payment(**{name: value})), PAYMENTS, "here")
    refused(caught, "wrong-type")


def test_a_flag_must_be_true_or_false() -> None:
    with pytest.raises(BadTable) as caught:
        shaped(frame(outcome(censored=0)), OUTCOMES, "here")
    refused(caught, "wrong-type")


def test_a_count_too_large_for_the_declared_type_is_refused() -> None:
    wide = frame(payment()).with_columns(pl.lit(2**64 - 1, dtype=pl.UInt64).alias("amount"))
    with pytest.raises(BadTable) as caught:
        shaped(wide, PAYMENTS, "here")
    refused(caught, "wrong-type")


def test_narrow_integers_and_instants_of_another_zone_or_unit_are_taken() -> None:
    narrow = frame(payment()).with_columns(
        pl.col("amount").cast(pl.UInt16),
        pl.col("occurred_at").cast(pl.Datetime("ms", "UTC")).dt.convert_time_zone("Asia/Jakarta"),
    )
    out = shaped(narrow, PAYMENTS, "here")
    assert out["amount"].to_list() == [1000]
    assert out["occurred_at"].to_list() == [payment()["occurred_at"]]


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(BadTable) as caught:
        shaped(frame(payment()).clear(), PAYMENTS, "here")
    refused(caught, "empty-table")


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"amount": -1}, "bad-amount"),
        ({"amount": None}, "missing-value"),
        ({"direction": "sideways"}, "unknown-value"),
        ({"kind": "SALE"}, "unknown-value"),
        ({"payment_id": ""}, "missing-value"),
        ({"payment_id": "  "}, "missing-value"),
        ({"business_id": None}, "missing-value"),
        ({"known_at": payment()["occurred_at"] - timedelta(microseconds=1)}, "known-too-early"),
        ({"occurred_at": NOW + timedelta(microseconds=1)}, "future-date"),
        ({"known_at": NOW + timedelta(days=1)}, "future-date"),
        ({"occurred_at": utc(1, 1, 1)}, "ancient-date"),
        ({"occurred_at": utc(1900, 1, 1) - timedelta(microseconds=1)}, "ancient-date"),
        ({"occurred_at": utc(1900, 1, 1)}, None),
        ({"payment_id": "p1\0"}, "bad-form"),
        ({"counterparty": "a\0b"}, "bad-form"),
        ({"amount": 0}, None),
        ({"balance_after": -5}, None),
        ({"balance_after": None}, None),
        ({"counterparty": None}, None),
        ({"known_at": payment()["occurred_at"]}, None),
        ({"occurred_at": NOW, "known_at": NOW}, None),
    ],
)
def test_what_is_wrong_with_a_payment_is_named(changed: Row, fault: str | None) -> None:
    assert found(PAYMENTS, payment(**changed), payment(2)) == [fault, None]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"amount": -5_000_000}, "bad-amount"),
        ({"tenor_months": -12}, "bad-amount"),
        ({"tenor_months": 0}, "bad-amount"),
        ({"purpose": "wedding"}, "unknown-value"),
        ({"purpose": None}, None),
        ({"partner_id": None}, None),
        ({"partner_id": ""}, "missing-value"),
        ({"as_of": NOW + timedelta(days=1)}, "future-date"),
    ],
)
def test_what_is_wrong_with_an_application_is_named(changed: Row, fault: str | None) -> None:
    assert found(APPLICATIONS, application(**changed), application(2)) == [fault, None]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_is_a_fault(begins: str) -> None:
    assert found(PAYMENTS, payment(counterparty=f"{begins}cmd|' /C calc'!A0")) == ["formula"]


@pytest.mark.parametrize(
    ("table", "row", "fault"),
    [
        ("bills", {"paid": 5000}, "known-at-no-time"),
        ("bills", {"paid_at": utc(2025, 2, 3), "paid": 5000}, None),
        ("bills", {"quantity": float("inf")}, "bad-amount"),
        ("bills", {"quantity": float("nan")}, "bad-amount"),
        ("bills", {"quantity": -0.1}, "bad-amount"),
        ("bills", {"quantity": 0.0}, None),
        ("bills", {"due_at": utc(2999, 1, 1)}, None),
        ("bills", {"period_from": utc(2999, 1, 1)}, "future-date"),
        ("bills", {"due_at": utc(25, 3, 1)}, "ancient-date"),
        ("orders", {"closed_at": utc(2025, 2, 3), "rating": 6}, "bad-amount"),
        ("orders", {"closed_at": utc(2025, 2, 3), "rating": 5}, None),
        ("orders", {"closed_at": utc(2025, 2, 3), "rating": 0}, "bad-amount"),
        ("orders", {"status": "delivered"}, "known-at-no-time"),
        ("profile", {"kecamatan": "3325080"}, None),
        ("profile", {"kecamatan": "33.25.08"}, "bad-form"),
        ("profile", {"kecamatan": "33250800"}, "bad-form"),
        ("consents", {"withdrawn_at": utc(2024, 12, 31)}, "withdrawn-too-early"),
        ("outcomes", {"defaulted_at": utc(2024, 12, 31)}, "defaulted-too-early"),
        ("consents", {"withdrawn_at": utc(2025, 1, 1)}, None),
    ],
)
def test_what_is_wrong_with_a_row_of_another_source_is_named(
    table: str, row: Row, fault: str | None
) -> None:
    assert found(TABLES[table], {**filled(TABLES[table]), **row}) == [fault]


def test_a_row_with_two_faults_names_one_of_them() -> None:
    assert found(PAYMENTS, payment(amount=-1, kind="x")) == ["bad-amount"]


def test_the_present_is_the_bound_of_the_future_when_none_is_given() -> None:
    soon = datetime.now(tz=utc(2025, 1, 1).tzinfo) + timedelta(hours=1)
    marked = faults(shaped(frame(payment(known_at=soon)), PAYMENTS, "here"), PAYMENTS)
    assert marked[FAULT][0].startswith("future-date: known_at")


def test_a_quick_look_is_enough_for_usual_rows() -> None:
    for table, row in ((PAYMENTS, payment()), (APPLICATIONS, application()), (OUTCOMES, outcome())):
        assert is_sound(shaped(frame(row), table, "here"), table, NOW)


@given(st.lists(st.text(st.sampled_from("=+-@\t\r\n \x00\u00a0\u2003\u0085aé0_"), max_size=4)))
@settings(deadline=None)
def test_a_quick_look_misses_no_fault_of_a_text(texts: list[str]) -> None:
    rows = [payment(n, payment_id=text, counterparty=text) for n, text in enumerate(texts)]
    if rows:
        found(PAYMENTS, *rows)
