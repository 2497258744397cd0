"""Our candidate: trees by a chosen recipe, calibrated on loans they never saw."""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm
import numpy as np

from features.rows import Floats
from models.calibration import Calibration
from models.risk import probability_of
from training.fitting import calibrating
from training.fitting.fit import out_of_fold
from training.recipes.choose import choose
from training.recipes.recipe import Recipe, trees
from training.table import TrainingTable


@dataclass(frozen=True)
class Ours:
    """Trees and their calibration, as a `models.risk.RiskModel` has them, of any columns."""

    recipe: Recipe
    grown: lightgbm.Booster
    calibration: Calibration

    def uncalibrated(self, vectors: Floats) -> Floats:
        """Return (n,) the probabilities that the trees give by themselves."""
        return probability_of(self._margins(vectors))

    def probability(self, vectors: Floats) -> Floats:
        """Return (n,) calibrated probabilities of default."""
        return probability_of(self.calibration.log_odds(self._margins(vectors)))

    def _margins(self, vectors: Floats) -> Floats:
        return np.asarray(self.grown.predict(vectors, raw_score=True, num_threads=1))


def ours(table: TrainingTable, seed: int) -> Ours:
    """Fit on *table* alone: recipe and calibration come of parts of it that are held out."""
    recipe = choose(table, seed).recipe
    chosen = calibrating.choose(table, out_of_fold(table, seed, recipe))
    return Ours(recipe, trees(table, recipe, seed), chosen.calibration)
