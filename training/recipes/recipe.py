"""The recipe of the trees: how many, how deep, how fast, and how they are kept monotone.

One recipe fits every data set; `STANDING` was chosen by cross-validation on
years before any that is tested on (docs/decisions/0005), and `training.recipes.tune`
looks for another. Shallow trees keep exact SHAP cheap; directions come with the
table, from the catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import lightgbm
import numpy as np

from training.table import TrainingTable


@dataclass(frozen=True)
class Recipe:
    """The parameters of LightGBM that a search may change; the rest is fixed.

    Args:
        rounds: trees.
        learning_rate: the share of each tree's step that is taken, above 0.
        max_depth: of a tree, 1 or more.
        min_data_in_leaf: loans.
        lambda_l2: the penalty on leaf values.
        feature_fraction: share of the features each tree may use.
        bagging_fraction: share of the loans each tree sees.
        monotone: whether the directions of the table constrain the trees.
        without: names of features that no tree may use; vectors keep their place.
    """

    rounds: int = 500
    learning_rate: float = 0.05
    max_depth: int = 3
    min_data_in_leaf: int = 10
    lambda_l2: float = 1.0
    feature_fraction: float = 0.5
    bagging_fraction: float = 1.0
    monotone: bool = True
    without: tuple[str, ...] = ()

    def parameters(self, directions: Sequence[int], seed: int) -> dict[str, Any]:
        """Return all of LightGBM's parameters; the same ones and the same rows make equal trees."""
        kept = {"monotone_constraints": list(directions), "monotone_constraints_method": "basic"}
        return {
            "objective": "binary",
            "learning_rate": self.learning_rate,
            "max_depth": self.max_depth,
            "num_leaves": 2**self.max_depth,
            "min_data_in_leaf": self.min_data_in_leaf,
            "lambda_l2": self.lambda_l2,
            "feature_fraction": self.feature_fraction,
            "bagging_fraction": self.bagging_fraction,
            "bagging_freq": 1,
            **(kept if self.monotone else {}),
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "verbose": -1,
        }


STANDING: Final = Recipe()
"""The recipe used where nobody asks for another."""


def trees(table: TrainingTable, recipe: Recipe, seed: int) -> lightgbm.Booster:
    """Return trees grown on every loan of *table*, each by its weight.

    Categories are split as such: into two groups, in the order of how often their loans went bad
    (Fisher, 1958). One that no loan had goes with those that are missing.
    """
    vectors = table.vectors.copy()
    # Where every value is missing there is nothing to split at.
    vectors[:, [table.names.index(name) for name in recipe.without]] = np.nan
    data = lightgbm.Dataset(
        vectors,
        table.bad,
        weight=table.weights,
        feature_name=list(table.names),
        categorical_feature=list(table.categorical),
        params={"verbose": -1},
    )
    parameters = recipe.parameters(table.directions, seed)
    return lightgbm.train(parameters, data, num_boost_round=recipe.rounds)
