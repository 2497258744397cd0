"""A gap in mean scores taken apart by reason: the parts add up to the gap.

A score is the sum of its points by reason (`models.reasons`), so the mean score of a group minus
that of the others is the sum, over reasons, of the same difference in mean points. Nothing is
modelled: what a part says is by which reason the group's scores are lower, not why its points are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from audit.fairness.cases import Cases
from audit.fairness.estimate import Estimate, mean
from audit.fairness.flagged import Told, flagged
from audit.fairness.measures import Measure, OfLevels
from audit.fairness.study import Comparison, Plan, comparisons
from features.rows import Flags

TOTAL: Final = "total"
"""The part that is the whole gap."""

BASE: Final = "base"
"""The part of what no reason holds: where scores begin, and what rounding left."""

KNOWN: Final = "parted"
"""What those of whom all points are known are called among the numbers that may be told."""

ALIKE: Final = 1e-6
"""Points; where the base of all differs by less, it is one number and no part of a gap."""


def parts(cases: Cases, plan: Plan, told: Told) -> tuple[Comparison, ...]:
    """Return the gap in mean points of each group, by reason; those of a group add up to `TOTAL`.

    Each has its own interval; whether it is *shown* looks at all parts of all groups together,
    which are a family apart from the other comparisons of a study.

    Args:
        cases: the applications; none is told of where they have no points. Those of which some
            points are not known, or the score where others have one, do not count.
        plan: of the study.
        told: which numbers may be told, of the study.
    """
    if not cases.points:
        return ()
    whole = _whole(cases)
    measures = [
        OfLevels(code, ratio=False, counts=_known(code), level=_mean(code)) for code in whole.points
    ]
    tables = [(name,) for name in cases.groups if name not in plan.within]
    needs: dict[Measure, tuple[str, ...]] = dict.fromkeys(measures, (KNOWN,))
    asked = replace(plan, measures=measures, tolerated={})
    known = {KNOWN: ~np.isnan(whole.points[TOTAL])}
    return comparisons(whole, tables, asked, told | flagged(whole, known, tables, told), needs)


def _whole(cases: Cases) -> Cases:
    """Return the cases with base and total among the points, NaN where not all is known."""
    added = np.sum(list(cases.points.values()), axis=0)
    total = added if np.isnan(cases.score).all() else cases.score
    base = total - added
    known = ~np.isnan(base)
    every = {**cases.points, TOTAL: total}
    if known.any() and np.ptp(base[known]) > ALIKE:
        every[BASE] = base
    points = {code: np.where(known, of, np.nan) for code, of in every.items()}
    return replace(cases, points=points, named={})


def _known(code: str) -> Callable[[Cases], Flags]:
    """Return what finds the applications of which all points are known."""

    def counts(cases: Cases) -> Flags:
        return ~np.isnan(cases.points[code])

    return counts


def _mean(code: str) -> Callable[[Cases, float], Estimate]:
    """Return what takes the mean of a reason's points."""

    def level(cases: Cases, z: float) -> Estimate:
        return mean(cases.points[code], cases.weights, z)

    return level
