"""Rates of bad loans with their intervals, where loans may weigh more than one.

The interval is Wilson's (1927; recommended by Brown, Cai & DasGupta, *Statistical
Science* 16, 2001), 95%: it keeps within 0 … 1 and says something of none in few. With
weights, *n* is the effective number of loans (Kish, *Survey Sampling*, 1965,
section 11.7): (Σw)² ÷ Σw².
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from features.rows import Floats, Ints
from training.validation.evaluate import Figure

Z: Final = 1.959963984540054
"""The normal quantile of a two-sided interval of 95%."""


def wilson(rate: float, n: float) -> Figure:
    """Return a rate of *n* loans, n above 0, with its interval."""
    centre = rate + Z * Z / (2 * n)
    half = Z * math.sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    # Rounding would else put a bound of none or of all bad a hair inside the rate.
    low, high = min((centre - half) / scale, rate), max((centre + half) / scale, rate)
    return Figure(rate, max(low, 0.0), min(high, 1.0))


def bad_rate(bad: Ints, weights: Floats) -> Figure | None:
    """Return the weighted share of bad loans with its interval; None of no loans.

    Args:
        bad: (n,) 1 where a loan went bad, else 0.
        weights: (n,) above 0.
    """
    if not bad.size:
        return None
    total = float(weights.sum())
    return wilson(float(weights @ bad) / total, total**2 / float(np.square(weights).sum()))
