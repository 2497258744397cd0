"""Trees answered from tables: their margin, and its exact SHAP values.

What a tree says of a row depends on which way the row goes at each of its splits, and on nothing
else; so do the SHAP values by the trees' own counts (Lundberg et al., *Nature Machine
Intelligence* 2, 2020). Of up to `BITS` splits there are at most 256 *patterns* of ways, and of
each the answer is worked out once (`models.shapley`); a tree of more splits falls into *parts*,
which are some of its leaves each with the splits on their ways. A row is then: compare, pack the
ways into a byte, look up, add. That one table serves all rows is the idea of Yang (*Fast
TreeSHAP*, 2021). [Why](docs/decisions/0058-tables-of-patterns.md)

Every row is added up in the same order, whatever it comes with, and the margin in LightGBM's, so
its bits are LightGBM's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from features.rows import Floats, Ints
from models.shapley import BITS, Part, parts
from models.splits import read

MOST_BYTES: Final = 64 * 2**20
"""Of the tables of a model; larger ones are not made. Those of the standing recipe have 2 MiB."""

BLOCK: Final = 64
"""Rows answered at once: what is worked on stays in a core's cache."""


@dataclass(frozen=True)
class Patterns:
    """Tables of a model's trees.

    Feature vectors are (n, features), NaN where missing; ValueError is raised of others.

    Args:
        features: how many the trees were grown on.
        columns: (parts · BITS,) which value each bit is about, of a vector and its negative.
        thresholds: (parts · BITS,) up to which the bit is set; NaN, up to none, where a part has
            fewer splits.
        margins: the leaf of each pattern, part by part, 0 where it is another part's.
        margin_at: (parts,) where those of a part begin.
        shap: the SHAP values of each pattern, feature by feature within a part.
        shap_of: (values of a row,) the part of each value a row has, in order of features.
        shap_at: (values of a row,) where those of its part and feature begin.
        moved: the features that have values.
        firsts: the first value of each of these.
        expected: mean margin over what was trained on.
    """

    features: int
    columns: Ints
    thresholds: Floats
    margins: Floats
    margin_at: Ints
    shap: Floats
    shap_of: Ints
    shap_at: Ints
    moved: Ints
    firsts: Ints
    expected: float

    def margin(self, vectors: Floats) -> Floats:
        """Return (n,) the sum of the leaves that each feature vector falls into."""
        out = np.empty(len(vectors))
        for rows in _blocks(len(vectors)):
            leaves = self.margins.take(self._ways(vectors[rows]) + self.margin_at)
            # One after another, as LightGBM adds: a plain sum would add in pairs.
            out[rows] = np.add.accumulate(leaves, axis=1)[:, -1]
        return out

    def contributions(self, vectors: Floats) -> Floats:
        """Return (n, features + 1) exact SHAP values on the margin, their expected value last."""
        out = np.zeros((len(vectors), self.features + 1))
        for rows in _blocks(len(vectors)):
            ways = self._ways(vectors[rows]).take(self.shap_of, axis=1)
            values = self.shap.take(ways + self.shap_at)
            out[rows, self.moved] = np.add.reduceat(values, self.firsts, axis=1)
        out[:, -1] = self.expected
        return out

    def _ways(self, vectors: Floats) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
        """Return (n, parts) the pattern of each part."""
        if vectors.shape[1] != self.features:
            raise ValueError(f"{vectors.shape[1]} features where {self.features} were trained on")
        both = np.concatenate([vectors, -vectors], axis=1)
        bits = both.take(self.columns, axis=1) <= self.thresholds
        return np.packbits(bits, axis=1, bitorder="little")


def _blocks(n: int) -> Iterator[slice]:
    return (slice(first, first + BLOCK) for first in range(0, n, BLOCK))


def tabulated(text: str, features: int) -> Patterns | None:
    """Return the tables of the trees in LightGBM's text.

    None is returned of trees that tables cannot serve: such as `models.splits.read` does not read,
    deeper than `BITS`, without a single split, or with tables beyond `MOST_BYTES`.

    Args:
        text: in LightGBM's own format.
        features: how many the trees were grown on.
    """
    trees = read(text, features)
    if trees is None:
        return None
    found = _within(MOST_BYTES, (part for tree in trees for part in parts(tree)))
    if found is None or not any(part.features for part in found):
        return None
    return _joined(found, features, sum(tree.expected() for tree in trees))


def _within(most: int, found: Iterable[Part | None]) -> list[Part] | None:
    """Return the parts, unless one cannot be made or all together have more than *most* bytes."""
    held = []
    for part in found:
        most -= 0 if part is None else part.shap.nbytes + part.margins.nbytes
        if part is None or most < 0:
            return None
        held.append(part)
    return held


def _joined(found: list[Part], features: int, expected: float) -> Patterns:
    splits = np.zeros((len(found), BITS), dtype=np.int64)
    thresholds = np.full((len(found), BITS), np.nan)
    for number, part in enumerate(found):
        for bit, (feature, threshold, missing_left) in enumerate(part.splits):
            # Set where the value leads away from where a missing one goes: `value > t` is
            # `-value <= ` the number next below `-t`, and what is missing is below nothing.
            splits[number, bit] = feature + features * missing_left
            away = np.nextafter(-threshold, -np.inf) if missing_left else threshold
            thresholds[number, bit] = away
    values = [(feature, n) for n, part in enumerate(found) for feature in part.features]
    moved, of = np.array(values, dtype=np.int64).T
    sizes = [len(part.margins) for part in found for _ in part.features]
    order = np.argsort(moved, kind="stable")
    firsts = np.flatnonzero(np.diff(moved[order], prepend=-1))
    return Patterns(
        features=features,
        columns=splits.ravel(),
        thresholds=thresholds.ravel(),
        margins=np.concatenate([part.margins for part in found]),
        margin_at=_begins([len(part.margins) for part in found]),
        shap=np.concatenate([part.shap.ravel() for part in found]),
        shap_of=of[order],
        shap_at=_begins(sizes)[order],
        moved=moved[order][firsts],
        firsts=firsts,
        expected=expected,
    )


def _begins(sizes: list[int]) -> Ints:
    """Return where each of some arrays begins when they stand one after another."""
    return np.cumsum([0, *sizes[:-1]])
