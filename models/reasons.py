"""Why a score is what it is: points per reason, which add up to the score.

The contributions of the features (exact SHAP on the log-odds the score stands for) are
grouped by reason code and put on the scale of points. Base and groups are
rounded together by largest remainder, so the whole points still add up to the
whole score. The worst groups are the reasons, the best ones the strengths.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from features.catalogue import FEATURES, NAMES
from features.rows import Flags, Floats, Ints
from models import scale
from models.scorer import Scorer

MOST_REASONS: Final = 4
MOST_STRENGTHS: Final = 2

CODES: Final = tuple(sorted({feature.reason for feature in FEATURES}))
_CODE: Final = np.array([CODES.index(feature.reason) for feature in FEATURES])
"""The code of each feature, by its place in `CODES`."""
_PART: Final = np.array([*(_CODE + 1), 0])
"""Of the points by feature, the base last, where each goes among those by code, the base first."""
_SORTED: Final = np.argsort(_CODE, kind="stable")
"""The features, those of a code side by side."""
_FIRSTS: Final = np.searchsorted(_CODE[_SORTED], np.arange(len(CODES)))
"""Where those of each code begin."""


@dataclass(frozen=True)
class Points:
    """A score taken apart.

    Args:
        score: whole points.
        base: whole points of the average applicant a model was trained on, or where rules begin.
        by_reason: reason code → whole points, below zero where it lowers the score.
            ``base`` and all of these add up to ``score``.
        exact: reason code → the same before rounding, for the order of reasons.
        leading: reason code → the feature that moved the score most the way the code did; a
            code of which no feature moved it has none.
        unread: the codes led by a feature that is missing. They move the score, and add up with
            the others; but what nobody read is neither a reason nor a strength of a person.
    """

    score: int
    base: int
    by_reason: Mapping[str, int]
    exact: Mapping[str, float]
    leading: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    def reasons(self) -> tuple[str, ...]:
        """Return the codes that lower the score most and were read, worst first, at most four."""
        lowering = [code for code, points in self._read() if points < 0]
        return tuple(sorted(lowering, key=lambda code: self.exact[code])[:MOST_REASONS])

    def strengths(self) -> tuple[str, ...]:
        """Return the codes that raise the score most and were read, best first, at most two."""
        raising = [code for code, points in self._read() if points > 0]
        return tuple(sorted(raising, key=lambda code: -self.exact[code])[:MOST_STRENGTHS])

    def lacking(self) -> tuple[str, ...]:
        """Return the codes that lower the score and were not read, worst first."""
        lowering = [code for code in self.unread if self.by_reason[code] < 0]
        return tuple(sorted(lowering, key=lambda code: self.exact[code]))

    def _read(self) -> list[tuple[str, int]]:
        return [one for one in self.by_reason.items() if one[0] not in self.unread]


@dataclass(frozen=True)
class Apart:
    """The scores of *n* feature vectors taken apart, as arrays; `points` tells them one by one.

    Args:
        scores: (n,) whole points.
        whole: (n, 1 + codes) whole points, the base first, then by code in the order of `CODES`.
        exact: the same before rounding.
        leading: (n, codes) the feature that moved the score most its code's way, -1 where none did.
        unread: (n, codes) whether that is missing.
    """

    scores: Ints
    whole: Ints
    exact: Floats
    leading: Ints
    unread: Flags

    def points(self) -> list[Points]:
        """Return the points of each."""
        arrays = (self.scores, self.whole, self.exact, self.leading, self.unread)
        return [_points(*row) for row in zip(*(one.tolist() for one in arrays), strict=True)]

    def reasons(self) -> Ints:
        """Return (n, `MOST_REASONS`) places in `CODES` of each one's reasons, -1 for no more."""
        is_reason = (self.whole[:, 1:] < 0) & ~self.unread
        order = np.where(is_reason, self.exact[:, 1:], np.inf)
        worst = np.argsort(order, axis=1, kind="stable")[:, :MOST_REASONS]
        return np.where(is_reason[np.arange(len(worst))[:, None], worst], worst, -1)


def take_apart(model: Scorer, vectors: Floats) -> list[Points]:
    """Return the points of each of *n* feature vectors, (n, number of features)."""
    return apart(model, vectors).points()


def apart(model: Scorer, vectors: Floats) -> Apart:
    """Return what `take_apart` does, for many at a time."""
    parts = by_feature(model, vectors)
    scores = np.rint(model.points(vectors)).astype(np.int64)
    exact = _by_code(parts)
    leading = _leading(parts, exact)
    unread = (leading >= 0) & np.isnan(vectors[np.arange(len(vectors))[:, None], leading])
    return Apart(scores, largest_remainder(exact, scores), exact, leading, unread)


def by_feature(model: Scorer, vectors: Floats) -> Floats:
    """Return (n, features + 1) points by feature, not rounded, the base last; a row adds up."""
    points = -scale.FACTOR * model.contributions(vectors)
    points[:, -1] += scale.OFFSET
    return points


def _points(
    score: int, whole: list[int], exact: list[float], leading: list[int], unread: list[bool]
) -> Points:
    return Points(
        score=score,
        base=whole[0],
        by_reason=dict(zip(CODES, whole[1:], strict=True)),
        exact=dict(zip(CODES, exact[1:], strict=True)),
        leading={code: NAMES[at] for code, at in zip(CODES, leading, strict=True) if at >= 0},
        unread=tuple(itertools.compress(CODES, unread)),
    )


def _by_code(parts: Floats) -> Floats:
    """Return (n, 1 + codes) points by code, the base first, of points by feature, the base last."""
    n, several = len(parts), 1 + len(CODES)
    at = np.arange(0, n * several, several)[:, None] + _PART
    sums = np.bincount(at.ravel(), weights=parts.ravel(), minlength=n * several)
    return np.asarray(sums, dtype=np.float64).reshape(n, several)


def _leading(parts: Floats, exact: Floats) -> Ints:
    """Return (n, codes) the feature that moved the score most its code's way, -1 where none did.

    Of several that moved it as much it is the last.

    Args:
        parts: points by feature, the base last.
        exact: points by code, the base first.
    """
    along = (parts * np.sign(exact).take(_PART, axis=1)).take(_SORTED, axis=1)
    most = np.maximum.reduceat(along, _FIRSTS, axis=1).take(_CODE[_SORTED], axis=1)
    is_most = (along == most) & (along > 0)
    return np.maximum.reduceat(np.where(is_most, _SORTED, -1), _FIRSTS, axis=1)


def largest_remainder(parts: Floats, totals: Ints) -> Ints:
    """Round the parts of each row to whole numbers that add up to its total.

    Every part is rounded down, and those with the largest remainders are raised by one until the
    total is met (Hamilton's method), so each is moved by less than one.

    Args:
        parts: (n, parts).
        totals: (n,) the sum of each row, rounded.
    """
    whole = np.floor(parts).astype(np.int64)
    short = totals - whole.sum(axis=1)
    order = np.argsort(whole - parts, axis=1, kind="stable")
    whole[np.arange(len(whole))[:, None], order] += np.arange(parts.shape[1]) < short[:, None]
    return whole
