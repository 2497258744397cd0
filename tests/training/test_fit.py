"""Fitting: the same bytes again, margins out of fold, and a calibration that is the best one."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, cast

import lightgbm
import numpy as np
import pytest

from features.catalogue import FEATURES, NAMES
from features.errors import BadInput
from features.rows import Floats, Ints
from models.risk import Identity
from tests.conftest import made_up_table, table_of
from tests.training.cases import refused
from training import fit
from training.recipe import Recipe
from training.table import TrainingTable


def test_the_same_table_and_seed_give_the_same_model(
    small_table: TrainingTable, identity: Identity
) -> None:
    one, again = (fit.fit(small_table, identity, seed=5) for _ in range(2))
    assert one.digest == again.digest
    assert one.text == again.text
    assert one.calibration == again.calibration


def test_another_seed_gives_another_model(small_table: TrainingTable, identity: Identity) -> None:
    digests = {fit.fit(small_table, identity, seed=seed).digest for seed in (5, 6)}
    assert len(digests) == 2


def test_the_trees_know_the_features_by_name_and_keep_their_directions(
    small_table: TrainingTable, identity: Identity
) -> None:
    model = fit.fit(small_table, identity, seed=0)
    assert model.trees.feature_name() == list(NAMES)
    assert model.calibration.slope > 0
    directions = ",".join(str(feature.direction) for feature in FEATURES)
    assert f"[monotone_constraints: {directions}]" in model.text


def test_a_model_is_calibrated_on_margins_out_of_fold(
    small_table: TrainingTable, identity: Identity
) -> None:
    model = fit.fit(small_table, identity, seed=2)
    assert model.calibration == fit.platt(
        fit.out_of_fold(small_table, 2), small_table.bad, small_table.weights
    )
    own = np.asarray(model.trees.predict(small_table.vectors, raw_score=True))
    assert model.calibration != fit.platt(own, small_table.bad, small_table.weights)


class Spy:
    """Stands in for training trees: remembers which rows each of them saw."""

    def __init__(self) -> None:
        self.saw: list[set[float]] = []

    def __call__(self, table: TrainingTable, recipe: Recipe, seed: int) -> lightgbm.Booster:
        del recipe, seed
        assert set(np.unique(table.bad)) == {0, 1}
        self.saw.append(set(table.vectors[:, 0].tolist()))
        return cast("lightgbm.Booster", self)

    def predict(self, vectors: Floats, **_: Any) -> Floats:
        """Return, as a margin, the number of the trees asked."""
        assert not self.saw[-1] & set(vectors[:, 0].tolist())
        return np.full(len(vectors), float(len(self.saw) - 1))


def test_out_of_fold_margins_come_from_trees_that_never_saw_the_business(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each business has four loans; the first feature holds the number of the row."""
    table = made_up_table(200)
    numbered = np.arange(200.0)
    vectors = np.column_stack([numbered, table.vectors[:, 1:]])
    businesses = np.array([f"b{i % 50}" for i in range(200)])
    table = replace(table, vectors=vectors, businesses=businesses)
    spy = Spy()
    monkeypatch.setattr(fit, "trees", spy)
    margins = fit.out_of_fold(table, seed=3)
    assert len(spy.saw) == fit.FOLDS
    for row, trees in enumerate(margins.astype(int).tolist()):
        mine = {float(i) for i in range(200) if businesses[i] == businesses[row]}
        assert not mine & spy.saw[trees]


def test_out_of_fold_margins_learn_nothing_from_noise() -> None:
    """Rows of a business are alike and share its outcome, which is drawn by lot."""
    random = np.random.default_rng(0)
    whose = np.repeat(np.arange(60), 4)
    vectors = random.normal(size=(60, len(FEATURES)))[whose]
    bad = random.integers(0, 2, 60)[whose]
    names = np.array([f"b{i}" for i in whose])
    table = table_of(vectors, bad, businesses=names)
    margins = fit.out_of_fold(table, seed=0)
    good, worse = margins[bad == 0], margins[bad == 1]
    wins = (worse[:, None] > good[None]).mean()
    assert 0.3 < wins < 0.7


@pytest.mark.parametrize("few", [0, 1])
def test_too_few_businesses_with_a_good_or_a_bad_loan_are_refused(few: int) -> None:
    table = made_up_table(60)
    bad = np.full(60, 1 - few)
    bad[:12] = few
    businesses = np.array([f"b{i % 4 if i < 12 else i}" for i in range(60)])
    with pytest.raises(BadInput, match=r"found (4 businesses|.* and 4 with)") as caught:
        fit.out_of_fold(replace(table, bad=bad, businesses=businesses), seed=0)
    refused(caught, "too-few-loans")


def likelihood(intercept: float, slope: float, margins: Floats, bad: Ints) -> float:
    """Return the log-likelihood of a calibration, in plain Python."""
    total = 0.0
    for margin, outcome in zip(margins.tolist(), bad.tolist(), strict=True):
        log_odds = intercept + slope * margin
        total += outcome * log_odds - math.log1p(math.exp(log_odds))
    return total


def newton(margins: Floats, bad: Ints) -> tuple[float, float]:
    """Return the calibration of the greatest likelihood by Newton's method, written out."""
    a = b = 0.0
    for _ in range(50):
        p = [1 / (1 + math.exp(-(a + b * m))) for m in margins.tolist()]
        w = [q * (1 - q) for q in p]
        off = [float(y) - q for y, q in zip(bad.tolist(), p, strict=True)]
        g0, g1 = sum(off), sum(o * m for o, m in zip(off, margins.tolist(), strict=True))
        h00 = sum(w)
        h01 = sum(v * m for v, m in zip(w, margins.tolist(), strict=True))
        h11 = sum(v * m * m for v, m in zip(w, margins.tolist(), strict=True))
        determinant = h00 * h11 - h01 * h01
        a += (h11 * g0 - h01 * g1) / determinant
        b += (h00 * g1 - h01 * g0) / determinant
    return a, b


@pytest.mark.parametrize("seed", range(4))
def test_platt_is_the_calibration_of_the_greatest_likelihood(seed: int) -> None:
    random = np.random.default_rng(seed)
    margins = random.normal(size=300) * 3
    bad = (random.random(300) < 1 / (1 + np.exp(1.5 - 0.6 * margins))).astype(int)
    found = fit.platt(margins, bad, np.ones(300))
    intercept, slope = newton(margins, bad)
    assert found.intercept == pytest.approx(intercept, abs=1e-5)
    assert found.slope == pytest.approx(slope, abs=1e-5)
    best = likelihood(found.intercept, found.slope, margins, bad)
    for step in (-0.01, 0.01):
        assert likelihood(found.intercept + step, found.slope, margins, bad) < best
        assert likelihood(found.intercept, found.slope + step, margins, bad) < best
