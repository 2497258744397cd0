"""How gaps and their intervals are written."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from audit.fairness.estimate import Estimate
from audit.fairness.published import Place
from serving.telling import written

NONE: Final = "-"
"""What stands where there is nothing to tell."""

LARGE: Final = 100.0
"""A figure from here on is written without decimals."""

LEAST_P: Final = 0.001
"""Below it a p-value is written as being below it."""

Write = Callable[[float, str], str]
"""How a number is written in a language."""


def points(value: float, language: str) -> str:
    """Return a difference of shares in points of a hundred."""
    return written.decimal(100 * value, 1, language)


def plain(value: float, language: str) -> str:
    """Return a figure of a measure: small ones to the hundredth."""
    if not math.isfinite(value):
        return "∞"
    return written.decimal(value, 2 if abs(value) < LARGE else 0, language)


def bounded(of: Estimate | None, write: Write, language: str) -> str:
    """Return an estimate and its interval: ``-4,2 [-6,1; -2,3]``; `NONE` of none."""
    if of is None:
        return NONE
    return f"{write(of.value, language)} [{write(of.low, language)}; {write(of.high, language)}]"


def chance(p: float | None, language: str) -> str:
    """Return a p-value to the thousandth; `NONE` of none."""
    if p is None:
        return NONE
    if p < LEAST_P:
        return "< " + written.decimal(LEAST_P, 3, language)
    return written.decimal(p, 3, language)


def group(place: Place) -> str:
    """Return a group by its attribute, as nobody knows what *yes* is."""
    return ", ".join(f"{name}: {of}" for name, of in zip(*place, strict=True))
