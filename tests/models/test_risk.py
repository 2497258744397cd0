"""The risk model: its probabilities, and contributions that are exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shap

from features.catalogue import FEATURES
from models.risk import RiskModel, probability_of
from tests.conftest import made_up_vectors

VECTORS = made_up_vectors(200, seed=9)


def test_contributions_add_up_to_the_log_odds(model: RiskModel) -> None:
    total = model.contributions(VECTORS).sum(axis=1)
    np.testing.assert_allclose(total, model.log_odds(VECTORS), rtol=0, atol=1e-9)


@pytest.mark.filterwarnings("ignore:LightGBM binary classifier:UserWarning")
def test_contributions_agree_with_the_shap_package_to_a_billionth(model: RiskModel) -> None:
    explainer = shap.TreeExplainer(model.trees, feature_perturbation="tree_path_dependent")
    theirs = model.calibration.slope * np.asarray(explainer.shap_values(VECTORS))
    ours = model.contributions(VECTORS)[:, :-1]
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


def test_probability_is_the_inverse_of_log_odds(model: RiskModel) -> None:
    probability = model.probability(VECTORS)
    np.testing.assert_allclose(np.log(probability / (1 - probability)), model.log_odds(VECTORS))
    assert probability_of(np.array([0.0]))[0] == pytest.approx(0.5)


def test_one_row_alone_gives_the_bits_it_gives_among_many(model: RiskModel) -> None:
    together = model.log_odds(VECTORS)
    alone = np.array([model.log_odds(row[None])[0] for row in VECTORS])
    assert together.tobytes() == alone.tobytes()


def test_risk_never_moves_against_a_declared_direction(model: RiskModel) -> None:
    for i, feature in enumerate(FEATURES):
        moved = np.repeat(VECTORS[:20], 50, axis=0)
        moved[:, i] = np.tile(np.linspace(-4, 4, 50), 20)
        steps = np.diff(model.log_odds(moved).reshape(20, 50), axis=1)
        assert (steps * feature.direction >= 0).all(), feature.name


def test_equal_models_have_equal_digests_and_others_do_not(model: RiskModel) -> None:
    assert replace(model).digest == model.digest
    assert replace(model, text=model.text + "\n").digest != model.digest
    shifted = replace(model.calibration, intercept=model.calibration.intercept + 1e-9)
    assert replace(model, calibration=shifted).digest != model.digest
