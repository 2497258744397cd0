"""Frames become columns of numbers, each when it is read."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.records import APPLICATIONS, CONSENTS
from features.rows import Columns
from features.sources import PAYMENTS
from features.table import Table
from tests.training.cases import application, payment
from training.checks import shaped
from training.columns import columns, in_order, of_business


def _columns(rows: list[dict[str, object]], table: Table, *businesses: str) -> Columns:
    frame = shaped(pl.DataFrame(rows), table, "here")
    return columns(frame, table, in_order(pl.Series(businesses)))


def test_columns_in_memory_are_as_the_join_reads_them() -> None:
    rows = [
        payment(1, direction="in", kind="transfer", balance_after=None, counterparty="z"),
        payment(2, direction="out", kind="sale", balance_after=-7, counterparty=None),
        payment(3, direction="out", kind="sale", balance_after=0, counterparty="a"),
    ]
    made = _columns(rows, PAYMENTS, "b1")
    assert made["direction"].tolist() == [0.0, 1.0, 1.0]
    kinds = PAYMENTS.column("kind").values
    assert made["kind"].tolist() == [float(kinds.index("transfer")), 0.0, 0.0]
    np.testing.assert_array_equal(made["balance_after"], [np.nan, -7.0, 0.0])
    micros = [int(row["occurred_at"].timestamp()) * 1_000_000 for row in rows]
    assert made["occurred_at"].tolist() == micros
    assert made["occurred_at"].dtype == np.int64
    assert list(made) == list(PAYMENTS.names)


def test_texts_become_their_places_in_the_alphabet_and_missing_where_there_is_none() -> None:
    names = ("z", None, "a", "é", "z")
    rows = [payment(n, counterparty=name) for n, name in enumerate(names)]
    made = _columns(rows, PAYMENTS, "b1")
    np.testing.assert_array_equal(made["counterparty"], [1.0, np.nan, 0.0, 2.0, 1.0])


def test_a_column_that_is_missing_throughout_is_missing_throughout() -> None:
    made = _columns([payment(1, counterparty=None)], PAYMENTS, "b1")
    assert np.isnan(made["counterparty"]).all()


def test_a_business_is_its_place_among_those_given_and_no_place_is_below_zero() -> None:
    rows = [payment(n, business_id=name) for n, name in enumerate(("b3", "b1", "b2"))]
    assert _columns(rows, PAYMENTS, "b3", "b1", "b1")["business_id"].tolist() == [1, 0, -1]


def test_the_records_of_one_business_are_its_own_under_number_zero() -> None:
    rows = [payment(n, business_id=name, amount=n) for n, name in enumerate(("b3", "b1", "b3"))]
    tables = {
        "payments": shaped(pl.DataFrame(rows), PAYMENTS, "here"),
        "applications": pl.DataFrame(),
    }
    made = of_business(tables, "b3")
    assert list(made) == ["payments"]
    assert made["payments"]["business_id"].tolist() == [0, 0]
    assert made["payments"]["amount"].tolist() == [0.0, 2.0]


def test_ids_of_rows_are_put_in_order_for_those_asked_for() -> None:
    rows = [payment(n, payment_id=name) for n, name in enumerate(("9", "b", "10", "a"))]
    key = _columns(rows, PAYMENTS, "b1")["payment_id"]
    asked = key[np.array([3, 0, 2])]
    assert np.argsort(asked).tolist() == [2, 1, 0]


def test_a_category_that_is_missing_is_not_a_number() -> None:
    assert np.isnan(_columns([application(purpose=None)], APPLICATIONS, "b1")["purpose"][0])


def test_a_lender_that_is_not_named_is_an_empty_text() -> None:
    consent = {
        "consent_id": "1",
        "business_id": "b1",
        "scope": "sharing",
        "granted_at": payment()["occurred_at"],
    }
    both = [{**consent, "partner_id": None}, {**consent, "partner_id": "p1"}]
    assert _columns(both, CONSENTS, "b1")["partner_id"].tolist() == ["", "p1"]
