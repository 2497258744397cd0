"""From log-odds to points, and from probability to grade.

Points = OFFSET - FACTOR · ln(PD ÷ (1 - PD)), with FACTOR = PDO ÷ ln 2 and
OFFSET = BASE - FACTOR · ln ODDS (Siddiqi, *Credit Risk Scorecards*, 2006,
chapter 6). A score of 600 means odds of 30 good to 1 bad, and every 20 points
double the odds. The scale is linear in the log-odds, so whatever adds up there
adds up in points.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import Final

from features.rows import Floats

BASE: Final = 600
ODDS: Final = 30
PDO: Final = 20
FACTOR: Final = PDO / math.log(2)
OFFSET: Final = BASE - FACTOR * math.log(ODDS)

GRADES: Final = ("A", "B", "C", "D", "E", "F")
GRADE_BOUNDS: Final = (0.015, 0.03, 0.05, 0.08, 0.12)
"""A grade holds the probabilities of default from the bound before it up to its own."""


def points(log_odds: Floats) -> Floats:
    """Return the points, not rounded, of log-odds of default ln(PD ÷ (1 - PD))."""
    return OFFSET - FACTOR * log_odds


def grade(probability_of_default: float) -> str:
    """Return the grade, A to F, of a probability of default in 0 … 1."""
    return GRADES[bisect_right(GRADE_BOUNDS, probability_of_default)]
