from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from tests.training.simulated.cases import WIB, changed, sectors, share_error, tables, worlds
from training.simulated.adoption import NEVER, adopted
from training.simulated.columns import pseudonyms
from training.simulated.flows import MARKETPLACE
from training.simulated.seasons import days_since_1970
from training.simulated.sectors import SECTORS


def orders() -> pl.DataFrame:
    return tables()["orders"]


def test_are_of_those_who_came_to_the_marketplace_from_that_day_on() -> None:
    world, chunk = worlds(1)[0]
    begun = adopted(world, chunk).online_day
    first = orders().group_by("business_id").agg(pl.col("occurred_at").min() + WIB)
    for business, placed in first.iter_rows():
        if int(business[1:]) < world.n:
            assert days_since_1970(placed.date()) >= begun[int(business[1:])] != NEVER


def test_are_of_some_sectors_more_than_of_others() -> None:
    sellers = orders().select("business_id").unique().join(sectors(), on="business_id")
    counts = dict(sellers["sector"].value_counts().iter_rows())
    of_all = dict(sectors()["sector"].value_counts().iter_rows())
    assert "fishing" not in counts
    for name in ("batik", "kelontong"):
        # by then most who ever come have come; a fifth of what there is was not collected
        most = 0.8 * SECTORS[name].online
        assert 0.5 * most < counts[name] / of_all[name] < most + share_error(most, of_all[name])


def test_pay_out_gross_less_fees_only_when_delivered() -> None:
    settled = orders().filter(pl.col("payout_at").is_not_null())
    assert (settled["net"] == settled["gross"] - settled["fees"]).all()
    assert (settled["status"] == "delivered").all()
    assert (settled["payout_at"] >= settled["closed_at"] + timedelta(days=1)).all()
    assert (settled["payout_at"] <= settled["closed_at"] + timedelta(days=8)).all()
    other = orders().filter(pl.col("status") != "delivered")
    assert other["net"].null_count() == other["fees"].null_count() == other.height


def test_reach_the_account_as_weekly_sales_by_bank_to_the_rupiah() -> None:
    simulated = changed(
        500, missing_orders=0, missing_payments=0, extra_zero=0, booked_twice=0, misdated=0
    )
    settled = simulated["orders"].filter(pl.col("payout_at").is_not_null())
    due = settled.group_by("business_id", "payout_at").agg(pl.col("net").sum())
    number = np.arange(500)
    market = pl.DataFrame(
        {
            "business_id": [f"b{n:07d}" for n in number],
            "counterparty": [
                f"c{h}" for h in pseudonyms(7, number, np.full(500, MARKETPLACE)).tolist()
            ],
        }
    )
    came = simulated["payments"].join(market, on=["business_id", "counterparty"])
    assert set(came["channel"]) == {"bank"}
    both = due.filter(pl.col("net") > 0).join(
        came.select("business_id", "occurred_at", "amount"),
        left_on=["business_id", "payout_at"],
        right_on=["business_id", "occurred_at"],
        how="full",
    )
    assert both.height == came.height > 500
    assert (both["net"] == both["amount"]).all()


def test_say_by_whom_they_were_cancelled() -> None:
    cancelled = orders().filter(status="cancelled")
    assert cancelled["cancelled_by"].null_count() == 0
    assert orders().filter(pl.col("status") != "cancelled")["cancelled_by"].null_count() == (
        orders().filter(pl.col("status") != "cancelled").height
    )
    by_buyer = (orders()["cancelled_by"] == "buyer").fill_null(value=False).mean()
    assert by_buyer == pytest.approx(0.03, abs=0.005)


def test_are_still_open_at_the_end_of_the_record_only() -> None:
    is_open = orders().filter(pl.col("status").is_null())
    assert 0 < is_open.height < 0.05 * orders().height
    assert is_open["closed_at"].null_count() == is_open.height
    last = (
        tables()["payments"].group_by("business_id").agg(pl.col("occurred_at").max().alias("end"))
    )
    late = is_open.join(last, on="business_id")
    assert (late["end"] - late["occurred_at"] < timedelta(days=20)).all()


def test_peak_on_twin_dates() -> None:
    day = orders().with_columns((pl.col("occurred_at") + WIB).dt.date().alias("day"))
    twin = pl.col("day").dt.month() == pl.col("day").dt.day()
    counts = day.group_by("day").len().with_columns(twin.alias("twin"))
    mean = dict(counts.group_by("twin").agg(pl.col("len").mean()).iter_rows())
    assert mean[True] / mean[False] == pytest.approx(2.5, rel=0.3)


def test_are_rated_from_one_to_five_and_mostly_well() -> None:
    stars = orders()["rating"].drop_nulls()
    assert set(stars) == {1, 2, 3, 4, 5}
    assert 4.0 < stars.mean() < 4.7  # type: ignore[operator]
