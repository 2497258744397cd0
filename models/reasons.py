"""Why a score is what it is: points per reason, which add up to the score.

The contributions of the features (exact SHAP on the log-odds the score stands for) are
grouped by reason code and put on the scale of points. Base and groups are
rounded together by largest remainder, so the whole points still add up to the
whole score. The worst groups are the reasons, the best ones the strengths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from features.catalogue import FEATURES, NAMES
from features.rows import Floats
from models import scale
from models.scorer import Scorer

MOST_REASONS: Final = 4
MOST_STRENGTHS: Final = 2

CODES: Final = tuple(sorted({feature.reason for feature in FEATURES}))
_GROUP: Final = np.array([CODES.index(feature.reason) for feature in FEATURES])


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


def take_apart(model: Scorer, vectors: Floats) -> list[Points]:
    """Return the points of each of *n* feature vectors, (n, number of features)."""
    parts = by_feature(model, vectors)
    points = parts[:, :-1]
    grouped = np.zeros((len(vectors), len(CODES)))
    np.add.at(grouped.T, _GROUP, points.T)
    exact = np.column_stack([parts[:, -1], grouped])
    scores = np.rint(model.points(vectors)).astype(np.int64)
    return [
        _points(row, int(score), _leading(moved, row[1:]), vector)
        for row, score, moved, vector in zip(exact, scores, points, vectors, strict=True)
    ]


def by_feature(model: Scorer, vectors: Floats) -> Floats:
    """Return (n, features + 1) points by feature, not rounded, the base last; a row adds up."""
    contributions = model.contributions(vectors)
    points = -scale.FACTOR * contributions[:, :-1]
    return np.column_stack([points, scale.points(contributions[:, -1])])


def _points(exact: Floats, score: int, leading: Mapping[str, int], vector: Floats) -> Points:
    whole = largest_remainder(exact, score).tolist()
    return Points(
        score=score,
        base=whole[0],
        by_reason=dict(zip(CODES, whole[1:], strict=True)),
        exact=dict(zip(CODES, exact[1:].tolist(), strict=True)),
        leading={code: NAMES[place] for code, place in leading.items()},
        unread=tuple(code for code, place in leading.items() if np.isnan(vector[place])),
    )


def _leading(points: Floats, grouped: Floats) -> dict[str, int]:
    """Return, of each group, the place of the feature that moved the score most its way.

    Args:
        points: (features,) by feature.
        grouped: (codes,) by code.
    """
    along = points * np.sign(grouped)[_GROUP]
    best: dict[str, int] = {}
    for place in np.argsort(along, kind="stable").tolist():
        if along[place] > 0:
            best[CODES[_GROUP[place]]] = place
    return best


def largest_remainder(parts: Floats, total: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Round parts to whole numbers that add up to *total*, each moved by less than one.

    Every part is rounded down, and those with the largest remainders are raised by one until the
    total is met (Hamilton's method). *total* is the sum of the parts, rounded.
    """
    whole = np.floor(parts).astype(np.int64)
    short = total - int(whole.sum())
    raised = np.argsort(whole - parts, kind="stable")[:short]
    whole[raised] += 1
    return whole
