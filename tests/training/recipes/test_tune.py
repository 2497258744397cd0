"""A search that is the same from the same seed, stopped or not, and that chases no noise."""

from __future__ import annotations

import itertools
import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest

from tests.conftest import made_up_table
from training.recipes import tune as search
from training.recipes.recipe import STANDING, Recipe, trees
from training.recipes.tune import SPACE, Folds, Tried, ahead, chosen, tune
from training.table import TrainingTable


def folds_of(table: TrainingTable) -> Folds:
    """Return three folds: each later fifth against all before it."""
    bounds = [int(table.bad.size * share) for share in (0.4, 0.6, 0.8, 1.0)]
    rows = np.arange(table.bad.size)
    return [
        (table.part(rows < start), table.part((start <= rows) & (rows < end)))
        for start, end in itertools.pairwise(bounds)
    ]


FOLDS = folds_of(made_up_table(300))

QUICK = replace(STANDING, rounds=10)


@pytest.fixture(autouse=True)
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search among recipes of few trees, to be quick."""
    rounds = optuna.distributions.IntDistribution(2, 40)
    monkeypatch.setattr(search, "SPACE", {**SPACE, "rounds": rounds})
    monkeypatch.setattr(search, "STANDING", QUICK)
    monkeypatch.setattr(search, "STARTUP", 3)


def tried(*aucs: float, done: bool = True, **changed: Any) -> Tried:
    return Tried(replace(STANDING, **changed), aucs, done)


def test_the_same_seed_tries_the_same_recipes() -> None:
    one, again, other = (tune(FOLDS, seed, 5) for seed in (1, 1, 2))
    assert one == again
    assert one.tried[1:] != other.tried[1:]


def test_a_search_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    class Stopped(Exception):
        """Raised in the middle of the fourth recipe."""

    def stop(doing: str, done: int, of: int) -> None:
        assert (doing, of) == ("a recipe", 6)
        if done == 3:
            raise Stopped

    kept = tmp_path / "tuning.db"
    with pytest.raises(Stopped):
        tune(FOLDS, 1, 6, kept, stop)
    steps: list[int] = []
    resumed = tune(FOLDS, 1, 6, kept, lambda _, done, __: steps.append(done))
    assert steps == [3, 4, 5, 6]
    assert resumed == tune(FOLDS, 1, 6)


def test_a_recipe_under_way_when_the_search_died_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, grown = tmp_path / "tuning.db", list[int]()

    def dies(table: TrainingTable, recipe: Recipe, seed: int) -> object:
        grown.append(1)
        if len(grown) == 8:
            raise KeyboardInterrupt
        return trees(table, recipe, seed)

    with monkeypatch.context() as patched:
        patched.setattr(search, "trees", dies)
        with pytest.raises(KeyboardInterrupt):
            tune(FOLDS, 1, 5, kept)
    assert tune(FOLDS, 1, 5, kept) == tune(FOLDS, 1, 5)


def test_other_folds_do_not_go_on_with_what_was_kept(tmp_path: Path) -> None:
    kept = tmp_path / "tuning.db"
    tune(FOLDS, 1, 3, kept)
    others = folds_of(made_up_table(300, seed=5))
    assert tune(others, 1, 3, kept) == tune(others, 1, 3)


def test_the_standing_recipe_is_tried_first_and_never_given_up() -> None:
    first = tune(FOLDS, 3, 4).tried[0]
    assert first.recipe == QUICK
    assert first.done
    assert len(first.aucs) == len(FOLDS)


def test_every_auc_is_that_of_the_recipe_fitted_again_by_hand() -> None:
    """AUC by counting pairs of a bad and a good loan, in plain Python."""
    for one in tune(FOLDS, 4, 4).tried:
        for (earlier, later), said in zip(FOLDS, one.aucs, strict=False):
            margins = np.asarray(trees(earlier, one.recipe, 4).predict(later.vectors))
            bad, good = margins[later.bad == 1], margins[later.bad == 0]
            wins = sum((b > g) + (b == g) / 2 for b in bad.tolist() for g in good.tolist())
            assert said == pytest.approx(wins / (bad.size * good.size))


def test_recipes_lie_within_the_space() -> None:
    for one in tune(FOLDS, 5, 6).tried[1:]:
        for name, bounds in search.SPACE.items():
            assert bounds.low <= asdict(one.recipe)[name] <= bounds.high
        assert one.recipe.monotone


def test_some_recipes_are_given_up_after_fewer_folds() -> None:
    found = tune(FOLDS, 1, 12).tried
    assert any(not one.done and len(one.aucs) < len(FOLDS) for one in found)
    assert all(one.done == (len(one.aucs) == len(FOLDS)) for one in found)


class TestChosen:
    """The rule by which a recipe is taken, on figures made up for it."""

    def test_the_standing_one_stays_within_one_standard_error(self) -> None:
        recipe, reason = chosen([tried(0.70, 0.80), tried(0.78, 0.79, max_depth=5)])
        assert recipe == STANDING
        assert reason.endswith("within one standard error (0.0450): it stays")

    def test_a_better_one_is_taken(self) -> None:
        better = tried(0.79, 0.88, max_depth=5)
        recipe, reason = chosen([tried(0.70, 0.80), better])
        assert recipe == better.recipe
        assert reason.startswith("of 2 recipes the best is 0.0850 AUC ahead")

    def test_of_those_near_the_best_the_shallowest_is_taken(self) -> None:
        shallow = tried(0.80, 0.88, max_depth=2)
        best = tried(0.79, 0.90, max_depth=6)
        far = tried(0.70, 0.80, max_depth=1)
        assert chosen([tried(0.70, 0.79), best, shallow, far])[0] == shallow.recipe

    def test_one_that_was_given_up_is_never_taken(self) -> None:
        given_up = tried(0.99, done=False)
        assert chosen([tried(0.70, 0.80), given_up])[0] == STANDING


def test_the_error_of_a_difference_is_that_of_paired_folds() -> None:
    gain, error = ahead(tried(0.80, 0.84, 0.91), tried(0.78, 0.85, 0.86))
    apart = [0.02, -0.01, 0.05]
    mean = sum(apart) / 3
    spread = math.sqrt(sum((a - mean) ** 2 for a in apart) / 2)
    assert gain == pytest.approx(mean)
    assert error == pytest.approx(spread / math.sqrt(3))
