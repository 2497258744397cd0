"""Recipes to try beside the standing one, in search of smaller gaps between groups."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any, Final

import numpy as np

from audit.fairness.cases import Groups
from training.recipes.recipe import Recipe
from training.recipes.telling import telling
from training.table import TrainingTable

LEFT_OUT: Final = (4, 12)
"""How many of the features that tell most of an attribute are left out."""

RANGES: Final[dict[str, tuple[Any, ...]]] = {
    "max_depth": (2, 3, 4),
    "min_data_in_leaf": (10, 30, 100),
    "lambda_l2": (1.0, 5.0, 20.0),
    "feature_fraction": (0.3, 0.5, 0.8),
}


def variants(
    table: TrainingTable, groups: Groups, standing: Recipe, tries: int, seed: int
) -> dict[str, Recipe]:
    """Return name → recipe: the standing one, and *tries* others in a fixed order.

    First the standing recipe without what tells most of each attribute, and without monotone
    constraints; then random ones of `RANGES`, about half of them without some telling features.

    Args:
        table: the loans to be fitted on.
        groups: of the same loans; they choose features to leave out, and nothing else.
        standing: the recipe the others differ from.
        tries: how many beside the standing one.
        seed: of the random ones.
    """
    told = {name: telling(table, of) for name, of in groups.items()}
    found = {"standing": standing}
    for most in LEFT_OUT:
        for attribute, features in told.items():
            recipe = replace(standing, without=tuple(features[:most]))
            found[f"without the {most} that tell most of {attribute}"] = recipe
    found["not monotone"] = replace(standing, monotone=False)
    random = np.random.default_rng(seed)
    while len(found) <= tries:
        drawn = {name: values[random.integers(len(values))] for name, values in RANGES.items()}
        name, recipe = ", ".join(f"{k} {v:g}" for k, v in drawn.items()), replace(standing, **drawn)
        if random.random() < 0.5:  # noqa: PLR2004  every second one
            attribute, most = str(random.choice(list(told))), int(random.choice(LEFT_OUT))
            recipe = replace(recipe, without=tuple(told[attribute][:most]))
            name += f", without the {most} that tell most of {attribute}"
        if recipe != standing:
            found[name] = recipe
    return dict(islice(found.items(), tries + 1))
