"""Shares and their bounds, where loans have weights and many columns are looked at.

A bound here holds over all looks at once (Bonferroni): with enough columns, some column
looks strange by chance.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final

from audit.fairness.estimate import size, wilson
from features.rows import Flags, Floats, Ints

FALSE_ALARMS: Final = 0.001
"""The chance that a table without any leak is refused, at most, over all its columns."""


def strictness(looks: int) -> float:
    """Return how many standard errors a finding must stand out when one looks so many times."""
    return -NormalDist().inv_cdf(FALSE_ALARMS / (2 * max(looks, 1)))


def share(flags: Flags, weights: Floats) -> float:
    """Return the weighted share of the loans flagged; 0 of none."""
    return float(weights[flags].sum() / weights.sum()) if flags.size else 0.0


def least_difference(p: float, n: float, q: float, m: float, strict: float) -> float:
    """Return the lower bound of |p - q|, shares of n and of m loans; at least 0, and 0 of none.

    Newcombe (1998), *Statistics in Medicine* 17, method 10: from the bounds of Wilson.
    """
    if not (n and m):
        return 0.0
    larger, smaller = ((p, n), (q, m)) if p >= q else ((q, m), (p, n))
    low, high = wilson(*larger, strict).low, wilson(*smaller, strict).high
    off = math.hypot(larger[0] - low, high - smaller[0])
    return max(larger[0] - smaller[0] - off, 0.0)


def by_chance(bad: Ints, weights: Floats, strict: float) -> float:
    """Return how far from 0.5 chance alone takes an AUC; 0.5 where one outcome does not occur.

    The AUC of chance has the variance (g + b + 1) ÷ (12·g·b), of g good and b bad loans (Mann &
    Whitney, 1947).
    """
    good, gone = (size(weights[bad == label]) for label in (0, 1))
    if not (good and gone):
        return 0.5
    return strict * math.sqrt((good + gone + 1) / (12 * good * gone))
