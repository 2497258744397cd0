"""The gap in past answers between a group and the rest, among applicants of the same risk.

Applicants are sorted into tenths by the model's probability of default or its score, and the
shares denied are compared within each: the Mantel-Haenszel risk difference, with the
variance of Sato (*Biometrics* 45, 1989), which holds for few large strata and for
many small ones. Same risk means the same as far as the model knows.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from audit.fairness.cases import Cases
from audit.fairness.estimate import Estimate, size
from features.rows import Floats, total

STRATA: Final = 10


def gap(group: Cases, rest: Cases, z: float) -> Estimate:
    """Return share denied of the rest - of the group at the same risk, -1 … 1; 0 means none.

    Args:
        group: applicants of the group, each with a probability and an answer.
        rest: the others.
        z: how many standard errors the interval reaches either way.
    """
    both = np.concatenate([risk(group), risk(rest)])
    bounds = np.quantile(both, np.arange(1, STRATA) / STRATA)
    n, denied = _counts(group, bounds)
    m, refused = _counts(rest, bounds)
    there = n + m > 0
    n, denied, m, refused = n[there], denied[there], m[there], refused[there]
    every = n + m
    common = float(np.sum(n * m / every))
    if common == 0:
        return Estimate(0.0, -1.0, 1.0)
    found = float(np.sum((denied * m - refused * n) / every)) / common
    p = np.sum((n**2 * refused - m**2 * denied + n * m * (m - n) / 2) / every**2)
    q = np.sum((denied * (m - refused) + refused * (n - denied)) / (2 * every))
    reach = z * math.sqrt(max(found * float(p) + float(q), 0.0)) / common
    return Estimate(-found, -found - reach, -found + reach)


def risk(side: Cases) -> Floats:
    """Return (n,) what is higher for who is a higher risk: the probability, or else minus points.

    Of a group and the rest either both have probabilities or neither has.
    """
    return -side.score if np.isnan(side.probability).all() else side.probability


def _counts(side: Cases, bounds: Floats) -> tuple[Floats, Floats]:
    """Return of each stratum how many applicants there are, and how many were denied.

    Weights are scaled so that they add up to the number of equal weights that say as much.
    """
    stratum = np.searchsorted(bounds, risk(side))
    weights = side.weights * size(side.weights) / side.weights.sum()
    n, denied = (total(stratum, w, STRATA) for w in (weights, weights * side.denied))
    return n, denied
