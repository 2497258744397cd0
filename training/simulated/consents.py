"""Which sources of a simulated business were collected, and to what it consented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from features.records import CONSENTS, PURPOSES
from features.rows import DAY, Flags
from features.sources import SOURCES
from training.simulated.businesses import Businesses
from training.simulated.chunk import Chunk
from training.simulated.columns import HOUR, NONE, WIB, Parts, code, stacked
from training.simulated.scenario import OBSERVED
from training.simulated.seasons import days_since_1970

GRANTED_DAYS: Final = (1, 61)
"""A consent is granted so many days before the application, from … to before."""

GRANTED: Final = {"scoring": 1.0, "sharing": 0.97, "referral": 0.85, "model_improvement": 0.97}
"""Purpose → share of businesses that consent; the audit's share is the scenario's."""

GROUPS_GRANTED: Final = 0.8
"""Share of businesses that let a programme count their owner's groups."""

WITHDRAWN_DAYS: Final = 366
"""A consent that is withdrawn is so within so many days of its grant."""


def collected(world: Businesses, chunk: Chunk) -> dict[str, Flags]:
    """Return source → (n,) whether what there is of it was collected, drawn apart from risk."""
    u = chunk.stream("collected").random((len(SOURCES), world.n))
    rates = chunk.scenario
    missing = [float(getattr(rates, f"missing_{name}")) for name in SOURCES]
    return {name: u[i] >= missing[i] for i, name in enumerate(SOURCES)}


def consented(world: Businesses, sources: Mapping[str, Parts], chunk: Chunk) -> Parts:
    """Return the consents: one for each source in the data set, but for a few, and for purposes.

    A few are withdrawn later, most of them after the application.

    Args:
        world: the businesses.
        sources: every source, as it was collected.
        chunk: whose scenario gives the rates.
    """
    random, rates = chunk.stream("consents"), chunk.scenario
    agreed = {}
    for name in SOURCES:
        present = np.bincount(sources[name]["owner"], minlength=world.n) > 0
        agreed[name] = present & (random.random(world.n) >= rates.refused_source)
    granted = {**GRANTED, "fairness_audit": rates.audit_consent}
    agreed |= {name: random.random(world.n) < granted[name] for name in PURPOSES if name in granted}
    # Purposes of a later day have a stream of their own, so that all else stays as it was.
    later = chunk.stream("programme groups")
    of_groups = {"programme_groups": later.random(world.n) < GROUPS_GRANTED}
    return stacked([_given(agreed, world, chunk, random), _given(of_groups, world, chunk, later)])


def _given(
    agreed: Mapping[str, Flags], world: Businesses, chunk: Chunk, random: np.random.Generator
) -> Parts:
    """Return a consent for each scope → (n,) of those who agreed to it; some are withdrawn."""
    place, owner = np.nonzero(np.stack(list(agreed.values())))
    scope = np.array([code(CONSENTS, "scope", name) for name in agreed])[place]
    day = world.as_of_column - random.integers(*GRANTED_DAYS, owner.size)
    at = day * DAY + random.integers(8 * HOUR, 17 * HOUR, owner.size)
    gone = at + random.integers(1, WITHDRAWN_DAYS, owner.size) * DAY
    watched = (days_since_1970(OBSERVED) - world.origin[owner]) * DAY - WIB
    back = (random.random(owner.size) < chunk.scenario.withdrawn) & (gone < watched)
    return {
        "owner": owner,
        "occurred_at": at,
        "granted_at": at,
        "scope": scope,
        "withdrawn_at": np.where(back, gone, NONE),
    }
