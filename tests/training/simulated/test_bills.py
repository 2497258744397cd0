from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from features.sources import BILLS
from tests.training.simulated.cases import BUSINESSES, Tables, share_error, tables, worlds
from training.simulated.punctuality import EASE, paid_at, strain


def bills() -> pl.DataFrame:
    return tables()["bills"]


def test_are_of_every_kind() -> None:
    assert set(bills()["kind"]) == set(BILLS.column("kind").values)


def test_of_power_are_tokens_or_monthly_never_both() -> None:
    power = bills().filter(kind="electricity").group_by("business_id")
    kinds = power.agg(pl.col("prepaid").n_unique().alias("kinds"), pl.col("prepaid").first())
    assert kinds["kinds"].max() == 1
    prepaid = kinds["prepaid"].mean()
    assert prepaid == pytest.approx(0.7, abs=share_error(0.7, kinds.height))


def test_of_water_are_of_few_since_wells_are_common() -> None:
    with_water = bills().filter(kind="water")["business_id"].n_unique()
    # a few thin files begin and end between two bills
    assert with_water / BUSINESSES == pytest.approx(0.3 * 0.85, abs=0.03)


def test_prepaid_are_bought_two_to_eight_times_a_month_and_paid_at_once() -> None:
    tokens = bills().filter(kind="electricity", prepaid=True)
    assert (tokens["paid_at"] == tokens["occurred_at"]).all()
    assert (tokens["paid"] == tokens["amount"]).all()
    assert tokens["due_at"].null_count() == tokens.height
    assert (tokens["quantity"] * 1444.70 * 1.09 / tokens["amount"]).is_between(0.98, 1.02).all()
    spans = tokens.group_by("business_id").agg(
        pl.len(), (pl.col("occurred_at").max() - pl.col("occurred_at").min()).alias("span")
    )
    spans = spans.filter(pl.col("span") > timedelta(days=90))
    a_month = spans["len"] / (spans["span"].dt.total_days() / 30)
    assert a_month.quantile(0.1) > 1.5  # type: ignore[operator]
    assert a_month.quantile(0.9) < 10  # type: ignore[operator]


def test_are_issued_before_they_are_paid_or_due() -> None:
    monthly = bills().filter(prepaid=False)
    assert (monthly["due_at"] > monthly["occurred_at"]).all()
    paid = monthly.drop_nulls("paid_at")
    assert (paid["paid_at"] > paid["occurred_at"]).all()
    assert (paid["paid"] == paid["amount"]).all()
    assert (monthly["period_from"] < monthly["period_to"]).all()


def test_are_cut_off_rarely_and_only_after_long_arrears() -> None:
    cut = bills().drop_nulls("cut_off_at")
    assert 0 < cut.height < 0.002 * bills().filter(prepaid=False).height
    assert (cut["cut_off_at"] - cut["due_at"] == timedelta(days=45)).all()
    assert (cut["paid_at"].is_null() | (cut["paid_at"] > cut["cut_off_at"])).all()
    assert set(cut["kind"]) <= {"electricity", "water", "telecom"}


def test_are_paid_late_as_often_as_the_strain_says() -> None:
    world, chunk = worlds(1)[0]
    owner = np.repeat(np.arange(world.n), 40)
    due = np.full(owner.size, 200 * 86_400_000_000)
    late = paid_at(world, owner, due, 5, chunk.stream("a test")) > due
    odds = strain(world, owner, due // 86_400_000_000) - EASE
    chance = 1 / (1 + np.exp(-odds))
    assert abs(late.sum() - chance.sum()) < 4 * np.sqrt((chance * (1 - chance)).sum())


def test_are_paid_late_more_often_where_loans_go_bad() -> None:
    assert late_share(tables(), "bills")[True] > 1.3 * late_share(tables(), "bills")[False]
    assert late_share(tables(), "invoices")[True] > 1.2 * late_share(tables(), "invoices")[False]


def late_share(simulated: Tables, name: str) -> dict[bool, float]:
    """Return the share of what was paid late, by whether the loan goes bad."""
    due = simulated[name].filter(pl.col("due_at").is_not_null())
    asked = simulated["applications"].join(simulated["truth"], on="application_id")
    joined = due.join(asked.select("business_id", "goes_bad"), on="business_id")
    late = (pl.col("paid_at") > pl.col("due_at")).fill_null(value=True)
    return dict(joined.group_by("goes_bad").agg(late.mean()).iter_rows())
