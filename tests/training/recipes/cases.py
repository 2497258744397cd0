"""Recipes that a search might have tried."""

from __future__ import annotations

from training.recipes.alternatives import Point
from training.recipes.recipe import Recipe


def point(name: str, loss: float, gained: float, error: float = 0.1, *, kept: bool = True) -> Point:
    """Return a point by what it costs and gains; the standing one has an AUC of 0.8 and gap 2."""
    recipe = Recipe(rounds=len(name), monotone=kept)
    return Point(name, recipe, 0.8 - loss, loss, 0.01, 2.0 - gained, gained, error, {})
