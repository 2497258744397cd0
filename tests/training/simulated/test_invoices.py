from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from tests.training.simulated.cases import BUSINESSES, changed, share_error, tables


def test_are_of_most_businesses() -> None:
    share = tables()["invoices"]["business_id"].n_unique() / BUSINESSES
    assert share == pytest.approx(0.6 * 0.7, abs=share_error(0.42, BUSINESSES))


def test_are_settled_by_the_payments_to_suppliers() -> None:
    simulated = changed(
        500, missing_invoices=0, missing_payments=0, misdated=0, extra_zero=0, booked_twice=0
    )
    paid = simulated["invoices"].drop_nulls("paid_at")
    found = paid.join(
        simulated["payments"].filter(kind="supplier"),
        left_on=["business_id", "paid_at", "paid", "supplier"],
        right_on=["business_id", "occurred_at", "amount", "counterparty"],
    )
    assert found.height == paid.height > 1000


def test_fall_due_after_the_suppliers_term() -> None:
    invoices = tables()["invoices"]
    term = (invoices["due_at"] - invoices["occurred_at"]).dt.total_days()
    assert set(term) == {7, 14, 30}
    each = invoices.with_columns(term=term).group_by("business_id", "supplier")
    assert each.agg(pl.col("term").n_unique())["term"].max() == 1


def test_are_paid_late_at_times_and_not_at_all_when_disputed() -> None:
    invoices = tables()["invoices"]
    n = invoices.height
    assert invoices["disputed"].mean() == pytest.approx(0.01, abs=share_error(0.01, n))
    assert invoices.filter(pl.col("paid_at").is_null())["disputed"].all()
    late = (invoices["paid_at"] > invoices["due_at"]).mean()
    assert 0.1 < late < 0.3  # type: ignore[operator]
    assert (invoices["paid_at"] > invoices["occurred_at"] + timedelta(days=3)).drop_nulls().all()


def test_are_paid_in_part_at_times() -> None:
    part = tables()["invoices"].select((pl.col("paid") < pl.col("amount")).mean()).item()
    assert part == pytest.approx(0.02, abs=0.005)
