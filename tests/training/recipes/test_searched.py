"""Which recipe a run takes: the standing one, or what its searches came to, one after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import made_up_table
from tests.training.cases import ABOUT
from training.asked import Asked
from training.datasets import DataSet
from training.recipes import searched as search
from training.recipes.alternatives import Search
from training.recipes.recipe import STANDING, Recipe
from training.recipes.searched import FOLDS, searched
from training.recipes.tune import Tried, Tuned

DATA = DataSet(ABOUT, {}, "none")
TABLE = made_up_table(200)
DEEP = replace(STANDING, max_depth=5)
FAIR = replace(DEEP, without=("amount_asked",))


def quiet(_: str) -> None:
    """Hear nothing."""


def test_without_a_search_the_standing_recipe_is_taken() -> None:
    found = searched(DATA, TABLE, Asked(0.12), quiet)
    assert found.recipe == STANDING
    assert (found.tuned, found.alternatives) == (None, None)
    assert "nobody asked" in found.reason


def test_the_second_search_begins_where_the_first_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def tune(folds: list[Any], seed: int, trials: int, *_: Any) -> Tuned:
        asked.update(folds=len(folds), seed=seed, trials=trials)
        return Tuned(DEEP, "deeper is better", (Tried(DEEP, (0.7,), done=True),))

    def alternatives(*given: Any) -> Search:
        asked.update(tries=given[3], line=given[4], standing=given[5])
        return Search((), FAIR, "smaller gaps")

    monkeypatch.setattr(search, "tune", tune)
    monkeypatch.setattr(search, "search", alternatives)
    found = searched(DATA, TABLE, Asked(0.12, seed=4, trials=9, alternatives=3), quiet)
    assert found.recipe == FAIR
    assert found.reason == "deeper is better; smaller gaps"
    said = {"folds": FOLDS, "seed": 4, "trials": 9, "tries": 3, "line": 0.12, "standing": DEEP}
    assert asked == said
    assert isinstance(found.recipe, Recipe)
