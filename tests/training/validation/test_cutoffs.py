"""Cut-offs and grades counted again in plain Python."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from features.errors import BadInput
from features.rows import Floats
from models import scale
from tests.conftest import made_up_table
from tests.training.cases import refused
from training.table import TrainingTable
from training.validation.cutoffs import EVERYONE, cutoffs, grades
from training.validation.rates import bad_rate

N = 120


def loans() -> tuple[TrainingTable, Floats]:
    """Return loans of three partners and of none, of many weights and amounts, and log-odds."""
    random = np.random.default_rng(4)
    table = replace(
        made_up_table(N),
        partners=np.array(["", "one", "two", "few"])[np.minimum(np.arange(N) // 32, 3)],
        amounts=random.integers(1, 50, N).astype(np.float64) * np.float64(1e6),
        weights=random.choice([1.0, 3.5], N),
    )
    return table, random.normal(-3, 1.2, N)


def test_each_row_is_of_the_loans_at_or_above_its_cutoff() -> None:
    table, log_odds = loans()
    found = cutoffs(table, log_odds, lgd=0.6)
    # The fourth partner has too few loans for rows of its own.
    assert found["partner"].unique().sort().to_list() == [EVERYONE, "one", "two"]
    points = [scale.OFFSET - scale.FACTOR * x for x in log_odds.tolist()]
    probability = [1 / (1 + math.exp(-x)) for x in log_odds.tolist()]
    for row in found.iter_rows(named=True):
        all_of = [i for i in range(N) if row["partner"] in ("", table.partners[i])]
        rows = [i for i in all_of if points[i] >= row["cutoff"]]
        w, a = ([float(x[i]) for i in rows] for x in (table.weights, table.amounts))
        bad = [int(table.bad[i]) for i in rows]
        assert row["approved"] == len(rows)
        assert row["approval_rate"] == pytest.approx(
            sum(w) / sum(float(table.weights[i]) for i in all_of)
        )
        lost = [0.6 * x * y for x, y in zip(w, a, strict=True)]
        assert row["expected_loss"] == pytest.approx(
            sum(x * probability[i] for x, i in zip(lost, rows, strict=True))
        )
        assert row["observed_loss"] == pytest.approx(
            sum(x * y for x, y in zip(lost, bad, strict=True))
        )
        assert row["approved_amount"] == pytest.approx(sum(lost) / 0.6)
        rate = bad_rate(np.array(bad), np.array(w))
        assert rate is not None
        said = (row["bad_rate"], row["bad_low"], row["bad_high"])
        assert said == (rate.value, rate.low, rate.high)


@pytest.mark.parametrize("step", [10, 25])
def test_cutoffs_go_from_everyone_to_the_best(step: int) -> None:
    table, log_odds = loans()
    everyone = cutoffs(table, log_odds, step=step).filter(partner=EVERYONE)
    assert set(everyone["cutoff"].diff().drop_nulls()) == {step}
    assert (everyone["cutoff"] % step == 0).all()
    assert everyone["approved"][0] == N
    assert everyone["approval_rate"][0] == 1.0
    assert everyone["approved"][-1] >= 1
    assert everyone["approval_rate"].is_sorted(descending=True)
    best = scale.points(log_odds).max()
    assert best - step < everyone["cutoff"][-1] <= best


def test_a_loan_of_weight_three_counts_as_three_loans_in_every_sum() -> None:
    table, log_odds = loans()
    whole = replace(table, weights=np.where(table.weights > 1, 3.0, 1.0))
    again = np.repeat(np.arange(N), whole.weights.astype(int))
    sums = ["cutoff", "approval_rate", "bad_rate", "expected_loss", "observed_loss"]
    repeated = replace(whole.part(again), weights=np.ones(again.size))
    weighed, counted = (
        cutoffs(*both).filter(partner=EVERYONE).select(sums)
        for both in ((whole, log_odds), (repeated, log_odds[again]))
    )
    np.testing.assert_allclose(weighed.to_numpy(), counted.to_numpy())


@pytest.mark.parametrize("lgd", [0.0, -0.1, 1.01, math.nan])
def test_a_loss_given_default_that_is_no_share_is_refused(lgd: float) -> None:
    table, log_odds = loans()
    with pytest.raises(BadInput) as caught:
        cutoffs(table, log_odds, lgd=lgd)
    refused(caught, "bad-lgd")


def test_grades_hold_the_loans_that_the_scale_puts_there() -> None:
    table, log_odds = loans()
    probability = 1 / (1 + np.exp(-log_odds))
    probability[:5] = scale.GRADE_BOUNDS
    found = grades(table, probability)
    assert found["grade"].to_list() == list(scale.GRADES)
    assert found["share"].sum() == pytest.approx(1)
    for row in found.iter_rows(named=True):
        rows = [i for i in range(N) if scale.grade(float(probability[i])) == row["grade"]]
        assert row["loans"] == len(rows)
        w = [float(table.weights[i]) for i in rows]
        assert row["probability"] == pytest.approx(
            sum(x * probability[i] for x, i in zip(w, rows, strict=True)) / sum(w)
        )
        assert row["bad_rate"] == pytest.approx(
            sum(x * int(table.bad[i]) for x, i in zip(w, rows, strict=True)) / sum(w)
        )
        assert row["bad_low"] < row["bad_rate"] < row["bad_high"]


def test_a_grade_without_loans_says_nothing_of_them() -> None:
    table, _ = loans()
    empty = grades(table, np.full(N, 0.02)).filter(pl.col("grade") != "B")
    assert empty["loans"].to_list() == [0] * 5
    assert empty["share"].to_list() == [0.0] * 5
    for column in ("probability", "bad_rate", "bad_low", "bad_high"):
        assert empty[column].null_count() == 5
