"""The prices of the rows: what one more unit of each would be worth, and the bound they prove.

For prices λ ≥ 0 no allocation is worth more than Σᵢ max(0, maxⱼ vᵢⱼ - Σₖ λₖ aᵢⱼₖ) + λ·b
(weak duality), however λ was found. The least such bound is the value of the linear
programme. It is found by Newton's method on the smoothed bound, in which the maximum is
τ·log Σ exp(·/τ), for ever smaller τ and, at first, on a part of the applications:
there are few rows, so each step solves a system of their number, not of the applicants'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.allocation.pool import Floats, Ints
from matching.allocation.smoothed import Point, at
from matching.allocation.system import System

COARSE: Final = (0.3, 0.1, 0.03)
FINE: Final = (0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001)
"""Smoothing, in units of the mean value: on a part of the applications, and on all."""

PART: Final = 2000
"""Applications in that part."""

MOST_STEPS: Final = 40
ENOUGH: Final = 1e-7
"""Newton steps at each smoothing, and the relative progress below which it goes on to the next."""

MOST_PIVOTS: Final = 500
PATIENCE: Final = 3
"""Rounds in which all that are wrong change side without fewer becoming wrong."""

ENOUGH_DOWN: Final = 1e-4
"""The part of what its slope promises that a step must come down by (Armijo)."""

SHORTEST: Final = 1e-6
"""A step is not halved beyond this part of itself."""


@dataclass(frozen=True)
class Prices:
    """Prices, and what they prove.

    Args:
        of: (K) the price of each row in its scaled unit, zero or more.
        bound: no allocation is worth more, in the scale of the values.
    """

    of: Floats
    bound: float


def prices_of(system: System, most: Floats | None = None) -> Prices:
    """Return prices whose bound is within about a ten-thousandth of the least there is.

    Args:
        system: what is solved.
        most: (K) the largest price of each row, as where breaking it costs so much and no more;
            no largest where it is not given.
    """
    top = np.full(len(system.rows), np.inf) if most is None else most
    everyone = system.choosing
    part = np.sort(np.random.default_rng(0).permutation(everyone)[:PART])
    point = at(system, part, np.zeros(len(system.rows)), COARSE[0])
    for smoothing in COARSE:
        point = _least(system, part, point.prices, top, smoothing)
    best = point = at(system, everyone, point.prices, FINE[0])
    for smoothing in FINE:
        point = _least(system, everyone, point.prices, top, smoothing)
        best = min(best, point, key=lambda one: one.bound)
    return Prices(best.prices, best.bound)


def _least(system: System, among: Ints, prices: Floats, top: Floats, smoothing: float) -> Point:
    """Return the least smoothed bound, by Newton's steps kept between zero and the largest."""
    here = at(system, among, prices, smoothing)
    for _ in range(MOST_STEPS):
        there = _stepped(system, among, here, top, smoothing)
        gained = here.value - there.value
        here = there
        if gained <= ENOUGH * abs(here.value):
            break
    return here


def _stepped(system: System, among: Ints, here: Point, top: Floats, smoothing: float) -> Point:
    """Return the next point, the step halved until it goes down as far as its slope promises."""
    step = _least_of_curve(_damped(here.curve), here.slope, -here.prices, top - here.prices)
    promised = float(here.slope @ step)
    length = 1.0
    while length > SHORTEST:
        there = at(system, among, here.prices + length * step, smoothing)
        if there.value <= here.value + ENOUGH_DOWN * length * promised:
            return there
        length /= 2
    return here


def _least_of_curve(curve: Floats, slope: Floats, low: Floats, high: Floats) -> Floats:
    """Return the d between *low* and *high* at which slope·d + d·curve·d ÷ 2 is least.

    Which of them lie at an end is found by block principal pivoting: all that are wrong change
    side at once, and one at a time should that ever go in circles (Júdice and Pires, 1994).
    """
    at_low, at_high = (np.zeros(len(slope), dtype=bool) for _ in range(2))
    fewest, patience = len(slope) + 1, PATIENCE
    for _ in range(MOST_PIVOTS):
        free = ~(at_low | at_high)
        step = np.where(at_low, low, np.where(at_high, high, 0.0))
        pull = slope + curve @ step
        step[free] = -np.linalg.solve(curve[np.ix_(free, free)], pull[free])
        rise = slope + curve @ step
        below, above = free & (step < low), free & (step > high)
        wrong = below | above | (at_low & (rise < 0)) | (at_high & (rise > 0))
        if not wrong.any():
            break
        fewest, patience = (
            (int(wrong.sum()), PATIENCE) if wrong.sum() < fewest else (fewest, patience - 1)
        )
        if patience < 0:
            wrong &= np.arange(len(wrong)) == np.flatnonzero(wrong)[-1]
        at_low = (at_low & ~wrong) | (below & wrong)
        at_high = (at_high & ~wrong) | (above & wrong)
    return np.clip(step, low, high)


def _damped(curve: Floats) -> Floats:
    """Return the curvature made safely invertible: rows may bind nobody, or say the same."""
    steep = np.diag(curve)
    return np.asarray(
        curve + np.diag(1e-3 * steep + 1e-8 * steep.sum() / max(len(steep), 1) + 1e-12)
    )
