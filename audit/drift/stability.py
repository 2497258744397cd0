"""The stability index of counts in bins before and after, with what chance alone makes of it.

Without any shift the index is about χ² of one degree less than bins, times 1/n + 1/m; with one it
is about non-central χ² (Yurdakul & Naranjo, *Journal of Risk Model Validation* 14, 2020). So one
distribution gives the p-value and, turned round, the interval. Where a bin expects fewer than
`ENOUGH`, both follow from shuffling who came before and who after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from audit.drift.chi_squared import above, away_where
from audit.fairness.estimate import Estimate
from features.rows import Floats, total

BINS: Final = 10

CHI_SQUARED: Final = 16.919
"""What χ² of nine degrees of freedom stays below in 95 of 100 cases."""

HALF: Final = 0.5
"""Counted in every bin beside what is there, so that an empty one is no infinity."""

ENOUGH: Final = 5
"""Expected in every bin, the index follows χ² (Cochran, *Biometrics* 10, 1954)."""

FIRST: Final = 999
"""Samples without a shift that are drawn at first."""

DRAWS: Final = 9_999
"""Those drawn where fewer than `RARE` of the first are as far; the least p is one in 10,000."""

RARE: Final = 20

BEYOND: Final = 1e-8
"""A p-value by χ² below which no sample would come as far."""


@dataclass(frozen=True)
class Shift:
    """How far counts moved.

    Args:
        index: the stability index, 0 or more, with the interval of what it would be of everybody.
        p: the chance of one as large without any shift, or with the one that is tolerated.
    """

    index: Estimate
    p: float


def index(before: Floats, after: Floats) -> Floats:
    """Return Σ (a - b) · ln(a ÷ b) over the last axis, 0 or more; 0 is no shift.

    a and b are the shares after and before in a bin, each as though half a loan of each lay in
    every bin.

    Args:
        before: (…, bins) counts, or sums of weights whose mean is 1.
        after: (…, bins) the same of those after.
    """
    b, a = (of + HALF for of in (before, after))
    b, a = (of / of.sum(axis=-1, keepdims=True) for of in (b, a))
    found: Floats = np.sum((a - b) * np.log(a / b), axis=-1)
    return found


def index_of_scores(before: Floats, weights: Floats, after: Floats, later: Floats) -> float:
    """Return the index over ten bins of the scores before.

    Args:
        before: (n,) scores on any scale; one that keeps their order gives the same.
        weights: (n,) of the loans before.
        after: (m,) scores.
        later: (m,) of the loans after.
    """
    bounds = np.unique(np.quantile(before, np.linspace(0, 1, BINS + 1)[1:-1]))
    b, a = (
        total(np.searchsorted(bounds, scores, "right"), w / w.mean(), bounds.size + 1)
        for scores, w in ((before, weights), (after, later))
    )
    return float(index(b, a))


def by_chance(n: float, m: float) -> float:
    """Return what an index of ten bins stays below in 95 of 100 samples of n and m, unshifted."""
    return CHI_SQUARED * (1 / n + 1 / m)


def shift(before: Floats, after: Floats, tolerated: float = 0.0, confidence: float = 0.95) -> Shift:
    """Return how far counts moved; bins that are as good as empty do not count.

    Args:
        before: (bins,) counts, not all 0.
        after: (bins,) counts, not all 0.
        tolerated: an index of everybody up to this is no shift either.
        confidence: of the interval, 0 … 1.
    """
    there = np.rint(before + after) > 0
    before, after = before[there], after[there]
    if there.sum() == 1:
        return Shift(Estimate(0.0, 0.0, 0.0), 1.0)
    found, n, m = float(index(before, after)), float(before.sum()), float(after.sum())
    both = before + after
    degrees, unit = both.size - 1.0, 1 / n + 1 / m
    drawn = _shuffled(both, m, FIRST) if min(n, m) * both.min() < ENOUGH * (n + m) else None
    if drawn is not None:
        mean, variance = float(drawn.mean()), float(drawn.var())
        degrees, unit = 2 * mean**2 / variance, variance / (2 * mean)
    p = above(found / unit, degrees, tolerated / unit)
    if drawn is not None and not tolerated:
        p = _as_far(found, drawn, both, m) if p > BEYOND else 1 / DRAWS
    tail = (1 - confidence) / 2
    low, high = (unit * away_where(t, found / unit, degrees) for t in (tail, 1 - tail))
    return Shift(Estimate(found, min(low, found), high), p)


def _as_far(found: float, drawn: Floats, both: Floats, m: float) -> float:
    """Return the share of samples without a shift that are as far, drawing more where few are."""
    if np.sum(drawn >= found) < RARE:
        drawn = _shuffled(both, m, DRAWS)
    return float((1 + np.sum(drawn >= found)) / (1 + drawn.size))


def _shuffled(both: Floats, m: float, draws: int) -> Floats:
    """Return (draws,) indices where chance alone says which m of both lie after."""
    whole = np.rint(both).astype(np.int64)
    after = np.random.default_rng(0).multivariate_hypergeometric(
        whole, min(round(m), whole.sum()), draws, method="marginals"
    )
    return index((whole - after).astype(np.float64), after.astype(np.float64))
