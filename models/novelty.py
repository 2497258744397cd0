"""How unlike those trained on an applicant is, and where a person has to look.

Every feature has a range that all but the tails of the training values lie in.
How far a value lies beyond, in widths of that range, is its distance d; the
measure is Σ ln(1 + d) over the features. What is missing adds nothing, for a
missing source is neutral; only a value that was there for everyone trained on,
and is missing now, makes the measure infinite, since trees that never saw a gap
take it for a zero. The line is a conformal quantile (`training.fitting.novelty`).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from features.catalogue import NAMES
from features.rows import Flags, Floats

MOST_NAMED: Final = 5
"""How many features are named of an applicant unlike those trained on."""

_BOUNDS: Final = ("low", "high", "width")


@dataclass(frozen=True)
class Range:
    """Where the values of one feature lay among those trained on.

    Args:
        low: the value that the lower tail lies below.
        high: the value that the upper tail lies above.
        width: what a distance beyond is measured by, above zero.
        always: whether no one's value was missing.
    """

    low: float
    high: float
    width: float
    always: bool


@dataclass(frozen=True)
class Novelty:
    """What tells applicants unlike those trained on.

    Every method takes feature vectors, (n, number of features) in the catalogue's order, NaN
    where missing.

    Args:
        ranges: feature → its range; one that tells nobody apart has none, and is passed over.
        line: the largest measure of an applicant like those trained on; None when those were too
            few to draw it, and then nobody is unlike them.
        share: of applicants like those trained on, at most so many lie beyond the line.
        drawn_on: how many applicants the line was drawn on.
    """

    ranges: Mapping[str, Range]
    line: float | None
    share: float
    drawn_on: int

    def unlike(self, vectors: Floats) -> Flags:
        """Return (n,) whether an applicant lies beyond the line."""
        if self.line is None:
            return np.zeros(len(vectors), dtype=np.bool_)
        return self.measure(vectors) > self.line

    def farthest(self, vectors: Floats) -> list[tuple[str, ...]]:
        """Return for each the features that make it unlike, the farthest first, at most five.

        None are named of an applicant who is not unlike those trained on.
        """
        return [
            tuple(NAMES[i] for i in np.argsort(-row, kind="stable")[:MOST_NAMED] if row[i] > 0)
            if unlike
            else ()
            for row, unlike in zip(self.beyond(vectors), self.unlike(vectors), strict=True)
        ]

    def measure(self, vectors: Floats) -> Floats:
        """Return (n,) how unlike those trained on each is: 0 within every range, or more."""
        out: Floats = np.log1p(self.beyond(vectors)).sum(axis=1)
        return out

    def beyond(self, vectors: Floats) -> Floats:
        """Return (n, features) the distance of each value beyond its range, in its widths.

        Infinite where a value is missing that was there for everyone trained on.
        """
        low, high, width, always = self._columns
        distance = np.fmax(np.fmax(low - vectors, vectors - high), 0.0) / width
        return np.where(np.isnan(vectors) & always, np.inf, distance)

    @functools.cached_property
    def _columns(self) -> tuple[Floats, Floats, Floats, Flags]:
        """Return the ranges as (features,) columns; a feature without one is never beyond."""
        anything = Range(-np.inf, np.inf, 1.0, always=False)
        ranges = [self.ranges.get(name, anything) for name in NAMES]
        low, high, width = (np.array([getattr(r, n) for r in ranges]) for n in _BOUNDS)
        return low, high, width, np.array([r.always for r in ranges])
