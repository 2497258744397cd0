"""A feature left out of a recipe is in no tree, and vectors keep their place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.catalogue import NAMES
from tests.conftest import made_up_table
from training.recipes.recipe import STANDING, trees

TABLE = made_up_table(200)
QUICK = replace(STANDING, rounds=20)


def test_no_tree_splits_at_what_is_left_out() -> None:
    usual = trees(TABLE, QUICK, 0)
    used = np.flatnonzero(usual.feature_importance())
    left_out = tuple(NAMES[place] for place in used[:5])
    grown = trees(TABLE, replace(QUICK, without=left_out), 0)
    assert not grown.feature_importance()[used[:5]].any()
    assert grown.feature_importance().any()
    assert grown.num_feature() == len(NAMES)
    moved = TABLE.vectors.copy()
    moved[:, used[:5]] = 99.0
    assert np.array_equal(grown.predict(moved), grown.predict(TABLE.vectors))


def test_a_feature_that_there_is_not_cannot_be_left_out() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        trees(TABLE, replace(QUICK, without=("gender",)), 0)
