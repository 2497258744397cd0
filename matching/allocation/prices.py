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
from matching.allocation.system import PIECE, System

COARSE: Final = (0.3, 0.1, 0.03)
FINE: Final = (0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001)
"""Smoothing, in units of the mean value: on a part of the applications, and on all."""

PART: Final = 2000
"""Applications in that part."""

MOST_STEPS: Final = 40
ENOUGH: Final = 1e-7
"""Newton steps at each smoothing, and the relative progress below which it goes on to the next."""

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


@dataclass(frozen=True)
class _Point:
    """The smoothed bound at some prices: its value, slope and curvature, and the true bound."""

    prices: Floats
    value: float
    slope: Floats
    curve: Floats
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
    point = _at(system, part, np.zeros(len(system.rows)), COARSE[0])
    for smoothing in COARSE:
        point = _least(system, part, point.prices, top, smoothing)
    best = point = _at(system, everyone, point.prices, FINE[0])
    for smoothing in FINE:
        point = _least(system, everyone, point.prices, top, smoothing)
        best = min(best, point, key=lambda one: one.bound)
    return Prices(best.prices, best.bound)


def _least(system: System, among: Ints, prices: Floats, top: Floats, smoothing: float) -> _Point:
    """Return the least smoothed bound, by Newton's steps kept between zero and the largest."""
    here = _at(system, among, prices, smoothing)
    for _ in range(MOST_STEPS):
        there = _stepped(system, among, here, top, smoothing)
        gained = here.value - there.value
        here = there
        if gained <= ENOUGH * abs(here.value):
            break
    return here


def _stepped(system: System, among: Ints, here: _Point, top: Floats, smoothing: float) -> _Point:
    """Return the next point, the step halved until it goes down as far as its slope promises."""
    free = ((here.prices > 0) | (here.slope < 0)) & ((here.prices < top) | (here.slope > 0))
    step = np.zeros(len(here.prices))
    step[free] = -np.linalg.solve(_damped(here.curve[np.ix_(free, free)]), here.slope[free])
    length = 1.0
    while length > SHORTEST:
        prices = np.clip(here.prices + length * step, 0, top)
        there = _at(system, among, prices, smoothing)
        promised = float(here.slope @ (prices - here.prices))
        if there.value <= here.value + 1e-4 * min(promised, 0.0):
            return there
        length /= 2
    return here


def _damped(curve: Floats) -> Floats:
    """Return the curvature made safely invertible: rows may bind nobody, or say the same."""
    steep = np.diag(curve)
    return np.asarray(curve + np.diag(1e-3 * steep + 1e-8 * steep.mean() + 1e-12))


def _at(system: System, among: Ints, prices: Floats, smoothing: float) -> _Point:
    """Return the smoothed bound over some applications, whose limits are their share of all."""
    limit = system.limit / system.unit * (len(among) / max(len(system.choosing), 1))
    value = bound = float(prices @ limit)
    used, curve = np.zeros(len(prices)), np.zeros((len(prices), len(prices)))
    for start in range(0, len(among), PIECE):
        part = among[start : start + PIECE]
        taken, best, soft = _softly(system.net(prices, part), smoothing)
        value, bound = value + soft, bound + best
        weight = system.scaled[:, part]
        counts = (taken @ system.about.T).T * weight
        used += counts.sum(axis=1)
        curve -= counts @ counts.T
        for j, rows in enumerate(system.of_product):
            heavy = weight[rows]
            curve[np.ix_(rows, rows)] += (heavy * taken[:, j]) @ heavy.T
    return _Point(prices, value, limit - used, curve / smoothing, bound)


def _softly(net: Floats, smoothing: float) -> tuple[Floats, float, float]:
    """Return how much of each choice is taken, and the sums of the true and smoothed maxima."""
    best = np.maximum(net.max(axis=1), 0)
    taken = np.exp((net - best[:, None]) / smoothing)
    whole = taken.sum(axis=1) + np.exp(-best / smoothing)
    soft = best.sum() + smoothing * np.log(whole).sum()
    return taken / whole[:, None], float(best.sum()), float(soft)
