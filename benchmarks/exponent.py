"""How fast a cost grows: the exponent of size that it goes by, with an interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy import stats

Told = Literal["better than linear", "linear", "worse than linear", "not told"]

WIDE: Final = 0.2
"""An interval that reaches so far above 1 tells nothing."""

LEVEL: Final = 0.95


@dataclass(frozen=True)
class Exponent:
    """The power of its size that a cost grows by: 1 is in proportion, 0 not at all.

    Args:
        value: the slope of the logarithm of the cost on that of the size, by least squares.
        low, high: its interval of 95%, by Student's t.
        above: the smallest size that was looked at.
    """

    value: float
    low: float
    high: float
    above: int

    @property
    def told(self) -> Told:
        """Return what the interval says: a cost in proportion to its size is linear."""
        if self.high < 1:
            return "better than linear"
        if self.low > 1:
            return "worse than linear"
        return "linear" if self.high <= 1 + WIDE else "not told"


def exponent(costs: Mapping[int, Sequence[float]]) -> Exponent:
    """Return the exponent of the upper half of sizes, at least two, where what is fixed is least.

    Args:
        costs: size → its cost in each turn, all above zero.

    Raises:
        ValueError: these are fewer than three costs, or of one size.
    """
    sizes = sorted(costs)[-max(2, -(-len(costs) // 2)) :]
    x = np.log([size for size in sizes for _ in costs[size]])
    y = np.log([cost for size in sizes for cost in costs[size]])
    if (free := x.size - 2) < 1:
        raise ValueError(f"{x.size} costs leave no doubt to be measured")
    away = x - x.mean()
    slope = float(away @ y / (away @ away))
    left = y - y.mean() - slope * away
    error = np.sqrt(left @ left / free / (away @ away))
    reach = float(error * stats.t.ppf((1 + LEVEL) / 2, free))
    return Exponent(slope, slope - reach, slope + reach, sizes[0])
