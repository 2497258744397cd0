"""What the simulated businesses state of themselves."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from features.places import KECAMATAN
from features.rows import DAY, Ints
from features.sources import PROFILE
from training.simulated.adoption import NEVER
from training.simulated.businesses import Businesses
from training.simulated.chunk import Chunk
from training.simulated.columns import HOUR, NONE, Parts, code, stacked
from training.simulated.seasons import days_since_1970
from training.simulated.sectors import SECTORS

YEARS: Final = (1.3, 3.5)
"""Shape, and scale in years, of the gamma distribution of the time before the first record."""

MOST_YEARS: Final = 40
NIB_REACH, NIB_MIDDLE, NIB_SCALE = 0.6, days_since_1970(date(2024, 1, 1)), 400.0
EARLIER: Final = 0.3
"""Share of businesses with an earlier statement, at the beginning of their records."""

NOT_STATED: Final = 0.05
WORDS: Final = {
    "sector": [sector.kbli for sector in SECTORS.values()],
    "kecamatan": list(KECAMATAN),
}


def stated(world: Businesses, chunk: Chunk) -> Parts:
    """Return a statement of each business shortly before it applies, and an earlier one of some."""
    random = chunk.stream("profiles")
    n = world.n
    years = np.minimum(random.gamma(*YEARS, n), MOST_YEARS)
    began = world.first - 1 - np.rint(365 * years).astype(np.int64)
    staff = 1 + random.poisson(0.8 * np.sqrt(world.daily_sales / 600e3))
    u = random.random(n)
    odds = np.where(u < NIB_REACH, u / np.maximum(NIB_REACH - u, 1e-9), 1.0)
    licensed = np.floor(NIB_MIDDLE + NIB_SCALE * np.log(odds)).astype(np.int64)
    licensed = np.where(u < NIB_REACH, licensed, NEVER)
    traits = {"began": began, "staff": staff, "licensed": licensed}
    lately = world.as_of_column - random.integers(1, 46, n)
    hired = random.random(n) < EARLIER
    earlier = np.nonzero((random.random(n) < EARLIER) & (world.first < lately))[0]
    fewer = {**traits, "staff": np.maximum(staff - hired, 1)}
    return stacked(
        [
            _statement(world, np.arange(n), lately, traits, random),
            _statement(world, earlier, world.first[earlier], fewer, random),
        ]
    )


def _statement(
    world: Businesses, owner: Ints, day: Ints, traits: Parts, random: np.random.Generator
) -> Parts:
    """Return one statement of each of the owners; some leave a question out."""
    silent = random.random((3, owner.size)) < NOT_STATED
    sector = np.where(silent[2], NONE, world.sector[owner])
    return {
        "owner": owner,
        "occurred_at": day * DAY + 9 * HOUR,
        "started_at": np.where(silent[0], NONE, traits["began"][owner] * DAY),
        "sector": sector,
        "sector_scheme": np.where(silent[2], NONE, code(PROFILE, "sector_scheme", "kbli2020")),
        "kecamatan": world.kecamatan[owner],
        "employees": np.where(silent[1], NONE, traits["staff"][owner]),
        "nib": (traits["licensed"][owner] <= world.origin[owner] + day).astype(np.int64),
    }
