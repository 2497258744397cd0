from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from features.sources import BOOKS
from tests.training.simulated.cases import BUSINESSES, changed, share_error, tables


def test_are_kept_by_some_and_collected_of_most_of_those() -> None:
    kept = tables()["books"]["business_id"].n_unique() / BUSINESSES
    expected = 0.8 * (0.4 + 0.6 * 0.02)
    assert kept == pytest.approx(expected, abs=share_error(expected, BUSINESSES))


def test_have_one_to_fifteen_lines_on_most_logged_days() -> None:
    day = tables()["books"].group_by("business_id", pl.col("occurred_at").dt.date()).len()["len"]
    assert 1.5 < day.mean() < 5  # type: ignore[operator]
    assert day.is_between(1, 15).mean() > 0.99  # type: ignore[operator]


def test_are_of_every_category_but_tax_and_utilities() -> None:
    never = {"tax", "utilities"}
    assert set(tables()["books"]["category"]) == {*BOOKS.column("category").values} - never


def test_are_written_on_the_day_or_later_never_before() -> None:
    lines = tables()["books"]
    late = lines["known_at"] - lines["occurred_at"]
    assert (late >= timedelta(0)).all()
    assert (late < timedelta(days=1)).mean() == pytest.approx(0.85, abs=0.08)


def test_copy_payments_so_that_they_match_the_account() -> None:
    simulated = changed(500, missing_books=0, backfilled=0, extra_zero=0, misdated=0)
    on = ["business_id", "occurred_at", "amount", "direction"]
    lines, paid = simulated["books"], simulated["payments"]
    logged = lines.select("business_id", pl.col("occurred_at").dt.date().alias("day")).unique()
    of_days = paid.with_columns(pl.col("occurred_at").dt.date().alias("day")).join(
        logged, on=["business_id", "day"], how="semi"
    )
    matched = of_days.join(lines.select(on).unique(), on=on, how="semi").height / of_days.height
    assert 0.80 < matched <= 0.92


def test_collect_what_was_sold_on_credit_from_the_same_debtor() -> None:
    lines = changed(500, missing_books=0, extra_zero=0, booked_twice=0)["books"]
    on = ["business_id", "counterparty", "amount"]
    given, back = (lines.filter(category=c) for c in ("credit_sale", "collection"))
    assert back.join(given, on=on, how="anti").is_empty()
    assert 0.7 < back.height / given.height < 0.95
    assert given["counterparty"].null_count() == 0
