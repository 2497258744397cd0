"""How sure a finding is, one of many, and how many applications it would take to see more."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Final

import numpy as np

from audit.fairness.estimate import Estimate, quantile
from features.rows import Floats

POWER: Final = 0.8
"""How often a gap is to be seen where it is said that it would be."""

BEYOND: Final = 38.0
"""Standard errors at which a p-value is 0 in floating point."""


def p_value(at: Callable[[float], Estimate], equal: float) -> float:
    """Return the two-sided p-value that belongs to an interval, 0 … 1.

    It is the chance at which the interval just touches *equal*, so what the p-value says and what
    the interval says are never two things.

    Args:
        at: an estimate with its interval of so many standard errors either way; wider with more.
        equal: the value that means no gap.
    """
    low, high = 0.0, BEYOND
    if _holds(at(high), equal):
        while high - low > 1e-6:  # noqa: PLR2004  far below what anybody prints
            middle = (low + high) / 2
            low, high = (low, middle) if _holds(at(middle), equal) else (middle, high)
    return math.erfc(high / math.sqrt(2))


def _holds(of: Estimate, equal: float) -> bool:
    return of.low <= equal <= of.high


def holm(p_values: Sequence[float]) -> Floats:
    """Return (n,) p-values corrected for how many there are (Holm, *Scand. J. Stat.* 6, 1979).

    Those below 0.05 are wrong about any of the n at most one time in twenty.
    """
    p = np.array(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    corrected = np.empty_like(p)
    factors = np.arange(p.size, 0, -1)
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * factors))
    return corrected


def among(p_values: Sequence[float], whose: Sequence[Hashable]) -> Floats:
    """Return (n,) p-values corrected by `holm`, counting what is one comparison once.

    Of two groups, one against the other is the same comparison twice. The larger of its p-values
    stands for both.

    Args:
        p_values: (n,) 0 … 1.
        whose: (n,) equal for those that are one comparison.
    """
    largest: dict[Hashable, float] = {}
    for one, p in zip(whose, p_values, strict=True):
        largest[one] = max(p, largest.get(one, 0.0))
    corrected = dict(zip(largest, holm(list(largest.values())), strict=True))
    return np.array([corrected[one] for one in whose], dtype=np.float64)


def detectable(found: Estimate, equal: float, z: float, *, ratio: bool) -> float:
    """Return the gap against the group that samples of this size show in `POWER` of all cases.

    Args:
        found: the gap with its interval.
        equal: the value that means no gap.
        z: how many standard errors the interval reaches either way, above 0.
        ratio: whether the gap is a ratio; it is then taken on logarithms.

    Returns:
        As the gap is written, below *equal*; NaN where the interval has no end to measure by.
    """
    if ratio:
        if not (found.value > 0 and math.isfinite(found.high) and found.high > 0):
            return math.nan
        reach = math.log(found.high / found.value)
        return equal * math.exp(-reach * (1 + quantile(POWER) / z))
    return equal - (found.high - found.value) * (1 + quantile(POWER) / z)


def needed(gap: float, share: float, ratio: float, z: float) -> int:
    """Return how many of a group it takes to see a gap between two shares in `POWER` of cases.

    Fleiss, Levin & Paik, *Statistical Methods for Rates and Proportions*, 2003, section 4.3,
    without the correction for continuity.

    Args:
        gap: between the shares, above 0.
        share: of the rest, 0 … 1; the group's is *gap* below it.
        ratio: how many of the rest there are to one of the group, above 0.
        z: the standard normal quantile of the test, two-sided.

    Raises:
        ValueError: the group's share would be below 0.
    """
    own = share - gap
    if not 0 <= own < share <= 1:
        message = f"a gap of {gap:g} below a share of {share:g}"
        raise ValueError(message)
    both = (own + ratio * share) / (1 + ratio)
    by_chance = z * math.sqrt((1 + 1 / ratio) * both * (1 - both))
    at_gap = quantile(POWER) * math.sqrt(own * (1 - own) + share * (1 - share) / ratio)
    return math.ceil(((by_chance + at_gap) / gap) ** 2)
