"""Training and mentoring of the simulated businesses. It has no effect on their risk."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.rows import DAY, Ints
from features.sources import SUPPORT
from training.simulated.businesses import Businesses
from training.simulated.chunk import Chunk
from training.simulated.columns import HOUR, NONE, Parts, code, logistic, stacked

INVITED: Final = 0.35
"""Share of businesses invited to anything."""

A_YEAR: Final = (1.0, 6.0)
"""Events a year of those invited, from … to."""

PROGRAMMES: Final = ("bookkeeping", "entrepreneurship", "QRIS and marketplaces", "NIB", "export")
PROVIDERS: Final = ("simulated dinas", "simulated university", "simulated bank")
ACTIONS: Final = ("keep books for sixty days", "register an NIB", "take QRIS", "sell online")
FORMS: Final = {"class": (0.6, (3, 17)), "mentoring": (0.25, (1, 4)), "visit": (0.15, (1, 3))}
"""Form → its share of events, and hours, from … to before."""


def supported(world: Businesses, chunk: Chunk) -> Parts:
    """Return the events on record.

    Who comes, and who does what was agreed, follows the owner's discipline.
    """
    random = chunk.stream("support")
    invited = random.random(world.n) < INVITED
    rate = random.uniform(*A_YEAR, world.n) / 365
    happens = (random.random(world.sales.shape) < rate[:, None]) & world.on_record()
    owner, day = np.nonzero(happens & invited[:, None])
    m = owner.size
    shares, hours = zip(*FORMS.values(), strict=True)
    form = random.choice(len(FORMS), m, p=shares)
    codes = np.array([code(SUPPORT, "form", name) for name in FORMS])
    least, most = np.array(hours).T
    came = random.random(m) < logistic(1.0 + 0.5 * world.discipline[owner])
    agreed = came & (form > 0) & (random.random(m) < 1 / 2)
    with_proof = came & (form == 0) & (random.random(m) < 0.6)  # noqa: PLR2004  a share of classes
    began = day * DAY + random.integers(8, 14, m) * HOUR
    events = {
        "owner": owner,
        "occurred_at": began,
        "known_at": began + DAY,
        "programme": random.integers(0, len(PROGRAMMES), m),
        "provider": random.integers(0, len(PROVIDERS), m),
        "form": codes[form],
        "hours": 1000 * random.integers(least[form], most[form]),
        "attended": came.astype(np.int64),
        "certificate": with_proof.astype(np.int64),
        "action": np.where(agreed, random.integers(0, len(ACTIONS), m), NONE),
        "done_at": _done(world, owner, began, agreed, random),
    }
    return stacked([events])


def _done(
    world: Businesses, owner: Ints, began: Ints, agreed: np.ndarray, random: np.random.Generator
) -> Ints:
    """Return when what was agreed was seen done, one to nine weeks later, on record."""
    done = agreed & (random.random(owner.size) < logistic(0.7 * world.discipline[owner]))
    when = began + random.integers(7, 61, owner.size) * DAY
    return np.where(done & (when < (world.last[owner] + 1) * DAY), when, NONE)
