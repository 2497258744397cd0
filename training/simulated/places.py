"""How the simulated businesses spread over the fifteen kecamatan of Batang."""

from __future__ import annotations

import numpy as np

from features.places import KECAMATAN
from features.rows import Floats, Ints
from training.simulated.sectors import SECTORS


def chances() -> Floats:
    """Return (sectors, kecamatan): where a business of each sector lies; rows add up to 1.

    In proportion to the inhabitants times the sector's affinity to the place.
    """
    weight = np.array(
        [
            [place.people * s.places.get(place.name, s.elsewhere) for place in KECAMATAN.values()]
            for s in SECTORS.values()
        ],
        dtype=np.float64,
    )
    share: Floats = weight / weight.sum(axis=1, keepdims=True)
    return share


def settled(sector: Ints, random: np.random.Generator) -> Ints:
    """Return (n,) the place of each business in `KECAMATAN`, by its sector."""
    upto = np.cumsum(chances(), axis=1)[sector]
    place = np.count_nonzero(random.random((sector.size, 1)) >= upto, axis=1)
    return np.asarray(np.minimum(place, len(KECAMATAN) - 1), dtype=np.int64)
