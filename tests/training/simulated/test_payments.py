"""Sales, spending, the account and what the source has of them."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import polars as pl
import pytest

from features.sources import PAYMENTS
from tests.training.simulated.cases import WIB, changed, tables, worlds
from training.simulated.adoption import adopted
from training.simulated.chunk import CHUNK
from training.simulated.seasons import days_since_1970

NO_ERRORS = {"extra_zero": 0, "booked_twice": 0, "misdated": 0}


def sales() -> pl.DataFrame:
    return tables()["payments"].filter(kind="sale")


def test_are_about_forty_a_month_for_each_business() -> None:
    span = (
        tables()["payments"]
        .group_by("business_id")
        .agg(pl.col("occurred_at").max() - pl.col("occurred_at").min())
    )
    months = span["occurred_at"].dt.total_days().sum() / 30
    assert 35 < tables()["payments"].height / months < 50


def test_are_of_every_channel_and_of_the_kinds_simulated() -> None:
    paid = tables()["payments"]
    assert set(paid["channel"]) == set(PAYMENTS.column("channel").values)
    kinds = {"sale", "supplier", "household", "fee", "penalty", "loan", "transfer", "other"}
    assert set(paid["kind"]) == kinds


def test_by_qris_and_ewallet_stay_below_the_limit() -> None:
    most = tables()["payments"].filter(pl.col("channel").is_in(("qris", "ewallet")))["amount"]
    assert (most <= 10_000_000).all()


def test_are_known_late_in_a_few_cases_by_one_to_seven_days() -> None:
    paid = changed(500, **NO_ERRORS)["payments"]
    days = (paid["known_at"] - paid["occurred_at"]).dt.total_days()
    assert set(days) == set(range(8))
    assert (days > 0).mean() == pytest.approx(0.03, abs=4 * (0.03 / paid.height) ** 0.5)


def test_leave_the_balance_that_a_running_sum_by_hand_gives() -> None:
    stated = changed(500, **NO_ERRORS)["payments"].filter(pl.col("balance_after").is_not_null())
    ids = stated["business_id"].unique().sort().to_list()[:40]
    rows = stated.filter(pl.col("business_id").is_in(ids)).sort("occurred_at", "payment_id")
    running: dict[str, int] = {}
    for row in rows.iter_rows(named=True):
        moved = row["amount"] if row["direction"] == "in" else -row["amount"]
        opening = row["balance_after"] - moved
        running[row["business_id"]] = running.get(row["business_id"], opening) + moved
        assert running[row["business_id"]] == row["balance_after"]
    assert len(running) == 40


def test_state_a_balance_for_a_business_always_or_never() -> None:
    stated = (
        tables()["payments"]
        .group_by("business_id")
        .agg(pl.col("balance_after").is_not_null().mean())["balance_after"]
    )
    assert set(stated) == {0.0, 1.0}
    assert (stated == 0.0).mean() == pytest.approx(0.3, abs=0.05)


def test_are_penalties_only_where_the_balance_was_below_zero() -> None:
    charged = tables()["payments"].filter(pl.col("balance_after").is_not_null(), kind="penalty")
    before = charged["balance_after"] + charged["amount"]
    assert charged.height > 100
    assert (before < 0).all()


def test_come_from_one_payer_often_and_from_some_only_once() -> None:
    known = sales().filter(pl.col("counterparty").is_not_null())
    times = known.group_by("business_id", "counterparty").len()
    most = times.group_by("business_id").agg(
        (pl.col("len").max() / pl.col("len").sum()).alias("most"),
        (pl.col("len") == 1).mean().alias("once"),
    )
    assert most["most"].median() == pytest.approx(0.2, abs=0.08)
    assert most["once"].median() == pytest.approx(0.25, abs=0.1)


def test_name_some_payers_and_none_in_most_cash() -> None:
    cash, ewallet = (sales().filter(channel=c)["counterparty"] for c in ("cash", "ewallet"))
    assert cash.null_count() / len(cash) == pytest.approx(0.75, abs=0.01)
    assert ewallet.null_count() / len(ewallet) == pytest.approx(0.10, abs=0.02)


def test_share_no_payer_between_businesses() -> None:
    pairs = tables()["payments"].select("business_id", "counterparty").unique().drop_nulls()
    assert pairs["counterparty"].is_unique().all()


def test_lie_between_the_first_and_the_last_day_of_the_business() -> None:
    world, _ = worlds(1)[0]
    paid = tables()["payments"].filter(pl.col("business_id") < f"b{CHUNK:07d}")
    day = paid.with_columns((pl.col("occurred_at") + WIB).dt.date())
    spans = day.group_by("business_id", maintain_order=True).agg(
        pl.col("occurred_at").min().alias("first"), pl.col("occurred_at").max().alias("last")
    )
    bounds = dict(enumerate(zip(world.origin, world.first, world.last, strict=True)))
    for business, first, last in spans.iter_rows():
        zero, least, most = bounds[int(business[1:])]
        assert days_since_1970(first) >= zero + least
        assert days_since_1970(last) <= zero + most


def test_have_records_on_both_sides_of_the_application() -> None:
    merged = tables()["payments"].join(tables()["applications"], on="business_id")
    before, after = (
        (merged["occurred_at"] < merged["as_of"]).mean(),
        (merged["occurred_at"] > merged["as_of"]).mean(),
    )
    assert before is not None
    assert after is not None
    assert before > 0.9  # type: ignore[operator]
    assert 0.01 < after < 0.1  # type: ignore[operator]


def test_come_in_thin_files_and_long_ones() -> None:
    merged = tables()["payments"].join(tables()["applications"], on="business_id")
    history = merged.group_by("business_id").agg(
        (pl.col("as_of").first() - pl.col("occurred_at").min()).alias("history")
    )["history"]
    days = history.dt.total_days()
    assert (days <= 120).mean() == pytest.approx(0.12, abs=0.03)
    assert (days > 330).mean() > 0.4  # type: ignore[operator]


class TestQris:
    def test_takes_a_larger_share_year_by_year(self) -> None:
        year = sales().group_by(pl.col("occurred_at").dt.year().alias("year"))
        share = year.agg((pl.col("channel") == "qris").mean().alias("qris"), pl.len()).sort("year")
        rising = share["qris"].to_list()
        assert all(a < b for a, b in itertools.pairwise(rising))

    def test_begins_on_the_day_it_is_taken_up(self) -> None:
        for world, chunk in worlds(2):
            day_of = adopted(world, chunk).qris_day
            days = dict(zip(world.number, day_of, strict=True))
            first = sales().filter(pl.col("channel") == "qris").group_by("business_id")
            for business, begun in first.agg(pl.col("occurred_at").min() + WIB).iter_rows():
                if int(business[1:]) in days:
                    # a sale dated a week off may lie before
                    assert days_since_1970(begun.date()) >= days[int(business[1:])] - 7

    def test_spreads_over_businesses_along_a_logistic_curve(self) -> None:
        day = np.concatenate([adopted(world, chunk).qris_day for world, chunk in worlds(8)])
        for year, month in ((2022, 7), (2023, 7), (2024, 7)):
            then = days_since_1970(date(year, month, 1))
            middle = days_since_1970(date(2023, 7, 1))
            expected = 0.85 / (1 + np.exp(-(then - middle) / 300))
            error = 4 * (expected * (1 - expected) / day.size) ** 0.5
            assert (day <= then).mean() == pytest.approx(expected, abs=error)


def test_no_errors_are_planted_when_their_rates_are_zero() -> None:
    usual, right = changed(500)["payments"], changed(500, **NO_ERRORS)["payments"]
    assert usual.height > right.height
    assert (
        right.filter(kind="sale")
        .select(
            pl.struct("business_id", "occurred_at", "amount", "counterparty").is_duplicated().sum()
        )
        .item()
        == 0
    )
