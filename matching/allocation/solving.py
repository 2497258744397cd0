"""Solving a system: prices and their bound, whole loans near it, and mending until near enough."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.allocation.exchanging import exchanged
from matching.allocation.mending import better, broken, mended
from matching.allocation.pool import Floats, Ints
from matching.allocation.prices import prices_of
from matching.allocation.rounding import cheapened, rounded
from matching.allocation.system import System, most_of

WHOLE: Final = 4000
"""Choices up to which everyone is freed at once, so that the optimum itself is proven."""

NEIGHBOURS: Final = 60
"""Applications freed at a time where there are more choices."""

UNCLEAR: Final = 1e-3
"""A price below this, in the scale of the values and a row's own, may be the smoothing's alone."""

NODES: Final = 50
"""Branches looked at in one neighbourhood: many that are small come nearer than few that are
proven, and what is counted and not timed makes the same allocation on any machine."""

WANTED: Final = 3
"""Products looked at together, of those with room left that is worth the most."""


@dataclass(frozen=True)
class Solved:
    """What a system comes to.

    Args:
        chosen: (n) the product of each application; -1 for none.
        prices: (K) what one scaled unit of each row is worth.
        bound: no allocation is worth more, in the scale of the values.
    """

    chosen: Ints
    prices: Floats
    bound: float


def solve(system: System, gap: float, seconds: float, known: Ints | None = None) -> Solved:
    """Return an allocation within *gap* of the bound, or the best that was found in the time.

    Args:
        system: what is solved.
        gap: how near to the bound is near enough.
        seconds: how long it is mended at most.
        known: (n) an allocation to be no worse than; None: none.
    """
    until = time.monotonic() + seconds
    prices = prices_of(system)
    chosen = cheapened(system, rounded(system, prices.of))
    if known is not None:
        chosen = better(system, chosen, cheapened(system, known))
    bound = prices.bound
    if not (broken(system, chosen) or _near(system, chosen, bound, gap)):
        chosen = cheapened(system, exchanged(system, chosen, prices.of, until))
    if np.isfinite(system.value).sum() <= WHOLE:
        if broken(system, chosen):
            chosen = mended(system, chosen, system.choosing, 0.0, seconds).chosen
        enough = _enough(system, bound)
        best = mended(system, chosen, system.choosing, gap, seconds, enough)
        chosen, bound = best.chosen, min(bound, best.bound)
    else:
        chosen = _mended(system, Solved(chosen, prices.of, bound), gap, until)
    chosen = cheapened(system, chosen)
    clear = np.where(prices.of < UNCLEAR, 0.0, prices.of)
    return Solved(chosen, clear, max(bound, system.worth(chosen)))


def _mended(system: System, found: Solved, gap: float, until: float) -> Ints:
    """Return the allocation after one neighbourhood after another was chosen anew."""
    chosen, lot = found.chosen, np.random.default_rng(0)
    net = system.net(found.prices, system.choosing)
    while time.monotonic() < until and not _near(system, chosen, found.bound, gap):
        if broken(system, chosen):
            freed = _neighbours(system, chosen, net, lot)
        else:
            freed = _takers(system, chosen, (net, found.prices), lot)
        left = max(until - time.monotonic(), 0.0)
        chosen = mended(system, chosen, freed, gap / 10, left, nodes=NODES).chosen
    return chosen


def _near(system: System, chosen: Ints, bound: float, gap: float) -> bool:
    near = min((1 - gap) * bound, _enough(system, bound))
    return not broken(system, chosen) and system.worth(chosen) >= near


def _enough(system: System, bound: float) -> float:
    """Return what is enough, as nothing whole lies between it and the bound."""
    return (most_of(system, bound) - 0.5) / system.scale if system.whole else np.inf


def _neighbours(system: System, chosen: Ints, net: Floats, lot: np.random.Generator) -> Ints:
    """Return applications whose choice costs the most against the prices, some drawn by lot.

    As a row is broken, half are such as could mend it and half such as could make room for them.
    """
    everyone = system.choosing
    held = chosen[everyone]
    now = np.where(held < 0, 0.0, net[np.arange(len(everyone)), held])
    behind = np.maximum(net.max(axis=1), 0) - now
    undecided = -np.abs(np.where(held < 0, net.max(axis=1), now)) + behind
    short = np.flatnonzero(system.room(chosen) < 0)
    helps = (system.scaled[short][:, everyone] < 0).any(axis=0) & (held < 0)
    drawn = lot.exponential(0.1 + broken(system, chosen), len(everyone))
    order = np.argsort(-(undecided + drawn), kind="stable")
    mending = order[helps[order]][: NEIGHBOURS // 2]
    others = order[~helps[order]][: NEIGHBOURS - len(mending)]
    return everyone[np.append(mending, others)]


def _takers(
    system: System, chosen: Ints, priced: tuple[Floats, Floats], lot: np.random.Generator
) -> Ints:
    """Return applications that could take up, for almost nothing, room that is worth something.

    The gap is the sum of what each application's choice falls behind its best at the prices, and
    of what the room left over is worth; nearly all of it is the latter, since at the prices it
    is all the same to most which product they have.
    """
    net, prices = priced
    everyone = system.choosing
    left = np.maximum(system.room(chosen), 0) / system.unit * prices
    worth = np.array([left[rows].max(initial=0) for rows in system.of_product])
    wanted = np.argsort(-worth * lot.exponential(1.0, len(worth)))[:WANTED]
    held = chosen[everyone]
    now = np.where(held < 0, 0.0, net[np.arange(len(everyone)), held])
    best = np.maximum(net.max(axis=1), 0)
    moving = best - net[:, wanted].max(axis=1)
    order = np.argsort(moving - 3 * (best - now) + lot.exponential(0.02, len(everyone)))
    return everyone[order[:NEIGHBOURS]]
