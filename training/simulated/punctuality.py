"""How punctually the simulated businesses pay what falls due.

Late or not, and how late, is one draw against the strain on the business: its
buffer, its health on the day, and the owner's discipline.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from features.rows import DAY, Floats, Ints
from training.simulated.businesses import Businesses

EASE: Final = 1.8
"""Log-odds of punctuality where there is no strain."""

LATE_DAYS, MOST_DAYS = 5.0, 90
"""Median days late at one unit of excess, and the most."""


def strain(world: Businesses, owner: Ints, day: Ints) -> Floats:
    """Return (m,) the strain on businesses on days: log-odds of paying late, above `EASE`."""
    health = world.health_on(owner, day)
    return 0.6 * world.thinness[owner] - 2.0 * health - 0.7 * world.discipline[owner]


def paid_at(
    world: Businesses, owner: Ints, due: Ints, early: int, random: np.random.Generator
) -> Ints:
    """Return (m,) the clocks at which what is due is paid.

    With X = strain - `EASE` + a standard logistic draw: where X > 0 it is paid
    5 X · exp(N/2) days late, at most 90; otherwise up to *early* days before it is due.
    """
    excess = strain(world, owner, due // DAY) - EASE + random.logistic(size=owner.size)
    late = LATE_DAYS * np.maximum(excess, 0) * np.exp(random.standard_normal(owner.size) / 2)
    late_days = np.ceil(np.minimum(late, MOST_DAYS))
    on_time = -random.uniform(0, early, owner.size)
    return due + (np.where(excess > 0, late_days, on_time) * DAY).astype(np.int64)
