"""Which recipe a model is fitted by: the standing one, or what a search came to.

Both searches look only at loans that are fitted on. The first is after order alone; the
second, from where that ended, after recipes that order as well and treat groups more
alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from training.asked import Asked
from training.datasets import DataSet
from training.progress import Step
from training.recipes.alternatives import Search, search
from training.recipes.recipe import STANDING, Recipe
from training.recipes.tune import Tuned, tune
from training.splits import forward_folds
from training.table import TrainingTable
from training.validation.groups import groups

FOLDS: Final = 4
"""In order of time, for tuning."""


@dataclass(frozen=True)
class Searched:
    """The recipe, why it was taken, and the searches there were."""

    recipe: Recipe
    reason: str
    tuned: Tuned | None
    alternatives: Search | None


def searched(
    data: DataSet,
    table: TrainingTable,
    asked: Asked,
    tell: Callable[[str], None],
) -> Searched:
    """Return the recipe to fit by.

    Args:
        data: the data set, with every table.
        table: the loans fitted on.
        asked: how many recipes are tried for order, and how many for groups; no search with 0.
        tell: told of each recipe.

    Raises:
        BadInput: there are too few bad loans for folds in order of time (``bad-split``).
    """
    recipe, reasons = STANDING, list[str]()
    tuned, other = None, None
    if asked.trials:
        folds = list(forward_folds(table, FOLDS))
        tuned = tune(folds, asked.seed, asked.trials, asked.kept, _each(tell))
        recipe = tuned.recipe
        reasons.append(tuned.reason)
    if asked.alternatives:
        told = groups(data, table.businesses, table.as_of)
        other = search(table, told, asked.seed, asked.alternatives, asked.line, recipe, tell)
        recipe = other.chosen
        reasons.append(other.reason)
    reason = "; ".join(reasons) or "the standing recipe; nobody asked for a search"
    return Searched(recipe, reason, tuned, other)


def _each(tell: Callable[[str], None]) -> Step:
    """Return what hears of a search and tells each recipe of it, but not its end."""

    def step(doing: str, done: int, of: int) -> None:
        if done < of:
            tell(f"{doing}, {done + 1} of {of}")

    return step
