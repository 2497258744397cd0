"""Estimates with intervals in closed form, at any confidence: nothing is drawn at random.

Sums of weights are turned into the number of equal weights that say as much,
(Σw)² ÷ Σw² (Kish, *Survey Sampling*, 1965). A gap between two independent groups has
an interval made of both groups' own (MOVER: Newcombe, *Statistics in Medicine* 17,
1998, method 10; Zou & Donner, *Statistics in Medicine* 27, 2008), which keeps what
it promises where shares lie near 0 or 1. Every row counts as independent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from features.rows import Floats

Z95: Final = NormalDist().inv_cdf(0.975)
"""The standard normal quantile of a two-sided 95% interval."""


@dataclass(frozen=True)
class Estimate:
    """A value with the bounds of its interval; a ratio's upper bound may be infinite."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> Estimate:
        """Return the estimate multiplied by a factor above 0."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor)


def quantile(confidence: float) -> float:
    """Return the standard normal quantile of a one-sided bound of this confidence, 0 … 1."""
    return NormalDist().inv_cdf(confidence)


def size(weights: Floats) -> float:
    """Return how many equal weights say as much as these: (Σw)² ÷ Σw², 0 of none."""
    return float(weights.sum() ** 2 / (weights @ weights)) if weights.size else 0.0


def share(flags: Floats, weights: Floats, z: float) -> Estimate:
    """Return the weighted share of ones with its interval (Wilson, 1927).

    Args:
        flags: (n,) 0 or 1, n at least 1.
        weights: (n,) above 0.
        z: how many standard errors the interval reaches either way.
    """
    return wilson(float(np.average(flags, weights=weights)), size(weights), z)


def wilson(p: float, n: float, z: float) -> Estimate:
    """Return a share p of *n* equal weights, n above 0, with its interval (Wilson, 1927)."""
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    # Rounding would else put a bound of none or of all a hair inside the share.
    return Estimate(p, min(p, max(0.0, middle - reach)), max(p, min(1.0, middle + reach)))


def mean(values: Floats, weights: Floats, z: float) -> Estimate:
    """Return the weighted mean of (n,) values, n at least 2, with its normal interval."""
    value = float(np.average(values, weights=weights))
    n = size(weights)
    variance = float(np.average((values - value) ** 2, weights=weights)) / max(n - 1, 1e-9)
    reach = z * math.sqrt(variance)
    return Estimate(value, value - reach, value + reach)


def difference(one: Estimate, other: Estimate) -> Estimate:
    """Return *one* - *other* of two independent groups; 0 means that they are equal."""
    value = one.value - other.value
    down = math.hypot(one.value - one.low, other.high - other.value)
    up = math.hypot(one.high - one.value, other.value - other.low)
    return Estimate(value, value - down, value + up)


def ratio(one: Estimate, other: Estimate) -> Estimate:
    """Return *one* ÷ *other* of two independent groups; 1 means that they are equal.

    Both are 0 or more. The interval is made on logarithms. Where *other* is 0 it is infinite, and
    0 ÷ 0 is 1 with an interval that rules nothing out.
    """
    if one.value == other.value == 0:
        return Estimate(1.0, 0.0, math.inf)
    logs = difference(_log(one), _log(other)) if one.value and other.value else None
    if logs is not None:
        return Estimate(math.exp(logs.value), math.exp(logs.low), _exp(logs.high))
    if other.value == 0:
        return Estimate(math.inf, one.low / other.high, math.inf)
    return Estimate(0.0, 0.0, one.high / other.low if other.low else math.inf)


def _log(of: Estimate) -> Estimate:
    low = math.log(of.low) if of.low > 0 else -math.inf
    return Estimate(math.log(of.value), low, math.log(of.high))


def _exp(x: float) -> float:
    return math.exp(x) if x < 700 else math.inf  # noqa: PLR2004  beyond, a float overflows
