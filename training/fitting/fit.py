"""Fitting the risk model: trees by the recipe, calibration on margins out of fold, and counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from features.catalogue import fingerprint
from features.errors import BadInput
from features.rows import Floats
from models.risk import Identity, RiskModel
from training.datasets import DataSet
from training.fitting.calibrating import Chosen, choose
from training.fitting.novelty import novelty
from training.fitting.priors import Shift, shifts
from training.fitting.reference import reference
from training.recipes.recipe import STANDING, Recipe, trees
from training.table import TrainingTable, instant

FOLDS: Final = 5


@dataclass(frozen=True)
class Fitted:
    """A model, and what it was made by.

    Args:
        model: the model.
        margins: of `out_of_fold`, on which all but the trees was fitted.
        chosen: how its calibration was come by.
        shifts: how its lenders' shifts were.
    """

    model: RiskModel
    margins: Floats
    chosen: Chosen
    shifts: tuple[Shift, ...]


def identity_of(data: DataSet, table: TrainingTable) -> Identity:
    """Return which model it is that is fitted on *table*, which was made of *data*."""
    return Identity(
        fingerprint=fingerprint(),
        currency=data.about.currency,
        data_set=data.about.name,
        data_digest=data.digest,
        simulated=data.about.simulated,
        trained_until=instant(int(table.as_of.max())).isoformat(),
    )


def fit(
    table: TrainingTable, identity: Identity, seed: int, recipe: Recipe = STANDING
) -> RiskModel:
    """Return the model fitted on *table*; the same table, seed and recipe give the same bytes."""
    return fitted(table, identity, seed, recipe).model


def fitted(
    table: TrainingTable, identity: Identity, seed: int, recipe: Recipe = STANDING
) -> Fitted:
    """Return the same model, with what is to be kept of how it was made."""
    margins = out_of_fold(table, seed, recipe)
    chosen = choose(table, margins)
    of_lenders = shifts(table, chosen.calibration.log_odds(margins))
    model = RiskModel(
        text=trees(table, recipe, seed).model_to_string(),
        scaling=chosen.scaling,
        calibration=chosen.calibration,
        identity=identity,
        priors={lender.partner: lender.shift for lender in of_lenders},
        novelty=novelty(table, seed),
        reference=reference(table, margins, chosen.scaling),
    )
    return Fitted(model, margins, chosen, of_lenders)


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
