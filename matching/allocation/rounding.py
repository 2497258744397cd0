"""From prices to whole loans: each application draws its choice, and what is left over is filled.

At the prices that solve the linear programme many choices are worth almost the same, and
only together, each taken so often, do they use the limits up. So each application draws
among its own, as often as the smoothed solution takes them, and keeps what there is room
for. Then whoever is left takes what still has room, the most worth first, and at the end
whoever can moves to a cheaper product.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from matching.allocation.pool import Floats, Ints
from matching.allocation.system import System

SEED: Final = 20261126
"""Of the draw, which is the same each time: who counts just as much is drawn by lot."""

SMOOTHING: Final = 1e-4
"""How near to the best a choice must be to be drawn often, in units of the mean value."""


class Filling:
    """An allocation being filled, and the room it leaves; nothing is taken that breaks a row.

    Args:
        system: what is solved.
        chosen: (n) where it starts; nobody has anything where it is not given.
    """

    def __init__(self, system: System, chosen: Ints | None = None) -> None:
        self.system = system
        nobody = np.full(len(system.value), -1, dtype=np.int64)
        self.chosen = nobody if chosen is None else chosen.copy()
        self.room = system.room(self.chosen)
        self._weight = np.ascontiguousarray(system.weight.T)
        self._about = np.vstack([system.about.T, np.zeros(len(system.rows), dtype=bool)])

    def first_with_room(self, i: int, products: Ints) -> int:
        """Return the first of some products that *i* can have instead of its own; -1 for none."""
        more = self._about[products].astype(np.int64) - self._about[self.chosen[i]]
        change = more * self._weight[i]
        possible = ((change <= self.room) | (change <= 0)).all(axis=1)
        place = int(possible.argmax()) if len(products) else 0
        return int(products[place]) if possible[place : place + 1].any() else -1

    def put(self, i: int, product: int) -> None:
        """Give application *i* a product, or nothing (-1), instead of what it has."""
        more = self._about[product].astype(np.int64) - self._about[self.chosen[i]]
        self.room -= more * self._weight[i]
        self.chosen[i] = product


def rounded(system: System, prices: Floats) -> Ints:
    """Return (n) the product of each application, -1 for none, by the draw and what it leaves.

    Every row that holds for nobody served holds for the answer. A minimum may be missed; then
    `matching.allocation.mending` is to bring it about.
    """
    filling = Filling(system)
    everyone = system.choosing
    net = system.net(prices, everyone)
    order = np.argsort(-net.max(axis=1, initial=-np.inf), kind="stable")
    drawn = _drawn(net)
    for place in order[drawn[order] >= 0].tolist():
        i, j = int(everyone[place]), drawn[place : place + 1]
        filling.put(i, filling.first_with_room(i, j))
    fill(filling, everyone[order], net[order])
    return filling.chosen


def fill(filling: Filling, order: Ints, net: Floats) -> None:
    """Give everybody in turn the best that there is room for, until nobody finds any more.

    Args:
        filling: what is filled.
        order: applications, who comes first first.
        net: their choices' worth net of prices, the row of each in the same order.
    """
    best = np.argsort(-net, axis=1, kind="stable")
    fitting = np.isfinite(net).sum(axis=1).tolist()
    served = True
    while served:
        served = False
        for place in np.flatnonzero(filling.chosen[order] < 0).tolist():
            i = int(order[place])
            product = filling.first_with_room(i, best[place, : fitting[place]])
            if product >= 0:
                filling.put(i, product)
                served = True


def cheapened(system: System, chosen: Ints) -> Ints:
    """Return the allocation after whoever can has moved to a product worth more, or joined.

    Of one application the products differ in worth only by what they cost the borrower, so nobody
    is left who could have had a cheaper one, or any at all, without another losing theirs.
    """
    filling = Filling(system, chosen)
    everyone = system.choosing
    value = system.value[everyone]
    best = np.argsort(-value, axis=1, kind="stable")
    held = filling.chosen[everyone]
    now = np.where(held < 0, 0.0, value[np.arange(len(everyone)), held])
    better = [best[place, : int((row > now[place]).sum())] for place, row in enumerate(value)]
    moved = True
    while moved:
        moved = False
        for place, i in enumerate(everyone.tolist()):
            product = filling.first_with_room(i, better[place])
            if product >= 0:
                filling.put(i, product)
                worth = value[place, product]
                better[place] = best[place, : int((value[place] > worth).sum())]
                moved = True
    return filling.chosen


def _drawn(net: Floats) -> Ints:
    """Return the choice that each application draws, -1 for none."""
    best = np.maximum(net.max(axis=1, initial=0), 0)
    often = np.exp((net - best[:, None]) / SMOOTHING)
    whole = often.sum(axis=1) + np.exp(-best / SMOOTHING)
    lot = np.random.default_rng(SEED).random(len(net)) * whole
    place = (np.cumsum(often, axis=1) < lot[:, None]).sum(axis=1)
    return np.where(place < net.shape[1], place, -1)
