"""Our candidate: trees by a chosen recipe, calibrated on loans they never saw."""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm
import numpy as np

from features.rows import Floats
from models.risk import Platt, probability_of
from training.choose import choose
from training.fit import platt
from training.recipe import Recipe, trees
from training.table import TrainingTable


@dataclass(frozen=True)
class Ours:
    """Trees and their calibration, as a `models.risk.RiskModel` has them, of any columns."""

    recipe: Recipe
    grown: lightgbm.Booster
    calibration: Platt

    def uncalibrated(self, vectors: Floats) -> Floats:
        """Return (n,) the probabilities that the trees give by themselves."""
        return probability_of(self._margins(vectors))

    def probability(self, vectors: Floats) -> Floats:
        """Return (n,) calibrated probabilities of default."""
        margins = self._margins(vectors)
        return probability_of(self.calibration.intercept + self.calibration.slope * margins)

    def _margins(self, vectors: Floats) -> Floats:
        return np.asarray(self.grown.predict(vectors, raw_score=True, num_threads=1))


def ours(table: TrainingTable, seed: int) -> Ours:
    """Fit on *table* alone: recipe and calibration come of parts of it that are held out."""
    choice = choose(table, seed)
    rows = choice.rows
    calibration = platt(choice.margins, table.bad[rows], table.weights[rows])
    return Ours(choice.recipe, trees(table, choice.recipe, seed), calibration)
