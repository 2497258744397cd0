"""Fitting: the same bytes again, and all but the trees from margins out of fold."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import lightgbm
import numpy as np
import pytest

from features.catalogue import FEATURES, NAMES, fingerprint
from features.errors import BadInput
from features.rows import Floats
from models.risk import Identity
from tests.conftest import made_up_table, table_of
from tests.training.cases import refused
from training import datasets
from training.fitting import calibrating, fit, priors
from training.recipes.recipe import Recipe
from training.table import TrainingTable


def test_the_same_table_and_seed_give_the_same_model(
    small_table: TrainingTable, identity: Identity
) -> None:
    one, again = (fit.fit(small_table, identity, seed=5) for _ in range(2))
    assert one.digest == again.digest
    assert one.text == again.text
    assert one.calibration == again.calibration


def test_a_model_says_of_which_data_it_is_and_until_when(
    small: Path, small_table: TrainingTable
) -> None:
    data = datasets.read(small)
    found = fit.identity_of(data, small_table.part(small_table.as_of <= small_table.as_of[9]))
    assert (found.data_set, found.currency, found.simulated) == ("made-up", "IDR", True)
    assert found.data_digest == data.digest
    assert found.fingerprint == fingerprint()
    assert datetime.fromisoformat(found.trained_until) == data["applications"]["as_of"].sort()[9]


def test_another_seed_gives_another_model(small_table: TrainingTable, identity: Identity) -> None:
    digests = {fit.fit(small_table, identity, seed=seed).digest for seed in (5, 6)}
    assert len(digests) == 2


def test_the_trees_know_the_features_by_name_and_keep_their_directions(
    small_table: TrainingTable, identity: Identity
) -> None:
    model = fit.fit(small_table, identity, seed=0)
    assert lightgbm.Booster(model_str=model.text).feature_name() == list(NAMES)
    assert model.scaling.slope > 0
    directions = ",".join(str(feature.direction) for feature in FEATURES)
    assert f"[monotone_constraints: {directions}]" in model.text


def test_a_model_is_calibrated_on_margins_out_of_fold(
    small_table: TrainingTable, identity: Identity
) -> None:
    fitted = fit.fitted(small_table, identity, seed=2)
    margins = fit.out_of_fold(small_table, 2)
    model = fitted.model
    assert fitted.chosen == calibrating.choose(small_table, margins)
    assert model.calibration == fitted.chosen.calibration
    assert model.scaling == calibrating.platt(margins, small_table.bad, small_table.weights)
    own = np.asarray(
        lightgbm.Booster(model_str=model.text).predict(small_table.vectors, raw_score=True)
    )
    assert model.scaling != calibrating.platt(own, small_table.bad, small_table.weights)


def test_lenders_that_differ_are_in_the_model_and_say_how_sure_they_are(
    identity: Identity,
) -> None:
    """The loans of one of two lenders go bad by lot as well, whatever their features say."""
    table = made_up_table(400)
    partners = np.array(["granary", "barn"])[np.arange(400) % 2]
    unlucky = (partners == "barn") & (np.random.default_rng(0).random(400) < 0.6)
    table = replace(table, partners=partners, bad=np.maximum(table.bad, unlucky))
    quick = Recipe(rounds=20)
    fitted = fit.fitted(table, identity, 1, quick)
    log_odds = fitted.chosen.calibration.log_odds(fit.out_of_fold(table, 1, quick))
    assert fitted.shifts == priors.shifts(table, log_odds)
    assert fitted.model.priors == {shift.partner: shift.shift for shift in fitted.shifts}
    assert fitted.model.priors["barn"] > 0.5 > -0.5 > fitted.model.priors["granary"]


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
