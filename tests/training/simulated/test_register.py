"""Earlier loans, as the register and the account have them."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from tests.training.simulated.cases import changed, tables
from training.simulated.arrears import course

LOAN = ["business_id", "facility"]


def months() -> pl.DataFrame:
    reported = tables()["credit"].filter(kind="month").sort(*LOAN, "occurred_at")
    return reported.with_columns(
        place=pl.col("occurred_at").cum_count().over(LOAN), of=pl.len().over(LOAN)
    )


def test_reports_each_running_loan_once_a_month_for_at_most_two_years() -> None:
    gap = months().select(pl.col("occurred_at").diff().over(LOAN).dt.total_days()).to_series()
    assert gap.drop_nulls().is_between(28, 31).all()
    assert months()["of"].max() == 24


def test_lies_before_the_application_and_is_published_later() -> None:
    both = tables()["credit"].join(tables()["applications"], on="business_id")
    assert (both["occurred_at"] < both["as_of"]).all()
    delay = (both["known_at"] - both["occurred_at"]).dt.total_days()
    assert delay.filter(both["kind"] == "month").is_between(10, 20).all()
    assert (both["known_at"] >= both["as_of"]).any()


def test_ends_a_loan_once_repaid_or_written_off() -> None:
    ended = months().filter(pl.col("status") != "running")
    assert ended.height > 100
    assert (ended["place"] == ended["of"]).all()
    assert (ended.filter(status="repaid")["outstanding"] == 0).all()
    assert ended.filter(status="repaid")["days_past_due"].max() == 0


def test_owes_less_and_less() -> None:
    change = months().select(pl.col("outstanding").diff().over(LOAN)).to_series().drop_nulls()
    assert change.max() == 0
    assert (change < 0).mean() > 0.8  # type: ignore[operator]
    assert (months()["outstanding"] <= months()["limit"]).all()


def test_classes_a_loan_by_its_days_and_its_lender() -> None:
    strict = pl.col("lender_kind").is_in(("bank", "p2p", "finance"))
    for who, bounds in ((strict, (0, 90, 120, 180)), (~strict, (30, 90, 180, 360))):
        rows = months().filter(who)
        by_hand = [1 + sum(days > bound for bound in bounds) for days in rows["days_past_due"]]
        assert rows["collectability"].to_list() == by_hand
        assert len(set(by_hand)) > 2


def test_informs_about_the_loan_asked_for() -> None:
    worst = months().group_by("business_id").agg(pl.col("days_past_due").max())
    asked = tables()["applications"].join(tables()["truth"], on="application_id")
    both = worst.join(asked, on="business_id")
    bad = dict(both.group_by(pl.col("days_past_due") > 30).agg(pl.mean("goes_bad")).iter_rows())
    assert bad[True] > 1.5 * bad[False]


def test_holds_an_inquiry_before_each_loan_and_some_in_vain() -> None:
    inquiries = tables()["credit"].filter(kind="inquiry")
    for name in ("facility", "limit", "outstanding", "days_past_due", "status", "started_at"):
        assert inquiries[name].null_count() == inquiries.height
    loans = months().unique(LOAN).height
    assert 1.2 * loans < inquiries.height < 2.0 * loans


def test_loans_are_repaid_from_the_account() -> None:
    simulated = changed(500, misdated=0, extra_zero=0, missing_credit=0, missing_payments=0)
    paid = simulated["payments"].filter(kind="loan", direction="out")
    asked = simulated["credit"].filter(kind="month").select("business_id", "instalment").unique()
    pairs = paid.join(asked, on="business_id").with_columns(
        whole=(pl.col("amount") % pl.col("instalment") == 0)
    )
    found = pairs.group_by("payment_id").agg(pl.col("whole").any())
    assert found["whole"].all()
    assert found.height > 0.95 * paid.height
    taken = simulated["payments"].filter(kind="loan", direction="in")
    out = simulated["payments"].filter(kind="transfer", direction="out")
    late = taken.with_columns(pl.col("occurred_at") + timedelta(hours=3))
    on = ["business_id", "occurred_at", "amount"]
    assert late.join(out, on=on, how="anti").is_empty()


class TestCourse:
    def test_of_a_loan_never_missed_is_paid_as_it_falls_due(self) -> None:
        since = np.arange(-3, 11)[None, None, :]
        tenor = np.array([[6]])
        went = course(np.full((1, 14), -50.0), since, tenor, np.random.default_rng(0))
        assert went.due[0, 0].tolist() == [-1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6]
        assert not went.arrears.any()
        assert not went.lost.any()

    def test_of_a_loan_always_missed_is_lost_in_the_ninth_month_unless_eased(self) -> None:
        many = 500
        since = np.broadcast_to(np.arange(14), (many, 1, 14))
        tenor = np.full((many, 1), 12)
        went = course(np.full((many, 14), 50.0), since, tenor, np.random.default_rng(0))
        never = ~went.eased[:, 0].any(axis=1)
        assert (went.lost[never, 0].argmax(axis=1) == 9).all()
        assert (went.late[never, 0, :10] == np.arange(10)).all()
        # eased with 15% in each of six months from the third on
        chance = 0.85**6
        assert never.mean() == pytest.approx(chance, abs=4 * (chance * 0.62 / many) ** 0.5)
        first = went.eased[~never, 0].argmax(axis=1)
        assert (went.late[~never, 0][np.arange(first.size), first] == 0).all()
