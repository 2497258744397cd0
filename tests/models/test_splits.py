"""LightGBM's text is read as LightGBM reads it, or not at all."""

from __future__ import annotations

from typing import Any

import lightgbm
import pytest

from models.splits import read
from tests.models.grown import FEATURES, grown


def test_a_tree_is_what_lightgbm_says_of_it() -> None:
    """Its own JSON names children by nesting; walked beside ours."""
    text = grown(seed=5, rounds=3, max_depth=4)
    told = lightgbm.Booster(model_str=text).dump_model()["tree_info"]
    trees = read(text, FEATURES)
    assert trees is not None
    for tree, theirs in zip(trees, told, strict=True):
        held: list[tuple[int, Any]] = [(0, theirs["tree_structure"])]
        while held:
            node, its = held.pop()
            if node < 0:
                assert (tree.value[-1 - node], tree.rows[node]) == (
                    its["leaf_value"],
                    its["leaf_count"],
                )
                continue
            assert tree.feature[node] == its["split_feature"]
            near_zero = abs(its["threshold"]) < 1e-34
            assert near_zero or tree.threshold[node] == its["threshold"]
            if its["missing_type"] == "NaN":
                assert tree.missing_left[node] == its["default_left"]
            assert tree.rows[node] == its["internal_count"]
            held += zip(tree.children[node], (its["left_child"], its["right_child"]), strict=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("num_tree_per_iteration=1", "num_tree_per_iteration=3"),
        ("objective=binary", "average_output\nobjective=binary"),
        ("is_linear=0", "is_linear=1"),
        ("leaf_count=", "leaf_count=0 "),
        ("decision_type=", "decision_type=1 "),
        ("decision_type=", "decision_type=4 "),
        ("threshold=", "thresholds="),
        ("left_child=", "left_child=x "),
    ],
)
def test_what_has_no_tables_is_not_read(before: str, after: str) -> None:
    text = grown(seed=5)
    assert before in text
    assert read(text, FEATURES) is not None
    assert read(text.replace(before, after), FEATURES) is None


def test_what_is_no_model_is_not_read() -> None:
    assert read("no trees", FEATURES) is None
    assert read("", FEATURES) is None


def test_trees_that_take_zero_for_missing_or_split_categories_are_not_read() -> None:
    assert read(grown(seed=5, zero_as_missing=True), FEATURES) is None
    assert read(grown(seed=5, categorical=[1], min_data_per_group=1), FEATURES) is None
