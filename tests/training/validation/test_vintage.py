"""Vintages counted again by hand; curves no longer than every loan was watched."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from features.records import OUTCOMES
from tests.training.cases import outcome, utc
from training.checks import shaped
from training.target import STANDARD, Period, Target
from training.validation.vintage import KINDS, curves, vintages


def table(outcomes: Iterable[dict[str, Any]]) -> pl.DataFrame:
    return shaped(pl.DataFrame([*outcomes], infer_schema_length=None), OUTCOMES, "here")


def loan(paid_out: datetime, default: int | None = None, watched: int = 365, **changed: Any) -> Any:
    """Return a loan with the day of its default and how many days it was watched."""
    return outcome(
        disbursed_at=paid_out,
        worst_days_past_due=0 if default is None else 100,
        defaulted_at=None if default is None else paid_out + timedelta(days=default),
        watched_until=paid_out + timedelta(days=watched),
        **changed,
    )


def test_a_cohort_counts_its_loans_by_label() -> None:
    first, second = utc(2024, 1, 1), utc(2024, 4, 1)
    found = vintages(
        table(
            [
                outcome(1, disbursed_at=first),
                outcome(2, disbursed_at=utc(2024, 3, 31, 23), worst_days_past_due=95),
                outcome(3, disbursed_at=first, worst_days_past_due=40),
                outcome(4, disbursed_at=first, worst_days_past_due=None),
                outcome(5, disbursed_at=second, censored=True),
            ]
        ),
        STANDARD,
    )
    columns = ["cohort", "loans", "good", "bad", "indeterminate", "censored", "other"]
    assert found.select(columns).rows() == [
        (date(2024, 1, 1), 4, 1, 1, 1, 0, 1),
        (date(2024, 4, 1), 1, 0, 0, 0, 1, 0),
    ]
    assert found["bad_rate"].to_list() == [0.5, None]
    shares = [f"{kind}_share" for kind in KINDS]
    assert found.select(shares).rows() == [(0.25, 0.25, 0.25, 0, 0.25), (0, 0, 0, 1, 0)]


@pytest.mark.parametrize(("every", "cohorts"), [("1mo", 3), ("1q", 2), ("1y", 1)])
def test_cohorts_are_months_quarters_or_years(every: Any, cohorts: int) -> None:
    days = (utc(2024, 1, 31), utc(2024, 2, 1), utc(2024, 2, 29), utc(2024, 4, 1))
    rows = table(outcome(i, disbursed_at=day) for i, day in enumerate(days))
    assert vintages(rows, STANDARD, every).height == cohorts


def test_shares_count_loans_by_their_weight() -> None:
    day = utc(2024, 1, 1)
    rows = [
        loan(day, 100, application_id="a1", weight=10.0),
        loan(day, application_id="a2", weight=30.0),
        loan(day, application_id="a3", watched=50),
    ]
    found = vintages(table(rows), STANDARD)
    assert found["bad_rate"].to_list() == pytest.approx([10 / 40])
    assert found["bad_share"].to_list() == [10 / 41]
    assert found["censored_share"].to_list() == [1 / 41]
    mature = curves(table(rows[:2]), STANDARD)
    assert mature["defaulted"].to_list()[-1] == 10 / 40


def test_a_cohort_of_a_period_is_marked() -> None:
    flood = Period(name="a flood", first=date(2024, 5, 1), last=date(2024, 5, 31))
    rows = table(outcome(i, disbursed_at=utc(2024, 3 + i, 15)) for i in range(3))
    found = vintages(rows, Target(periods=(flood,)), "1mo")
    assert found["period"].to_list() == [None, None, "a flood"]


def test_a_curve_rises_at_the_month_of_each_default() -> None:
    """Month 4 ends with day 121, month 7 with day 212."""
    day = utc(2024, 1, 1)
    rows = [loan(day, 120), loan(day, 121), loan(day, 211), loan(day)]
    found = curves(table(rows), STANDARD)
    assert found["month"].to_list() == list(range(13))
    assert found["loans"].to_list() == [4] * 13
    assert found["defaulted"].to_list() == [0.0] * 4 + [0.25] + [0.5] * 2 + [0.75] * 6


def test_a_curve_ends_where_the_first_loan_is_no_longer_watched() -> None:
    old, young = utc(2024, 1, 1), utc(2024, 5, 1)
    rows = [loan(old, 130), loan(young, 130, watched=200), loan(young, watched=152)]
    found = curves(table(rows), STANDARD)
    last = found.group_by("cohort", maintain_order=True).agg(pl.col("month").max())
    assert last.rows() == [(date(2024, 1, 1), 12), (date(2024, 4, 1), 5)]


def test_a_censored_loan_of_unknown_age_ends_its_curve_at_once() -> None:
    day = utc(2024, 1, 1)
    rows = [loan(day, 130), outcome(disbursed_at=day, censored=True)]
    assert curves(table(rows), STANDARD)["month"].to_list() == [0]


def test_an_unstated_end_means_the_whole_window() -> None:
    day = utc(2024, 1, 1)
    rows = table([loan(day, 130), outcome(disbursed_at=day)])
    assert curves(rows, Target(window_months=18))["month"].max() == 12
    unstated = rows.with_columns(watched_until=pl.lit(None, pl.Datetime("us", "UTC")))
    assert curves(unstated, Target(window_months=18))["month"].max() == 18


def test_without_a_day_of_default_there_is_no_curve() -> None:
    rows = table([outcome(1, worst_days_past_due=100), outcome(2)])
    assert curves(rows, STANDARD).is_empty()
    assert vintages(rows, STANDARD)["bad"].to_list() == [1]
