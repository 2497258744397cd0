"""Choosing a recipe: what is held out, and that the shallowest of equals is taken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.rows import Floats
from tests.conftest import table_of
from training.recipes import choose as choosing
from training.recipes.choose import choose, held_out
from training.recipes.recipe import STANDING, trees
from training.table import TrainingTable
from training.validation.evaluate import auc


@pytest.fixture(autouse=True)
def small_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "DEPTHS", (1, 3))
    monkeypatch.setattr(choosing, "ROUNDS", (20, 160))


def made(rows: int, seed: int, *, crossed: bool) -> TrainingTable:
    """Return loans whose risk is of one column, or of whether two columns agree in sign."""
    random = np.random.default_rng(seed)
    vectors: Floats = random.normal(size=(rows, 3))
    log_odds = 3 * np.sign(vectors[:, 0] * vectors[:, 1]) if crossed else 2 * vectors[:, 0]
    bad = (random.random(rows) < 1 / (1 + np.exp(-log_odds))).astype(int)
    return table_of(vectors, bad, names=("a", "b", "c"), directions=(0, 0, 0))


def test_by_time_what_is_held_out_is_later_than_what_is_grown_on() -> None:
    table = made(400, 1, crossed=False)
    parts = held_out(table, seed=0)
    assert len(parts) == choosing.FOLDS - 1
    for seen, rows in parts:
        assert table.as_of[seen].max() < table.as_of[rows].min()
    assert np.array_equal(np.concatenate([parts[-1][0], parts[-1][1]]), np.arange(400))


def test_without_times_every_loan_is_held_out_once() -> None:
    table = replace(made(200, 2, crossed=False), as_of=np.zeros(200, np.int64))
    parts = held_out(table, seed=0)
    assert sorted(np.concatenate([rows for _, rows in parts])) == list(range(200))
    for seen, rows in parts:
        assert not set(seen) & set(rows)


def test_where_one_column_says_all_stumps_are_chosen() -> None:
    assert choose(made(600, 3, crossed=False), 0).recipe.max_depth == 1


def test_where_two_columns_must_be_read_together_stumps_are_not_chosen() -> None:
    table = replace(made(600, 4, crossed=True), as_of=np.zeros(600, np.int64))
    choice = choose(table, 0)
    assert choice.recipe.max_depth == 3
    assert len(choice.reached) == 4


def test_what_a_recipe_reached_is_the_mean_over_the_parts_held_out() -> None:
    table = made(300, 5, crossed=False)
    choice = choose(table, 7)
    recipe = replace(STANDING, max_depth=3, rounds=20)
    expected = []
    for seen, rows in held_out(table, 7):
        margins = trees(table.part(seen), recipe, 7).predict(table.vectors[rows])
        expected.append(auc(np.asarray(margins), table.bad[rows], table.weights[rows]))
    assert choice.reached[recipe] == pytest.approx(sum(expected) / len(expected))


def test_the_same_table_and_seed_choose_the_same() -> None:
    table = made(300, 6, crossed=True)
    assert choose(table, 3) == choose(table, 3)
