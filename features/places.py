"""The fifteen kecamatan of Batang, by the code of the statistics office (BPS)."""

from __future__ import annotations

from typing import Final, NamedTuple


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
