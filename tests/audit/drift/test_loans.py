"""Loans against what was said of them, in parts that are large enough to tell of."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from audit.drift.loans import compared, pieces, pooled
from tests.audit.drift import cases

TRAINED = cases.trained()


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=300))
def test_every_part_holds_enough_of_both_and_parts_follow_in_time(
    loans: list[tuple[int, bool]],
) -> None:
    at = np.array([one for one, _ in loans], dtype=np.int64)
    bad = np.array([one for _, one in loans], dtype=np.float64)
    parts = pooled(at, bad)
    for rows in parts:
        assert min(bad[rows].sum(), (1 - bad[rows]).sum()) >= 10
    every = np.concatenate([*parts, np.empty(0, np.int64)])
    enough = min(bad.sum(), (1 - bad).sum()) >= 10
    assert sorted(every.tolist()) == (list(range(len(loans))) if enough else [])
    assert all(at[a].max() < at[b].min() for a, b in itertools.pairwise(parts))


def test_a_month_is_told_with_how_many_went_bad_and_how_many_were_to() -> None:
    of = cases.judged(3000, seed=4, months=2)
    january, february = pieces(of, "M")[:2]
    rows = of.decided < cases.FIRST + 31
    assert (january.first.isoformat(), february.first.isoformat()) == ("2025-01-01", "2025-02-01")
    assert (january.loans, january.bad) == (rows.sum(), of.bad[rows].sum())
    assert january.expected == pytest.approx(of.probability[rows].sum())
    assert january.calibration.value == pytest.approx(january.bad / january.expected)
    auc = roc_auc_score(of.bad[rows], of.probability[rows])
    assert january.order.value == pytest.approx(auc)
    assert january.order.low < auc < january.order.high


def test_quarters_hold_their_months() -> None:
    of = cases.judged(4000, seed=4)
    quarters = pieces(of, "Q")
    assert [one.first.month for one in quarters] == [1, 4, 7, 10]
    assert sum(one.loans for one in quarters) == sum(one.loans for one in pieces(of, "M")) == 4000


def test_few_bad_loans_say_nothing() -> None:
    of = cases.judged(300, seed=4)
    few = replace(of, bad=np.where(np.cumsum(of.bad) <= 9, of.bad, 0.0))
    assert few.bad.sum() == 9
    assert not pieces(few, "M")
    assert not [*compared(TRAINED, few)]


def test_both_sides_chance_counts() -> None:
    """A model of few loans is less sure of how many go bad, so less is shown against it."""
    of = cases.judged(2000, seed=4, worse=1.3)
    sure, unsure = (next(compared(cases.trained(n), of)) for n in (3000, 300))
    assert sure.found.value == unsure.found.value == of.bad.sum() / of.probability.sum()
    assert unsure.found.low < sure.found.low
    assert sure.p < 0.05 < unsure.p


def test_without_a_reference_the_number_is_held_against_what_was_said() -> None:
    of = cases.judged(2000, seed=4, worse=1.3)
    (alone,) = compared(None, of)
    assert alone.measure == "calibration"
    assert alone.p < next(compared(TRAINED, of)).p


def test_an_order_that_is_lost_is_told_against_that_of_training() -> None:
    of = cases.judged(2000, seed=4)
    mixed = replace(of, probability=np.random.default_rng(1).permutation(of.probability))
    kept, lost = ([*compared(TRAINED, one)][1] for one in (of, mixed))
    assert lost.found.value == pytest.approx(
        TRAINED.auc - roc_auc_score(mixed.bad, mixed.probability)
    )
    assert (kept.measure, lost.measure) == ("order", "order")
    assert lost.p < 1e-4
    assert kept.p > 0.05
