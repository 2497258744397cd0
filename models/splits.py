"""The splits of LightGBM's trees, read from its own text.

The text is what ``Booster.save_model`` writes; a split is ``value <= threshold``. What is read is
what `models.patterns` has tables for: splits by numbers, and leaves that hold a number.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

CATEGORICAL: Final = 1
DEFAULT_LEFT: Final = 2
MISSING: Final = 12
MISSING_IS_ZERO: Final = 0
MISSING_IS_NAN: Final = 8
"""Bits of a split's ``decision_type``: how it splits, and where what is missing goes."""

NOUGHT: Final = float.fromhex("0x1.a95a5cp-117")
"""The largest value that LightGBM takes for zero: 1e-35, in the bits of a float of four bytes."""

Step = tuple[int, bool]
"""A split on the way to a leaf, and whether the way goes left there."""


@dataclass(frozen=True)
class Tree:
    """A tree: its splits by number, the first being the root, and its leaves.

    Args:
        feature: of each split.
        threshold: of each split: the largest value that goes left.
        missing_left: whether a missing value goes left.
        children: left and right of each split: another split, or -1 - n for the nth leaf.
        value: of each leaf.
        rows: trained on, of each split, then of each leaf from the last to the first, so that a
            child is its own index.
    """

    feature: list[int]
    threshold: list[float]
    missing_left: list[bool]
    children: list[tuple[int, int]]
    value: list[float]
    rows: list[int]

    @property
    def root(self) -> int:
        """Return the first split, or the only leaf."""
        return 0 if self.feature else -1

    def leaves(self, node: int, above: tuple[Step, ...]) -> Iterator[tuple[int, tuple[Step, ...]]]:
        """Yield each leaf at or below *node*, and the way there, which begins with *above*."""
        if node < 0:
            yield -1 - node, above
            return
        left, right = self.children[node]
        yield from self.leaves(left, (*above, (node, True)))
        yield from self.leaves(right, (*above, (node, False)))

    def share(self, step: Step) -> float:
        """Return the share of a split's rows that went the way of *step* in training."""
        node, is_left = step
        return self.rows[self.children[node][0 if is_left else 1]] / self.rows[node]

    def expected(self) -> float:
        """Return the mean of the leaves over the rows trained on."""
        if not self.feature:
            return self.value[0]
        rows = reversed(self.rows[len(self.feature) :])
        return sum(n / self.rows[0] * v for n, v in zip(rows, self.value, strict=True))


def read(text: str, features: int) -> list[Tree] | None:
    """Return the trees of a model of so many features, whose margin is their sum, in its order.

    None is returned of any other text: of trees that split by category, take zero for missing,
    have lines for leaves or were not counted, and of what is no model.
    """
    head, *blocks = text.partition("\nend of trees")[0].split("\nTree=")
    lines = head.splitlines()
    is_sum = "num_tree_per_iteration=1" in lines and "average_output" not in lines
    if not is_sum or f"max_feature_idx={features - 1}" not in lines:
        return None
    try:
        trees = [_tree(dict(_said(block))) for block in blocks]
    except (KeyError, ValueError):
        return None
    known = [tree for tree in trees if tree is not None]
    return known if len(known) == len(trees) else None


def _said(block: str) -> Iterator[tuple[str, str]]:
    for line in block.splitlines():
        name, is_said, what = line.partition("=")
        if is_said:
            yield name, what


def _tree(said: dict[str, str]) -> Tree | None:
    value = [float(word) for word in said["leaf_value"].split()]
    if len(value) == 1:
        return Tree([], [], [], [], value, [])
    kinds, left, right, feature, above, below = (
        [int(word) for word in said[name].split()]
        for name in (
            "decision_type",
            "left_child",
            "right_child",
            "split_feature",
            "internal_count",
            "leaf_count",
        )
    )
    if said["is_linear"] != "0" or min(*above, *below) < 1 or not all(map(_is_plain, kinds)):
        return None
    threshold = [_threshold(float(word)) for word in said["threshold"].split()]
    missing_left = [_missing_left(*split) for split in zip(kinds, threshold, strict=True)]
    children = list(zip(left, right, strict=True))
    return Tree(feature, threshold, missing_left, children, value, [*above, *reversed(below)])


def _threshold(said: float) -> float:
    """Return the largest value that goes left, as LightGBM takes what is `NOUGHT` for zero."""
    if abs(said) > NOUGHT:
        return said
    return NOUGHT if said >= 0 else math.nextafter(-NOUGHT, -math.inf)


def _is_plain(kind: int) -> bool:
    return not kind & CATEGORICAL and kind & MISSING in {MISSING_IS_ZERO, MISSING_IS_NAN}


def _missing_left(kind: int, threshold: float) -> bool:
    """Return where a missing value goes: as zero does, where training saw none."""
    return bool(kind & DEFAULT_LEFT) if kind & MISSING == MISSING_IS_NAN else threshold >= 0
