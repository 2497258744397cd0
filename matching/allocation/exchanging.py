"""Room left over, taken up by exchange: one who has a product leaves it to another worth more.

Where loans are large beside what is left of a budget, nobody else fits in the rest. But
whose loan is larger by just so much fits in another's place. One exchange after another,
the best of each product first, uses most of the room up in little time.
"""

from __future__ import annotations

import time
from typing import Final, NamedTuple

import numpy as np

from matching.allocation.pool import Floats, Ints
from matching.allocation.rounding import Filling
from matching.allocation.system import System

MOST: Final = 1500
"""Applications looked at on either side, those first whose choice is nearly level at the prices."""

LEAST: Final = 1e-9
"""The least gain, in the scale of the values, for which anybody is exchanged."""


class _Exchange(NamedTuple):
    """Who leaves a product, who takes it instead, and what is gained."""

    leaving: int
    taking: int
    gain: float


def exchanged(system: System, chosen: Ints, prices: Floats, until: float) -> Ints:
    """Return an allocation worth at least as much, after exchanges on each product.

    Args:
        system: what is solved.
        chosen: (n) the product of each application, -1 for none; it breaks no row.
        prices: (K) of the rows.
        until: when to end at the latest, as `time.monotonic` counts.
    """
    filling = Filling(system, chosen)
    left = np.maximum(filling.room, 0) / system.unit * prices
    worth = np.array([left[rows].max(initial=0) for rows in system.of_product])
    for product in np.argsort(-worth, kind="stable").tolist():
        while time.monotonic() < until:
            best = _best(filling, product, prices)
            if best.gain <= LEAST:
                break
            filling.put(best.leaving, -1)
            filling.put(best.taking, product)
    return filling.chosen


def _best(filling: Filling, product: int, prices: Floats) -> _Exchange:
    """Return the exchange on a product that gains the most; one of no gain where there is none."""
    system, best = filling.system, _Exchange(-1, -1, 0.0)
    rows = system.of_product[product]
    fits = np.isfinite(system.value[:, product])
    free, held = (filling.chosen < 0) & fits, filling.chosen == product
    taking = _level(system, product, np.flatnonzero(free), prices)
    leaving = _level(system, product, np.flatnonzero(held), prices)
    weight, value = system.weight[np.ix_(rows, taking)], system.value[taking, product]
    for one in leaving.tolist():
        gain = value - system.value[one, product]
        more = np.flatnonzero(gain > max(best.gain, LEAST))
        change = weight[:, more] - system.weight[rows, one][:, None]
        possible = ((change <= filling.room[rows][:, None]) | (change <= 0)).all(axis=0)
        if possible.any():
            place = more[possible][gain[more[possible]].argmax()]
            best = _Exchange(one, int(taking[place]), float(gain[place]))
    return best


def _level(system: System, product: int, who: Ints, prices: Floats) -> Ints:
    """Return the applications whose choice of a product is the most nearly level at the prices."""
    paid = prices @ (system.scaled[:, who] * system.about[:, product][:, None])
    level = np.abs(system.value[who, product] - paid)
    return who[np.argsort(level, kind="stable")[:MOST]]
