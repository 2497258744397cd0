"""Fitting the risk model: trees by the recipe, calibrated out of fold."""

from __future__ import annotations

from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from features.errors import BadInput
from features.rows import Floats, Ints
from models.risk import Identity, Platt, RiskModel
from training.recipe import STANDING, Recipe, trees
from training.table import TrainingTable

FOLDS: Final = 5


def fit(
    table: TrainingTable, identity: Identity, seed: int, recipe: Recipe = STANDING
) -> RiskModel:
    """Return the model fitted on *table*; the same table, seed and recipe give the same bytes."""
    calibration = platt(out_of_fold(table, seed, recipe), table.bad, table.weights)
    return RiskModel(trees(table, recipe, seed).model_to_string(), calibration, identity)


def out_of_fold(table: TrainingTable, seed: int, recipe: Recipe = STANDING) -> Floats:
    """Return (n,) margins, each from trees that never saw that row's business.

    Raises:
        BadInput: good or bad loans are spread over fewer businesses than folds (``too-few-loans``).
    """
    _refuse_too_few(table)
    folds = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=seed)
    margins = np.empty(table.bad.size)
    for seen, held_out in folds.split(table.vectors, table.bad, table.businesses):
        grown = trees(table.part(seen), recipe, seed)
        margins[held_out] = grown.predict(table.vectors[held_out], raw_score=True)
    return margins


def _refuse_too_few(table: TrainingTable) -> None:
    good, bad = (np.unique(table.businesses[table.bad == label]).size for label in (0, 1))
    if min(good, bad) >= FOLDS:
        return
    raise BadInput(
        found=f"{good} businesses with a good loan and {bad} with a bad one to fit on",
        expected=f"at least {FOLDS} of each",
        hint="Choose a later --test-from, or a larger data set.",
        code="too-few-loans",
    )


def platt(margins: Floats, bad: Ints, weights: Floats) -> Platt:
    """Return the calibration that maximises the weighted likelihood of outcomes (Platt, 1999)."""
    logistic = LogisticRegression(C=np.inf, tol=1e-10).fit(margins[:, None], bad, weights)
    return Platt(float(logistic.intercept_[0]), float(logistic.coef_[0, 0]))
