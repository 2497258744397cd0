"""What a model carries of those it was trained on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models.calibration import Platt
from tests.conftest import made_up_table
from training.fitting.reference import bins, reference

TABLE = made_up_table(500)
MARGINS = np.random.default_rng(1).normal(size=500) + TABLE.bad


def test_bins_are_tenths_as_far_as_equal_values_let_them() -> None:
    tenths = bins(np.arange(100.0), np.ones(100))
    assert tenths.counts == (9.0, *(10.0,) * 8, 11.0, 0.0)
    half = bins(np.array([*(0.0,) * 50, *range(1, 41), *(np.nan,) * 10]), np.ones(100))
    assert half.counts[0] >= 50
    assert half.counts[-1] == 10


@pytest.mark.parametrize("values", [np.full(5, np.nan), np.full(5, 3.0)])
def test_what_is_all_the_same_has_one_bin(values: np.ndarray) -> None:
    found = bins(values, np.ones(5))
    assert found.edges == ()
    assert found.counts == ((0.0, 5.0) if np.isnan(values).all() else (5.0, 0.0))


def test_weights_add_up_to_as_many_equal_ones_as_say_as_much() -> None:
    weights = np.array([1.0, 1.0, 4.0])
    found = bins(np.array([1.0, 2.0, np.nan]), weights)
    assert sum(found.counts) == pytest.approx(36 / 18)
    assert found.counts[-1] == pytest.approx(2 * 4 / 6)


def test_it_holds_every_feature_the_score_and_how_well_loans_were_told_apart() -> None:
    found = reference(TABLE, MARGINS, Platt(0.0, 1.0))
    assert list(found.features) == list(TABLE.names)
    assert found.auc == pytest.approx(roc_auc_score(TABLE.bad, MARGINS))
    assert found.auc_low < found.auc < found.auc_high
    assert (found.loans, found.bad) == (500, TABLE.bad.mean())
    assert sum(found.score.counts) == 500


def test_a_weighted_loan_counts_as_often() -> None:
    heavy = replace(TABLE, weights=np.where(TABLE.bad == 1, 3.0, 1.0))
    found = reference(heavy, MARGINS, Platt(0.0, 1.0))
    bad = TABLE.bad.sum() * 3
    assert found.bad == pytest.approx(bad / (bad + 500 - TABLE.bad.sum()))
