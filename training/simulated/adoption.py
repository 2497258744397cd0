"""When the simulated businesses began to take QRIS, and to sell on a marketplace.

Adoption follows a logistic curve in calendar time over businesses; from its own
day on, a business's share of sales by the new way rises along a logistic curve
of its own. Adoption is drawn apart from risk: not to have a source says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from features.rows import Floats, Ints
from training.simulated.businesses import Businesses
from training.simulated.chunk import Chunk
from training.simulated.seasons import days_since_1970
from training.simulated.sectors import of_sectors

QRIS_FROM: Final = days_since_1970(date(2019, 8, 17))
"""QRIS was launched in August 2019."""

QRIS_MIDDLE: Final = days_since_1970(date(2023, 7, 1))
QRIS_REACH: Final = 0.85
QRIS_SCALE: Final = 300.0
ONLINE_MIDDLE: Final = days_since_1970(date(2023, 1, 1))
ONLINE_SCALE: Final = 400.0
RISE_DAYS: Final = 90.0
NEVER: Final = days_since_1970(date(2200, 1, 1))


@dataclass(frozen=True)
class Adoption:
    """Who took up what, (n,) each.

    Args:
        qris_day: the day QRIS was taken up, days since 1970; `NEVER` where it was not.
        qris_most: the share of sales by QRIS in the end.
        online_day: the day the business came to a marketplace, likewise.
        online_most: the share of sales made there in the end.
    """

    qris_day: Ints
    qris_most: Floats
    online_day: Ints
    online_most: Floats


def adopted(world: Businesses, chunk: Chunk) -> Adoption:
    """Draw when each business took up QRIS and the marketplace, and how far it goes."""
    random = chunk.stream("adoption")
    n = world.n
    reach = of_sectors("online")[world.sector]
    return Adoption(
        qris_day=np.maximum(
            _day(np.full(n, QRIS_REACH), QRIS_MIDDLE, QRIS_SCALE, random), QRIS_FROM
        ),
        qris_most=0.75 * random.beta(2.5, 3.5, n),
        online_day=_day(reach, ONLINE_MIDDLE, ONLINE_SCALE, random),
        online_most=0.05 + 0.5 * random.beta(1.5, 3.0, n),
    )


def _day(reach: Floats, middle: int, scale: float, random: np.random.Generator) -> Ints:
    """Return (n,) days; up to day t the share reach · logistic((t - middle) ÷ scale) adopted."""
    u = random.random(reach.size)
    late = u >= reach
    odds = np.where(late, 1.0, u / np.where(late, 1.0, reach - u))
    day = np.floor(middle + scale * np.log(odds)).astype(np.int64)
    return np.where(late, NEVER, day)


def risen(adopted_on: Ints, day: Ints) -> Floats:
    """Return how far a business has come from its adoption on, 0 before, towards 1.

    The upper half of a logistic curve: 2 ÷ (1 + exp(-age ÷ `RISE_DAYS`)) - 1.
    """
    age = np.maximum(day - adopted_on, 0)
    share: Floats = 2 / (1 + np.exp(-age / RISE_DAYS)) - 1
    return share


def online_share(world: Businesses, adoption: Adoption) -> Floats:
    """Return (n, days) the share of true sales made on the marketplace."""
    day = world.origin[:, None] + np.arange(world.days)
    return adoption.online_most[:, None] * risen(adoption.online_day[:, None], day)
