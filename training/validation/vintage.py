"""Vintages: how the loans of each time of disbursement went, and how soon.

A vintage curve is the share of a cohort that had defaulted by each month on book.
It is drawn only as far as every loan of the cohort was watched, so that a month's
share is of the same loans as the one before.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Final, Literal

import polars as pl
from polars.dataframe.group_by import GroupBy

from audit.days import on_book
from audit.drift.vintages import curve
from features.rows import DAY
from training.target import BAD, CENSORED, GOOD, INDETERMINATE, Target

Cohort = Literal["1mo", "1q", "1y"]
"""How long a cohort lasts: a month, a quarter or a year."""

KINDS: Final = (GOOD, BAD, INDETERMINATE, CENSORED, "other")
"""What the loans of a cohort are counted as."""

WEIGHT: Final = pl.col("weight").fill_null(1.0)


def vintages(outcomes: pl.DataFrame, target: Target, every: Cohort = "1q") -> pl.DataFrame:
    """Return one row per cohort of disbursement, in order of time.

    Args:
        outcomes: the table of outcomes, those that may be used (`training.permission`).
        target: what is bad.
        every: how long a cohort lasts.

    Returns:
        ``cohort`` its first day (UTC); ``loans``; how many of them are each of `KINDS`, ``other``
        being unknown, bad after the window or left out; ``…_share`` the weighted share of each,
        0 … 1; ``bad_rate`` the weighted share of bad loans among good and bad ones, null where
        there are none; ``period`` the name of a period of the target that holds a loan of it, or
        null.
    """
    known = {name: pl.col("label") == name for name in KINDS[:-1]}
    each = known | {KINDS[-1]: ~pl.any_horizontal(known.values())}
    return (
        _cohorts(outcomes, target, every)
        .agg(
            loans=pl.len(),
            **{name: which.sum() for name, which in each.items()},
            **{
                f"{n}_share": WEIGHT.filter(which).sum() / WEIGHT.sum() for n, which in each.items()
            },
            period=pl.col("period").drop_nulls().first(),
        )
        .with_columns(bad_rate=_among_judged())
        .sort("cohort")
    )


def _among_judged() -> pl.Expr:
    good, bad = pl.col("good_share"), pl.col("bad_share")
    return pl.when(good + bad > 0).then(bad / (good + bad))


def curves(outcomes: pl.DataFrame, target: Target, every: Cohort = "1q") -> pl.DataFrame:
    """Return the cumulative default of each cohort by months on book.

    The day of default is that of the source (``defaulted_at``), by its own definition of default.

    Args:
        outcomes: as `vintages`.
        target: its window bounds the months of a loan whose ``watched_until`` is not stated.
        every: how long a cohort lasts.

    Returns:
        ``cohort``; ``month`` on book, from 0, of 365 ÷ 12 days; ``loans``; ``defaulted`` the
        weighted share, 0 … 1. No rows where no day of default is known.
    """
    if outcomes["defaulted_at"].null_count() == outcomes.height:
        return pl.DataFrame(schema=CURVES)
    return pl.concat(
        _curve(cohort, loans, target) for (cohort,), loans in _cohorts(outcomes, target, every)
    ).sort("cohort", "month")


def _curve(cohort: object, loans: pl.DataFrame, target: Target) -> pl.DataFrame:
    told = loans.select(
        had=_in_days(pl.col("defaulted_at") - pl.col("disbursed_at")),
        watched=_in_days(_watched(target)),
        weight=WEIGHT,
    ).fill_null(math.nan)
    had, watched, weights = (told[name].to_numpy() for name in told.columns)
    shares = curve(had, watched, weights, target.window_months)
    return pl.DataFrame(
        {"cohort": cohort, "month": range(shares.size), "loans": loans.height, "defaulted": shares},
        schema=CURVES,
    )


def _in_days(span: pl.Expr) -> pl.Expr:
    return span.dt.total_microseconds() / DAY


CURVES: Final = pl.Schema(
    {
        "cohort": pl.Date(),
        "month": pl.Int64(),
        "loans": pl.Int64(),
        "defaulted": pl.Float64(),
    }
)
"""The columns of `curves`."""


def _cohorts(outcomes: pl.DataFrame, target: Target, every: Cohort) -> GroupBy:
    period = pl.coalesce(
        pl.lit(None, pl.String),
        *(pl.when(one.holds()).then(pl.lit(one.name)) for one in target.periods),
    )
    cohort = pl.col("disbursed_at").dt.truncate(every).dt.date()
    return outcomes.with_columns(target.label(), cohort=cohort, period=period).group_by("cohort")


def _watched(target: Target) -> pl.Expr:
    """Return how long a loan was watched; nothing is sure of a censored one without a day."""
    whole = timedelta(days=on_book(target.window_months))
    unstated = pl.when(~pl.col("censored")).then(pl.lit(whole)).otherwise(pl.lit(timedelta(0)))
    return pl.coalesce(pl.col("watched_until") - pl.col("disbursed_at"), unstated)
