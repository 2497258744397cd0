"""Choosing a recipe for any table: a small grid, judged on loans its trees never saw.

Where loans have times, later ones are held against trees of earlier ones (forward
chaining, an expanding window); where all have the same, one fold at a time. The
shallowest recipe within one standard error of the best is chosen, as Breiman and
others (*Classification and Regression Trees*, 1984, section 3.4.3) choose the
smallest tree: shallow trees keep exact SHAP cheap, and there is no evidence against
them. `training.recipes.tune` searches wider and takes longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from sklearn.model_selection import StratifiedKFold

from features.rows import Floats, Ints
from training.recipes.recipe import STANDING, Recipe, trees
from training.splits import stretches
from training.table import TrainingTable
from training.validation.evaluate import auc

DEPTHS: Final = (1, 2, 3, 4, 6)
ROUNDS: Final = (100, 200, 400, 800)
"""Each forest is grown to the last and judged at each: a prefix of the trees is a recipe too."""

FOLDS: Final = 5

Held = tuple[Ints, Ints]
"""The rows that trees are grown on, and the rows held out from them."""


@dataclass(frozen=True)
class Choice:
    """The recipe chosen, and the evidence.

    Args:
        recipe: the one chosen.
        reached: recipe → mean AUC over the parts held out, of every recipe tried.
    """

    recipe: Recipe
    reached: dict[Recipe, float]


def choose(table: TrainingTable, seed: int) -> Choice:
    """Return the recipe to grow trees by on *table*, of a grid of depths and numbers of trees.

    Args:
        table: the loans fitted on, in any order; at least ten good and ten bad ones.
        seed: of the folds and of the trees.
    """
    parts = held_out(table, seed)
    reached: dict[Recipe, Floats] = {}
    for depth in DEPTHS:
        reached |= _by_rounds(table, parts, depth, seed)
    means = {recipe: float(each.mean()) for recipe, each in reached.items()}
    return Choice(_shallowest(reached), means)


def held_out(table: TrainingTable, seed: int) -> list[Held]:
    """Return what is grown on and what is held out, part by part; loans of one time stay together.

    By time there are as many bad loans in each stretch. Parts without both outcomes are left out,
    and where that leaves fewer than two, or all loans have one time, folds are made by chance.
    """
    stretch = stretches(table, FOLDS)
    parts = [
        (np.flatnonzero(stretch < now), np.flatnonzero(stretch == now))
        for now in range(1, int(stretch.max()) + 1)
    ]
    parts = [p for p in parts if all(0 < table.bad[rows].sum() < rows.size for rows in p)]
    if len(parts) > 1:
        return parts
    chance = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return list(chance.split(table.vectors, table.bad))


def _by_rounds(
    table: TrainingTable, parts: Sequence[Held], depth: int, seed: int
) -> dict[Recipe, Floats]:
    """Return recipe → the AUC on each part held out, for each number of trees."""
    recipes = [replace(STANDING, max_depth=depth, rounds=rounds) for rounds in ROUNDS]
    reached = np.empty((len(recipes), len(parts)))
    for j, (seen, rows) in enumerate(parts):
        grown, held = trees(table.part(seen), recipes[-1], seed), table.part(rows)
        for i, recipe in enumerate(recipes):
            margins = grown.predict(
                held.vectors, raw_score=True, num_iteration=recipe.rounds, num_threads=1
            )
            reached[i, j] = auc(np.asarray(margins), held.bad, held.weights)
    return dict(zip(recipes, reached, strict=True))


def _shallowest(reached: dict[Recipe, Floats]) -> Recipe:
    """Return the shallowest recipe that no more than one standard error parts from the best.

    The error is that of the differences, part by part, for what is hard about a part is hard for
    all. Of one depth, the number of trees with the highest mean is taken.
    """
    best = max(reached, key=lambda recipe: reached[recipe].mean())
    for depth in sorted({recipe.max_depth for recipe in reached}):
        of_depth = [recipe for recipe in reached if recipe.max_depth == depth]
        recipe = max(of_depth, key=lambda recipe: reached[recipe].mean())
        behind = reached[best] - reached[recipe]
        if behind.mean() <= behind.std(ddof=1) / np.sqrt(behind.size):
            return recipe
    return best
