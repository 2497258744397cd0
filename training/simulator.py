"""The simulator: businesses, payments and loans of a made-up Batang, chunk by chunk.

It makes data to try the pipeline on, and no statement about the real place;
docs/simulator.md gives every mechanism and every assumption. Memory holds one
chunk, whatever the number of businesses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from features.errors import BadInput
from features.records import PROTECTED
from training.simulated_account import payments
from training.simulated_businesses import CHUNK, Businesses, draw, stream
from training.simulated_columns import business_ids, texts
from training.simulated_loans import applications, lend, outcomes, truth

LEAST_MONTHS: Final = 3
NOT_TOLD_SHARE: Final = 0.02

KECAMATAN: Final = {
    "3325010": 38,  # Wonotunggal
    "3325020": 72,  # Bandar
    "3325030": 46,  # Blado
    "3325040": 40,  # Reban
    "3325050": 56,  # Bawang
    "3325060": 40,  # Tersono
    "3325070": 63,  # Gringsing
    "3325080": 44,  # Limpung
    "3325081": 37,  # Banyuputih
    "3325090": 53,  # Subah
    "3325091": 33,  # Pecalungan
    "3325100": 39,  # Tulis
    "3325101": 55,  # Kandeman
    "3325110": 134,  # Batang
    "3325120": 53,  # Warungasem
}
"""BPS code → inhabitants in thousands, census 2020."""


def simulate(businesses: int, months: int, seed: int) -> Iterator[dict[str, pl.DataFrame]]:
    """Simulate businesses, each with one application, and yield their tables chunk by chunk.

    Yields dictionaries with ``payments``, ``applications``, ``outcomes`` and ``protected`` as
    declared in `features.records`, and ``truth`` (``application_id``,
    ``probability_of_default``), which is not a source of records. A business is the same however
    many are simulated beside it.

    Args:
        businesses: how many, at least 1.
        months: the longest history before an application, in months of 30 days, at least 3.
        seed: 0 or more; the same seed gives the same bytes.

    Raises:
        BadInput: one of the three is too small (``bad-simulation``).
    """
    if businesses < 1 or months < LEAST_MONTHS or seed < 0:
        raise BadInput(
            found=f"{businesses} businesses, {months} months, seed {seed}",
            expected=f"at least 1 business, {LEAST_MONTHS} months and seed 0",
            hint="Ask for more.",
            code="bad-simulation",
        )
    return (
        _tables(seed, chunk, months, min(CHUNK, businesses - chunk * CHUNK))
        for chunk in range(-(-businesses // CHUNK))
    )


def _tables(seed: int, chunk: int, months: int, wanted: int) -> dict[str, pl.DataFrame]:
    """Return the tables of the first *wanted* businesses of a chunk."""
    world = draw(seed, chunk, months)
    loans = lend(world, seed, chunk)
    ids = business_ids(world.number)[:wanted]
    return {
        "payments": payments(world, seed, chunk).filter(pl.col("business_id") <= ids[-1]),
        "applications": applications(world, loans).head(wanted),
        "outcomes": outcomes(world, loans, seed, chunk).head(wanted),
        "protected": _protected(world, stream(seed, chunk, "protected")).head(wanted),
        "truth": truth(world, loans).head(wanted),
    }


def _protected(world: Businesses, random: np.random.Generator) -> pl.DataFrame:
    """Return what only the audit may see, drawn apart from risk; a few have not told."""
    n = world.number.size
    people = np.array(list(KECAMATAN.values()), dtype=np.float64)
    gender, place = random.integers(0, 2, n), random.choice(people.size, n, p=people / people.sum())
    born = pl.Series(random.integers(1956, 2004, n))
    silent = random.random((2, n)) < NOT_TOLD_SHARE
    return pl.DataFrame(
        {
            "business_id": business_ids(world.number),
            "gender": texts(PROTECTED, "gender", np.where(silent[0], -1, gender)),
            "birth_year": born.set(pl.Series(silent[1]), None),
            "kecamatan": pl.Series(list(KECAMATAN)).gather(place),
        }
    )
