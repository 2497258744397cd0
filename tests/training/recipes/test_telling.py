"""The features that tell a group apart come first, whichever way and however small the group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from features.catalogue import NAMES
from tests.conftest import made_up_table
from training.recipes.telling import telling

TABLE = made_up_table(300)
GROUP = np.random.default_rng(3).choice(["a", "b", "c", ""], 300)


def test_a_proxy_comes_first_and_those_who_did_not_tell_are_left_out() -> None:
    vectors = TABLE.vectors.copy()
    vectors[:, 7] = np.where(GROUP == "b", -1.0, 0.0) + np.random.default_rng(4).normal(size=300)
    vectors[GROUP == "", 9] = 100.0
    found = telling(replace(TABLE, vectors=vectors), GROUP)
    assert found[0] == NAMES[7]
    assert sorted(found) == sorted(NAMES)
    assert found[1] != NAMES[9]


def test_nothing_is_told_by_a_feature_without_values() -> None:
    vectors = TABLE.vectors.copy()
    vectors[:, 0] = np.nan
    assert telling(replace(TABLE, vectors=vectors), GROUP)[-1] == NAMES[0]
