"""SHAP values of some leaves of a tree, for every pattern of ways at its splits.

Of a leaf with value *v* on whose way stand the features 1 … *d*, let *o* be 1 for each feature by
whose splits the row goes the leaf's way and 0 else, and *z* the share of the trained rows that
went it. The leaf gives to feature *i*

    v (o_i - z_i) · ∫ Π_{j ≠ i} (t o_j + (1 - t) z_j) dt,  t from 0 to 1,

for the Shapley weight of *s* of *d* - 1 others is ∫ t^s (1 - t)^(d - 1 - s) dt. The integrand is
a polynomial of degree *d* - 1, and four points of Gauss and Legendre integrate it exactly up to
degree 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from features.rows import Flags, Floats, Ints
from models.splits import Step, Tree

BITS: Final = 8
"""Splits of a part, at most: a pattern is a byte."""

_OUT: Final = [sqrt(3 / 7 + sign * 2 / 7 * sqrt(6 / 5)) for sign in (1, -1)]
_WEIGHT: Final = [(18 - sign * sqrt(30)) / 72 for sign in (1, -1)]
_POINTS: Final = [
    ((1 + side * out) / 2, weight)
    for out, weight in zip(_OUT, _WEIGHT, strict=True)
    for side in (-1, 1)
]
"""The four points on 0 … 1, and the weight of each (Abramowitz and Stegun, 25.4.30)."""


@dataclass(frozen=True)
class Part:
    """Some leaves of a tree, with the answers of each pattern.

    Args:
        splits: feature, threshold, and whether a missing value goes left; the nth is bit n of a
            pattern, set where a row leads away from where a missing value goes.
        features: that the splits are about.
        margins: (patterns,) the leaf a row falls into, 0 where that is none of these.
        shap: (features, patterns) SHAP values.
    """

    splits: list[tuple[int, float, bool]]
    features: list[int]
    margins: Floats
    shap: Floats


def parts(tree: Tree) -> Iterator[Part | None]:
    """Yield a tree in parts, as large as they may be; None instead of one that is too deep."""
    return _parts(tree, tree.root, ())


def _parts(tree: Tree, node: int, above: tuple[Step, ...]) -> Iterator[Part | None]:
    leaves = list(tree.leaves(node, above))
    nodes = list(dict.fromkeys(n for _, way in leaves for n, _ in way))
    if len(nodes) <= BITS:
        yield _part(tree, nodes, leaves)
    elif node < 0:
        yield None
    else:
        left, right = tree.children[node]
        yield from _parts(tree, left, (*above, (node, True)))
        yield from _parts(tree, right, (*above, (node, False)))


def _part(tree: Tree, nodes: list[int], leaves: list[tuple[int, tuple[Step, ...]]]) -> Part:
    if not nodes:
        return Part([], [], np.array(tree.value), np.empty((0, 1)))
    features = sorted({tree.feature[n] for n in nodes})
    value = np.array([tree.value[leaf] for leaf, _ in leaves])
    place, mask, wanted, share = _conditions(tree, nodes, features, [way for _, way in leaves])
    patterns = np.arange(1 << len(nodes))[:, None, None]
    with_leaf = (patterns & mask) == wanted
    reached = with_leaf.all(axis=2)
    return Part(
        [(tree.feature[n], tree.threshold[n], tree.missing_left[n]) for n in nodes],
        features,
        (reached * value).sum(axis=1),
        _by_feature(_values(value, with_leaf, share), place, len(features)),
    )


def _conditions(
    tree: Tree, nodes: list[int], features: list[int], ways: list[tuple[Step, ...]]
) -> tuple[Ints, Ints, Ints, Floats]:
    """Return what it takes to go the way of each leaf, by feature.

    Returns:
        (leaves, most features of a leaf) each: the place of the feature, the bits of its splits,
        which of them must be set, and the share of the trained rows that went that way. Where a
        leaf has fewer features, one without bits, whose way all go.
    """
    bit = {node: 1 << n for n, node in enumerate(nodes)}
    held = [{tree.feature[n]: [0, 0, 1.0] for n, _ in way} for way in ways]
    for way, of in zip(ways, held, strict=True):
        for node, is_left in way:
            one = of[tree.feature[node]]
            one[0] += bit[node]
            one[1] += bit[node] * (is_left != tree.missing_left[node])
            one[2] *= tree.share((node, is_left))
    most = max(map(len, held))
    rows = [[[features.index(f), *one] for f, one in of.items()] for of in held]
    table = np.array([row + [[0, 0, 0, 1.0]] * (most - len(row)) for row in rows])
    place, mask, wanted = np.moveaxis(table[:, :, :3], 2, 0).astype(np.int64)
    return place, mask, wanted, table[:, :, 3]


def _values(value: Floats, with_leaf: Flags, share: Floats) -> Floats:
    """Return (patterns, leaves, features of a leaf) SHAP values, as the module's formula says."""
    whole = np.zeros(with_leaf.shape)
    for t, weight in _POINTS:
        each = t * with_leaf + (1 - t) * share
        whole += weight * each.prod(axis=2, keepdims=True) / each
    out: Floats = value[:, None] * (with_leaf - share) * whole
    return out


def _by_feature(values: Floats, place: Ints, features: int) -> Floats:
    """Return (features, patterns) the values of all leaves, summed by the place of the feature."""
    patterns = len(values)
    at = place * patterns + np.arange(patterns)[:, None, None]
    sums = np.bincount(at.ravel(), weights=values.ravel(), minlength=features * patterns)
    return np.asarray(sums, dtype=np.float64).reshape(features, patterns)
