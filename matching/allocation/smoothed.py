"""The smoothed bound at given prices: its value, its slope, and its curvature in the prices.

Σᵢ τ·log(1 + Σⱼ exp((vᵢⱼ - Σₖ λₖ aᵢⱼₖ) ÷ τ)) + λ·b. Its slope is the room that the softly taken
choices leave. Of two rows the curvature has how often a choice counts in both, which
needs no look at each product: where the products of one row are among the other's, it is
what counts in the one times what weighs in the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from matching.allocation.pool import Bools, Floats, Ints
from matching.allocation.system import PIECE, System

FAR_BEHIND: Final = -40.0
"""Below this a choice is not taken at all: e to that power is lost beside one, and numbers smaller
still, whose products underflow, would make every sum slow."""


@dataclass(frozen=True)
class Point:
    """The smoothed bound at some prices.

    Args:
        prices: (K) in the rows' scaled units.
        value: the smoothed bound.
        slope: (K) of it, and curve: (K, K).
        bound: the true one.
    """

    prices: Floats
    value: float
    slope: Floats
    curve: Floats
    bound: float


def at(system: System, among: Ints, prices: Floats, smoothing: float) -> Point:
    """Return the smoothed bound over some applications, whose limits are their share of all."""
    limit = system.limit / system.unit * (len(among) / max(len(system.choosing), 1))
    value = bound = float(prices @ limit)
    pairs = Pairs.of(system.about)
    used, curve = np.zeros(len(prices)), np.zeros((len(prices), len(prices)))
    for start in range(0, len(among), PIECE):
        part = among[start : start + PIECE]
        taken, best, soft = _softly(system.net(prices, part), smoothing)
        value, bound = value + soft, bound + best
        weight = system.scaled[:, part]
        counts = (pairs.about @ taken.T) * weight
        used += counts.sum(axis=1)
        curve += pairs.together(taken, weight, counts) - counts @ counts.T
    return Point(prices, value, limit - used, curve / smoothing, bound)


@dataclass(frozen=True)
class Pairs:
    """How the rows' products lie to each other's.

    Args:
        about: (K, p) the products of each row, as numbers.
        within: (K, K) whether all of the one's products are among the other's.
        crossing: the products that two rows have in common, though neither has all of the other's,
            and which rows these are.
    """

    about: Floats
    within: Bools
    crossing: Mapping[bytes, tuple[Bools, Ints, Ints]]

    @staticmethod
    def of(about: Bools) -> Pairs:
        """Return the pairs of rows about (K, p) products."""
        return _pairs(about.tobytes(), about.shape)

    def together(self, taken: Floats, weight: Floats, counts: Floats) -> Floats:
        """Return (K, K) how often a choice counts in both of two rows, by what it weighs in each.

        Args:
            taken: (m, p) how much of each choice is taken.
            weight: (K, m) what applications weigh.
            counts: (K, m) what of it counts.
        """
        nested = np.where(self.within, counts @ weight.T, 0.0)
        both = np.where(self.within, nested, nested.T)
        for common, first, second in self.crossing.values():
            often = taken[:, common].sum(axis=1)
            both[first, second] = np.einsum("km,km,m->k", weight[first], weight[second], often)
        return both


@lru_cache(64)
def _pairs(written: bytes, shape: tuple[int, int]) -> Pairs:
    about = np.frombuffer(written, dtype=bool).reshape(shape)
    number = about.astype(float)
    common = number @ number.T
    many = number.sum(axis=1)
    within = common == many[:, None]
    crosses = (common > 0) & ~within & ~within.T
    found: dict[bytes, list[tuple[int, int]]] = {}
    for first, second in zip(*np.nonzero(crosses), strict=True):
        found.setdefault((about[first] & about[second]).tobytes(), []).append((first, second))
    crossing = {
        key: (np.frombuffer(key, dtype=bool), *np.array(pairs, dtype=np.int64).T)
        for key, pairs in found.items()
    }
    return Pairs(number, within, crossing)


def _softly(net: Floats, smoothing: float) -> tuple[Floats, float, float]:
    """Return how much of each choice is taken, and the sums of the true and smoothed maxima."""
    best = np.maximum(net.max(axis=1), 0)
    behind = (net - best[:, None]) / smoothing
    taken = np.where(behind > FAR_BEHIND, np.exp(behind), 0.0)
    whole = taken.sum(axis=1) + np.exp(-best / smoothing)
    soft = best.sum() + smoothing * np.log(whole).sum()
    return taken / whole[:, None], float(best.sum()), float(soft)
