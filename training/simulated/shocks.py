"""What strikes the simulated businesses: shocks of their own, of their sector, of everyone."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.rows import Floats, Ints
from training.simulated.chunk import Chunk
from training.simulated.seasons import days_since_1970
from training.simulated.sectors import SECTORS

SHOCK_DAYS: Final = 21
SHOCK_SALES: Final = 0.35
FADE_DAYS: Final = 240
"""After its days at full depth a common shock fades evenly in so many days."""

YEAR: Final = 365

LOSERS: Final = 0.875 * 0.932
"""Share of firms whose sales fell: hit, and hit in their sales (BI, 2,970 UMKM; DOMAIN §4)."""

LOSSES: Final = (0.162, 0.400, 0.282, 0.156)
"""Of those, the shares that lost up to a quarter, a half, three quarters and all (same survey)."""

MOST_LOST: Final = 0.95


def own(exposure: Floats, days: int, random: np.random.Generator) -> Floats:
    """Return (n, days) what shocks leave of sales: 1, or `SHOCK_SALES` for `SHOCK_DAYS` days."""
    hit = random.random((exposure.size, days)) < exposure[:, None] / YEAR
    begun = np.cumsum(hit, axis=1)
    ended = np.zeros_like(begun)
    ended[:, SHOCK_DAYS:] = begun[:, :-SHOCK_DAYS]
    return np.where(begun > ended, SHOCK_SALES, 1.0)


def common(sector: Ints, day: Ints, chunk: Chunk) -> Floats:
    """Return (n, days) the logarithm of what the common shocks leave of sales; 0 is no shock.

    Args:
        sector: (n,) place in `SECTORS`.
        day: (n, days) days since 1970.
        chunk: whose scenario says when, for how long and how deep.
    """
    world = chunk.scenario
    losses = covid_losses(sector.size, chunk.stream("covid"))
    struck = np.equal(sector, list(SECTORS).index(world.sector_shock))
    covid = _course(day - days_since_1970(world.covid_from), world.covid_days)
    storm = _course(day - days_since_1970(world.sector_shock_from), world.sector_shock_days)
    kept: Floats = np.log1p(-world.covid_depth * losses[:, None] * covid)
    kept += np.log1p(-world.sector_shock_depth * struck[:, None] * storm)
    return kept


def covid_losses(n: int, random: np.random.Generator) -> Floats:
    """Return (n,) the share of sales each business loses at the depth of a shock like COVID-19."""
    quarter = random.choice(len(LOSSES), n, p=LOSSES)
    loss = np.minimum((quarter + random.random(n)) / len(LOSSES), MOST_LOST)
    return np.where(random.random(n) < LOSERS, loss, 0.0)


def _course(age: Ints, days: int) -> Floats:
    """Return how much of a shock's depth there is, 0 … 1, so many days after it began."""
    fading = 1 - np.maximum(age - days, 0) / FADE_DAYS
    return np.where(age < 0, 0.0, np.maximum(fading, 0.0))
