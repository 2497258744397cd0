"""Rates of bad loans with their intervals, where loans may weigh more than one.

The interval is Wilson's (1927; recommended by Brown, Cai & DasGupta, *Statistical
Science* 16, 2001), 95%: it keeps within 0 … 1 and says something of none in few. With
weights, *n* is the effective number of loans (Kish, *Survey Sampling*, 1965,
section 11.7): (Σw)² ÷ Σw².
"""

from __future__ import annotations

import numpy as np

from audit.fairness.estimate import Z95, share
from features.rows import Floats, Ints
from training.validation.evaluate import Figure


def bad_rate(bad: Ints, weights: Floats) -> Figure | None:
    """Return the weighted share of bad loans with its interval; None of no loans.

    Args:
        bad: (n,) 1 where a loan went bad, else 0.
        weights: (n,) above 0.
    """
    if not bad.size:
        return None
    found = share(bad.astype(np.float64), weights, Z95)
    return Figure(found.value, found.low, found.high)
