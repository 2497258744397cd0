"""Who games does so at the stated rate, leaves its mark, and is apart from risk."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from tests.training.simulated.cases import BUSINESSES, Tables, changed, share_error, tables

WAYS = ("circular", "backfilled", "burst")
NONE = dict.fromkeys(WAYS, 0)


def with_as_of(simulated: Tables, name: str) -> pl.DataFrame:
    asked = simulated["applications"].select("application_id", "business_id", "as_of")
    return (
        simulated[name]
        .join(asked, on="business_id")
        .join(simulated["truth"].select("application_id", *WAYS), on="application_id")
    )


@pytest.mark.parametrize("way", WAYS)
def test_is_as_frequent_as_stated_and_absent_at_zero(way: str) -> None:
    assert tables()["truth"][way].mean() == pytest.approx(0.02, abs=share_error(0.02, BUSINESSES))
    often = changed(1000, **{**NONE, way: 0.3})["truth"]
    assert often[way].mean() == pytest.approx(0.3, abs=share_error(0.3, 1000))
    assert not any(often[other].any() for other in WAYS if other != way)


@pytest.mark.parametrize("way", WAYS)
def test_is_apart_from_risk(way: str) -> None:
    truth = changed(1000, **{**NONE, way: 0.3})["truth"]
    risk = truth["probability_of_default"].to_numpy()
    log_odds, games = np.log(risk / (1 - risk)), truth[way].to_numpy()
    who, others = log_odds[games], log_odds[~games]
    error = np.sqrt(who.var() / who.size + others.var() / others.size)
    assert abs(who.mean() - others.mean()) < 4 * error


def test_circles_come_back_to_where_they_came_from() -> None:
    paid = with_as_of(changed(1000, **{**NONE, "circular": 0.3}), "payments")
    both_ways = (
        paid.filter(pl.col("counterparty").is_not_null(), pl.col("kind") != "loan")
        .group_by("business_id", "counterparty", "circular")
        .agg(
            (pl.col("direction") == "in").sum().alias("came"),
            (pl.col("direction") == "out").sum().alias("went"),
            pl.col("amount").filter(direction="in").sum().alias("money_in"),
            pl.col("amount").filter(direction="out").sum().alias("money_out"),
        )
        .filter(pl.col("came") > 0, pl.col("went") > 0)
    )
    assert both_ways["circular"].all()
    assert both_ways["business_id"].n_unique() > 250
    back = both_ways.select(pl.sum("money_out") / pl.sum("money_in")).item()
    assert 0.95 < back <= 1.01


def test_books_are_written_backwards_in_the_last_days_before() -> None:
    simulated = changed(1000, **{**NONE, "backfilled": 0.3, "missing_books": 0})
    lines = with_as_of(simulated, "books")
    shown = lines.filter("backfilled", pl.col("occurred_at") < pl.col("as_of"))
    assert shown["business_id"].n_unique() == simulated["truth"]["backfilled"].sum()
    age = shown["as_of"] - shown["known_at"]
    assert (age <= timedelta(days=11)).all()
    spans = shown.group_by("business_id").agg(
        (pl.col("as_of").first() - pl.col("occurred_at").min()).dt.total_days().alias("back")
    )["back"]
    assert spans.max() in (179, 180)
    honest = lines.filter(~pl.col("backfilled"))
    late = honest["known_at"] - honest["occurred_at"] > timedelta(days=7)
    assert 0 < late.mean() < 0.05  # type: ignore[operator]


def test_a_burst_comes_in_the_last_month_in_round_amounts() -> None:
    usual, burst = (changed(1000, **{**NONE, "burst": rate}) for rate in (0, 0.3))
    more = {}
    for before in (30, 60):
        counts = []
        for simulated in (usual, burst):
            paid = with_as_of(simulated, "payments").filter(kind="sale")
            age = (pl.col("as_of") - pl.col("occurred_at")).dt.total_seconds() / 86400
            window = paid.filter((age > before - 30) & (age <= before))
            who = burst["truth"].filter("burst")["application_id"]
            counts.append(window.filter(pl.col("application_id").is_in(who.to_list())).height)
        more[before] = counts[1] / counts[0]
    assert 2.0 < more[30] < 3.0
    assert 1.0 <= more[60] < 1.1
