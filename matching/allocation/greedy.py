"""What is done without a solver: in turn, everyone the cheapest product that has room."""

from __future__ import annotations

from typing import Final

import numpy as np

from matching.allocation.pool import Floats, Ints
from matching.allocation.rounding import Filling, fill
from matching.allocation.system import System

LIGHTEST: Final = 1e-9
"""What who weighs nothing is taken to weigh."""


def greedy(system: System) -> Ints:
    """Return (n) the product of each application, -1 for none, within the same rows.

    Who is worth the most comes first, or who is worth the most for what they weigh: the better of
    the two. Everyone takes the cheapest product that has room, and who found none while a floor
    held them back tries again. Minimums are met or missed by chance.
    """
    everyone = system.choosing
    value = system.value[everyone]
    most = value.max(axis=1, initial=-np.inf)
    heavy = np.maximum(system.scaled[:, everyone], 0).sum(axis=0)
    orders = (most, most / np.maximum(heavy, LIGHTEST))
    return max((_in_order(system, order) for order in orders), key=system.worth)


def _in_order(system: System, first: Floats) -> Ints:
    everyone = system.choosing
    order = np.argsort(-first, kind="stable")
    filling = Filling(system)
    fill(filling, everyone[order], system.value[everyone][order])
    return filling.chosen
