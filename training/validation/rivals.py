"""Other ways to order the same loans: what the model is worth beside them, and what it gave up.

Each is fitted on the very loans the model was fitted on, and held against it on later
ones, draw by draw of the same bootstrap, so a difference is paired.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from features.rows import Floats
from models import rules
from models.risk import RiskModel
from training.recipes.recipe import Recipe, trees
from training.splits import Split
from training.table import TrainingTable
from training.validation.evaluate import DRAWS, Figure, auc, bootstrap, figure
from training.validation.scorecard import scorecard

SCORECARD: Final = "points scorecard"
RULES_ONLY: Final = "rules only"
UNCONSTRAINED: Final = "trees without constraints or calibration"


@dataclass(frozen=True)
class Rival:
    """Another way to order loans.

    Args:
        name: what it is.
        auc: of it, on the later loans.
        ahead: the model's AUC less its own, paired.
    """

    name: str
    auc: Figure
    ahead: Figure


def rivals(split: Split, model: RiskModel, recipe: Recipe, seed: int) -> list[Rival]:
    """Return a points scorecard, the rules alone, and what constraints and calibration cost.

    Args:
        split: what the model was fitted on, and the later loans.
        model: fitted by *recipe* with *seed*.
        recipe: of its trees.
        seed: of theirs.
    """
    free = trees(split.fit, replace(recipe, monotone=False), seed)
    vectors = split.later.vectors
    said = {
        SCORECARD: scorecard(split.fit, seed).log_odds(vectors),
        RULES_ONLY: -rules.points(vectors),
        UNCONSTRAINED: np.asarray(free.predict(vectors, raw_score=True)),
    }
    return against(model.log_odds(vectors), said, split.later)


def against(
    ours: Floats, others: Mapping[str, Floats], loans: TrainingTable, draws: int = DRAWS
) -> list[Rival]:
    """Return how others order *loans* beside ours.

    Args:
        ours: (n,) risk by the model, on any scale; only its order counts.
        others: name → the same by another.
        loans: n loans with their outcomes and weights.
        draws: of the bootstrap.
    """
    samples = [np.arange(loans.bad.size), *bootstrap(loans.bad, draws)]

    def drawn(risk: Floats) -> Floats:
        return np.array([auc(risk[s], loans.bad[s], loans.weights[s]) for s in samples])

    mine, theirs = drawn(ours), {name: drawn(risk) for name, risk in others.items()}
    return [Rival(name, figure(aucs), figure(mine - aucs)) for name, aucs in theirs.items()]
