"""Lenders' answers and whom they reach are audited as recommendations are, of the same people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from audit.fairness.draws import Drawing
from audit.fairness.study import Plan, study
from audit.gathered import Gathered, cases
from audit.lending import ANSWERS, EXPOSURE, answered, answers, exposure
from tests.audit.gathered_cases import gathered

N = 400
HALF = np.arange(N) < N // 2
"""Who is of the first group."""


@pytest.fixture(scope="module")
def rows() -> Gathered:
    """Return decisions of which every other is answered; the first half is denied more, and dearer.

    The seed is offered to all, the straw to the second half alone.
    """
    random = np.random.default_rng(8)
    reply = np.where(random.random(N) < np.where(HALF, 0.4, 0.8), "approved", "declined")
    reply[::20] = "withdrawn"
    of = gathered(N, {"gender": np.where(HALF, "female", "male")})
    return replace(
        of,
        replied=np.arange(N) % 10 != 1,
        reply=reply,
        reply_hours=np.full(N, 30.0),
        price_given=np.where(reply == "approved", np.where(HALF, 0.12, 0.06), np.nan),
        offered=np.column_stack([np.ones(N, bool), ~HALF]),
        products=("seed", "straw"),
        lenders=("granary", "mill"),
    )


def test_answers_are_those_of_lenders_and_no_others(rows: Gathered) -> None:
    found, mine = answers(rows), answered(rows)
    assert found.n == mine.sum() == ((np.arange(N) % 10 != 1) & (np.arange(N) % 20 != 0)).sum()
    assert found.approved.mean() == (rows.reply[mine] == "approved").mean()
    np.testing.assert_array_equal(found.denied, 1 - found.approved)
    np.testing.assert_array_equal(found.price, rows.price_given[mine])
    assert set(found.hours.tolist()) == {30.0}


def test_a_gap_in_lenders_answers_and_prices_is_found(rows: Gathered) -> None:
    plan = Plan(tables=[("gender", "sector")], measures=ANSWERS, drawing=Drawing(100))
    told = study(answers(rows), plan)
    women = {
        one.measure.name: one
        for one in told.compared
        if one.place == (("gender",), ("female",))
    }  # fmt: skip
    assert women["demographic_parity_difference"].verdict in {"worse", "beyond"}
    price = women["price_gap"].found.gap
    assert price is not None
    assert price.value == pytest.approx(-0.06)
    past = women["past_answers"].found.gap
    assert past is not None
    assert past.value < -0.2


def test_exposure_is_who_was_offered_something_of_a_lender(rows: Gathered) -> None:
    assert exposure(rows, "granary").approved.tolist() == [1.0] * N
    shown = exposure(rows, "mill")
    np.testing.assert_array_equal(shown.approved, (~HALF).astype(float))
    assert exposure(rows, "nobody").approved.sum() == 0
    plan = Plan(tables=[("gender", "sector")], measures=EXPOSURE, drawing=Drawing(100))
    gap = next(
        one.found.gap
        for one in study(shown, plan).compared
        if one.place == (("gender",), ("female",)) and one.measure is EXPOSURE[1]
    )
    assert gap is not None
    assert gap.value == -1.0


def test_all_else_of_the_people_is_as_it_was(rows: Gathered) -> None:
    shown, plain = exposure(rows, "mill"), cases(rows)
    np.testing.assert_array_equal(shown.probability, plain.probability)
    assert set(shown.groups) == set(plain.groups)
    assert datetime(2026, 1, 1, tzinfo=UTC) == rows.since
