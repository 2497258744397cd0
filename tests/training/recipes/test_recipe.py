"""Trees by a recipe: how deep they are, and how they split categories."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.conftest import table_of
from training.recipes.recipe import STANDING, trees
from training.table import TrainingTable


@pytest.fixture
def loans() -> TrainingTable:
    """Return loans of which those of the categories 1, 4 and 6, and no others, go bad."""
    code = np.tile(np.arange(8.0), 200)
    noise = np.random.default_rng(0).normal(size=code.size)
    bad = np.isin(code, (1, 4, 6)).astype(int)
    return table_of(
        np.column_stack([code, noise]),
        bad,
        names=("kind", "noise"),
        directions=(0, 0),
        categorical=(0,),
    )


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_trees_are_as_deep_as_the_recipe_says(loans: TrainingTable, depth: int) -> None:
    numbers = replace(loans, categorical=())
    grown = trees(numbers, replace(STANDING, rounds=20, max_depth=depth), 0)
    assert grown.trees_to_dataframe()["node_depth"].max() == depth + 1


def test_categories_are_parted_by_one_split_whatever_their_numbers(loans: TrainingTable) -> None:
    stumps = replace(STANDING, rounds=60, max_depth=1, feature_fraction=1.0)
    codes = np.column_stack([np.arange(8.0), np.zeros(8)])
    margins = np.asarray(trees(loans, stumps, 0).predict(codes, raw_score=True))
    bad = np.isin(codes[:, 0], (1, 4, 6))
    assert margins[bad].min() > margins[~bad].max() + 2
    as_numbers = np.asarray(trees(replace(loans, categorical=()), stumps, 0).predict(codes))
    assert as_numbers[bad].min() <= as_numbers[~bad].max()


def test_a_category_that_no_loan_had_counts_as_missing(loans: TrainingTable) -> None:
    grown = trees(loans, replace(STANDING, rounds=30), 0)
    strange = np.array([[99.0, 0.3], [np.nan, 0.3], [1e6, 0.3]])
    assert np.unique(np.asarray(grown.predict(strange))).size == 1
