"""Our candidate: trees by a chosen recipe, calibrated on loans they never saw."""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm
import numpy as np

from features.rows import Flags, Floats
from models.risk import Platt, probability_of
from training.choose import choose, stretches
from training.fit import out_of_fold, platt
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
    recipe = choose(table, seed).recipe
    margins, rows = out_of_fold(table, seed, recipe), latest(table)
    calibration = platt(margins[rows], table.bad[rows], table.weights[rows])
    return Ours(recipe, trees(table, recipe, seed), calibration)


def latest(table: TrainingTable) -> Flags:
    """Return which loans a calibration is fitted to: the latest stretch of time, or all.

    How often loans go bad moves with the years, and what comes next is most like what was last.
    """
    stretch = stretches(table)
    last = stretch == stretch.max()
    both = 0 < table.bad[last].sum() < last.sum()
    return last if both else np.ones_like(last)
