"""SHAP values of patterns are the definition's: the sum over all orders of the features."""

from __future__ import annotations

import itertools
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.rows import Floats
from models.shapley import BITS, parts
from models.splits import Tree, read
from tests.models.grown import FEATURES, grown, rows


def expectation(tree: Tree, node: int, row: Floats, known: frozenset[int]) -> float:
    """Return the mean of the leaves when only *known* features are: the split's rows share."""
    if node < 0:
        return tree.value[-1 - node]
    left, right = tree.children[node]
    feature, n = tree.feature[node], tree.rows[node]
    if feature in known:
        value = row[feature]
        is_left = tree.missing_left[node] if np.isnan(value) else value <= tree.threshold[node]
        return expectation(tree, left if is_left else right, row, known)
    return sum(
        tree.rows[child] / n * expectation(tree, child, row, known) for child in (left, right)
    )


def by_definition(tree: Tree, row: Floats) -> Floats:
    """Return (features,) the mean, over all orders, of what each adds when it becomes known."""
    out = np.zeros(FEATURES)
    for order in itertools.permutations(range(FEATURES)):
        before = expectation(tree, 0, row, frozenset())
        for place, feature in enumerate(order):
            after = expectation(tree, 0, row, frozenset(order[: place + 1]))
            out[feature] += after - before
            before = after
    return out / math.factorial(FEATURES)


@given(st.integers(0, 50), st.integers(2, 20))
@settings(max_examples=5)
def test_the_parts_of_a_tree_add_up_to_the_definition(seed: int, leaves: int) -> None:
    trees = read(grown(seed, rounds=1, num_leaves=leaves, max_depth=6), FEATURES)
    assert trees is not None
    for row in rows(2, seed):
        found, margin = np.zeros(FEATURES), 0.0
        for part in parts(trees[0]):
            assert part is not None
            pattern = 0
            for bit, (feature, threshold, missing_left) in enumerate(part.splits):
                value = row[feature]
                is_away = not np.isnan(value) and (value <= threshold) != missing_left
                pattern += is_away << bit
            found[part.features] += part.shap[:, pattern]
            margin += part.margins[pattern]
        np.testing.assert_allclose(found, by_definition(trees[0], row), rtol=0, atol=1e-12)
        assert margin == expectation(trees[0], 0, row, frozenset(range(FEATURES)))


def test_a_part_is_as_large_as_a_byte_allows() -> None:
    """A tree of three levels is one part; of a deeper one each part fits, and none is missing."""
    small, large = (
        read(grown(2, rounds=1, max_depth=depth, num_leaves=64), FEATURES) for depth in (3, 7)
    )
    assert small is not None
    assert large is not None
    assert len(list(parts(small[0]))) == 1
    several = [part for part in parts(large[0]) if part is not None]
    assert len(several) > 1
    assert all(len(part.splits) <= BITS for part in several)
    assert {v for part in several for v in part.margins.tolist()} == {0.0, *large[0].value}
