"""Fitting the risk model: monotone LightGBM trees, calibrated out of fold.

The recipe is one for every data set, chosen by cross-validation on the years
before 1997 of the Berka data (docs/decisions/0005). Shallow trees keep exact
SHAP cheap; constraints come from the catalogue.
"""

from __future__ import annotations

from typing import Final

import lightgbm
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from features.catalogue import NAMES
from features.errors import BadInput
from features.rows import Floats, Ints
from models.risk import Identity, Platt, RiskModel, monotone_constraints
from training.table import TrainingTable

ROUNDS: Final = 500
FOLDS: Final = 5
RECIPE: Final[dict[str, str | int | float | bool]] = {
    "objective": "binary",
    "learning_rate": 0.05,
    "max_depth": 3,
    "num_leaves": 7,
    "min_data_in_leaf": 10,
    "lambda_l2": 1.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "monotone_constraints_method": "basic",
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


def fit(table: TrainingTable, identity: Identity, seed: int) -> RiskModel:
    """Return the model fitted on *table*; the same table and seed give the same bytes."""
    margins = out_of_fold(table, seed)
    calibration = platt(margins, table.bad)
    trees = _trees(table.vectors, table.bad, seed)
    return RiskModel(trees.model_to_string(), calibration, identity)


def out_of_fold(table: TrainingTable, seed: int) -> Floats:
    """Return (n,) margins, each from trees that never saw that row's business.

    Raises:
        BadInput: good or bad loans are spread over fewer businesses than folds (``too-few-loans``).
    """
    _refuse_too_few(table)
    folds = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=seed)
    margins = np.empty(table.bad.size)
    for seen, held_out in folds.split(table.vectors, table.bad, table.businesses):
        trees = _trees(table.vectors[seen], table.bad[seen], seed)
        margins[held_out] = trees.predict(table.vectors[held_out], raw_score=True)
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


def platt(margins: Floats, bad: Ints) -> Platt:
    """Return the calibration that maximises the likelihood of the outcomes (Platt, 1999)."""
    logistic = LogisticRegression(C=np.inf, tol=1e-10).fit(margins[:, None], bad)
    return Platt(float(logistic.intercept_[0]), float(logistic.coef_[0, 0]))


def _trees(vectors: Floats, bad: Ints, seed: int) -> lightgbm.Booster:
    data = lightgbm.Dataset(vectors, bad, feature_name=list(NAMES), params={"verbose": -1})
    recipe = {**RECIPE, "monotone_constraints": monotone_constraints(), "seed": seed}
    return lightgbm.train(recipe, data, num_boost_round=ROUNDS)
