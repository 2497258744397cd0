"""The fifteen kecamatan of Batang, and how the simulated businesses spread over them."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from features.rows import Floats, Ints
from training.simulated.sectors import SECTORS


class Kecamatan(NamedTuple):
    """A kecamatan: its name, and its inhabitants in thousands, census 2020."""

    name: str
    people: int


KECAMATAN: Final = {
    "3325010": Kecamatan("Wonotunggal", 38),
    "3325020": Kecamatan("Bandar", 72),
    "3325030": Kecamatan("Blado", 46),
    "3325040": Kecamatan("Reban", 40),
    "3325050": Kecamatan("Bawang", 56),
    "3325060": Kecamatan("Tersono", 40),
    "3325070": Kecamatan("Gringsing", 63),
    "3325080": Kecamatan("Limpung", 44),
    "3325081": Kecamatan("Banyuputih", 37),
    "3325090": Kecamatan("Subah", 53),
    "3325091": Kecamatan("Pecalungan", 33),
    "3325100": Kecamatan("Tulis", 39),
    "3325101": Kecamatan("Kandeman", 55),
    "3325110": Kecamatan("Batang", 134),
    "3325120": Kecamatan("Warungasem", 53),
}
"""BPS code → kecamatan."""


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
