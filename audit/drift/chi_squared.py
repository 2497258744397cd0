"""The non-central χ² distribution, at any degrees of freedom, whole or not.

By the approximation of Sankaran (*Biometrika* 50, 1963, second of the three in Johnson, Kotz &
Balakrishnan, *Continuous Univariate Distributions* 2, 1995, section 29.8), which without
non-centrality is that of Wilson & Hilferty. The service carries no SciPy.
"""

from __future__ import annotations

import math

FAR = 1e9
"""A non-centrality at which nothing that is observed lies."""


def above(x: float, degrees: float, away: float = 0.0) -> float:
    """Return the chance, 0 … 1, that non-central χ² lies above *x*, within about 0.002.

    Args:
        x: 0 or more.
        degrees: of freedom, above 0.
        away: the non-centrality, 0 or more.
    """
    mean = degrees + away
    p = (degrees + 2 * away) / mean**2
    h = 1 - 2 * mean * (degrees + 3 * away) / (3 * (degrees + 2 * away) ** 2)
    m = (h - 1) * (1 - 3 * h)
    middle = 1 + h * p * (h - 1 - (2 - h) * m * p / 2)
    spread = h * math.sqrt(2 * p) * (1 + m * p / 2)
    z = ((x / mean) ** h - middle) / spread if x > 0 else -math.inf
    return math.erfc(z / math.sqrt(2)) / 2


def away_where(chance: float, x: float, degrees: float) -> float:
    """Return the non-centrality at which the chance to lie above *x* is *chance*; 0 at least."""
    low, high = 0.0, FAR
    if above(x, degrees) >= chance:
        return 0.0
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if above(x, degrees, middle) < chance else (low, middle)
    return high
