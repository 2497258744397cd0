"""The points scorecard: every loan's points add up to its score, and the card says which."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.rows import Floats
from models import scale
from tests.conftest import table_of
from training.table import TrainingTable
from training.validation.evaluate import auc
from training.validation.scorecard import Bins, Scorecard, scorecard

NAN = float("nan")


@pytest.fixture(scope="module")
def loans() -> TrainingTable:
    """Return loans whose risk rises with a number and is high in category 2."""
    random = np.random.default_rng(1)
    number = random.normal(size=800)
    number[::10] = np.nan
    code = random.integers(0, 4, 800).astype(float)
    code[:4] = 7  # too rare for a bin of its own
    log_odds = np.nan_to_num(1.5 * number) + 2 * (code == 2) - 1
    bad = (random.random(800) < 1 / (1 + np.exp(-log_odds))).astype(int)
    vectors: Floats = np.column_stack([number, code])
    return table_of(vectors, bad, names=("number", "kind"), directions=(0, 0), categorical=(1,))


@pytest.fixture(scope="module")
def card(loans: TrainingTable) -> Scorecard:
    return scorecard(loans, seed=0)


def test_the_score_is_the_base_and_the_points_of_one_bin_of_each_feature(
    card: Scorecard, loans: TrainingTable
) -> None:
    base = 600 - 20 / np.log(2) * np.log(30) - 20 / np.log(2) * card.intercept
    for vector, points in zip(loans.vectors[:50], card.points(loans.vectors[:50]), strict=True):
        added = [
            -20 / np.log(2) * weights[bins.of(np.array([value]))[0]]
            for bins, weights, value in zip(card.features, card.weights, vector, strict=True)
        ]
        assert points == pytest.approx(base + sum(added))


def test_a_feature_adds_nothing_to_the_average_loan(card: Scorecard, loans: TrainingTable) -> None:
    for bins, weights, values in zip(card.features, card.weights, loans.vectors.T, strict=True):
        assert weights[bins.of(values)].mean() == pytest.approx(0, abs=1e-12)


def test_it_tells_loans_apart_and_its_mean_is_the_share_of_bad_loans(
    card: Scorecard, loans: TrainingTable
) -> None:
    probability = card.probability(loans.vectors)
    assert auc(probability, loans.bad, loans.weights) > 0.75
    assert probability.mean() == pytest.approx(loans.bad.mean(), abs=1e-4)


def test_weights_move_the_mean_to_that_of_the_population(loans: TrainingTable) -> None:
    weights = np.where(loans.bad == 1, 1.0, 9.0)
    probability = scorecard(replace(loans, weights=weights), 0).probability(loans.vectors)
    assert np.average(probability, weights=weights) == pytest.approx(
        np.average(loans.bad, weights=weights), abs=1e-4
    )


def test_a_category_never_seen_counts_as_other_and_a_gap_as_missing(card: Scorecard) -> None:
    kind = card.features[1]
    assert kind.of(np.array([0.0, 2.0, 7.0, 99.0, NAN])).tolist() == [1, 3, 5, 5, 0]
    assert np.isfinite(card.points(np.array([[NAN, NAN], [1e9, 99.0]]))).all()


def test_the_card_names_every_bin_with_its_points(card: Scorecard) -> None:
    lines = list(card.lines({"kind": ("shop", "stall", "cart", "farm")}))
    assert lines[0].startswith("base")
    base = float(lines[0].split()[-1])
    assert base == pytest.approx(scale.points(np.array([card.intercept]))[0], abs=0.05)
    cart = next(line for line in lines if "cart" in line)
    assert float(cart.split()[-1]) == pytest.approx(-scale.FACTOR * card.weights[1][3], abs=0.05)
    assert float(cart.split()[-1]) < 0
    assert len(lines) == 1 + sum(1 + bins.count for bins in card.features)


@given(
    st.lists(st.floats(-5, 5), max_size=6, unique=True).map(sorted),
    st.lists(st.floats(-9, 9) | st.just(NAN), min_size=1),
)
def test_a_number_lies_in_the_bin_between_its_bounds(bounds: list[float], raw: list[float]) -> None:
    bins = Bins("x", np.array(bounds), categorical=False)
    for value, k in zip(raw, bins.of(np.array(raw)), strict=True):
        if np.isnan(value):
            assert k == 0
        else:
            assert k == 1 + sum(1 for bound in bounds if bound <= value)
        assert k < bins.count
        assert bins.label(int(k))


@pytest.mark.parametrize(
    ("values", "bounds"),
    [
        ([0.0] * 97 + [1.0] * 3, [1.0]),
        ([5.0] * 9, []),
        ([NAN] * 9, []),
        ([0.0] * 50 + [float(v) for v in range(1, 51)], [1.0, 8.0, 15.0, 22.0, 29.0, 36.0, 43.0]),
        ([float(v) for v in range(81)], [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0]),
    ],
)
def test_few_values_have_a_bin_each_and_a_common_least_one_has_its_own(
    values: list[float], bounds: list[float]
) -> None:
    bad = np.arange(len(values)) % 2
    table = table_of(np.array(values)[:, None], bad, names=("x",), directions=(0,))
    # Two outcomes in each fold of five need ten loans.
    table = table.part(np.tile(np.arange(len(values)), 5))
    assert scorecard(table, 0).features[0].bounds == pytest.approx(bounds)
