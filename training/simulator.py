"""The simulator: businesses, their records and loans of a made-up Batang, chunk by chunk.

It makes data to try the pipeline on, and no statement about the real place;
docs/simulator.md gives every mechanism and every assumption. Memory holds one
chunk, whatever the number of businesses; `training.simulating` writes a data set.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from features.errors import BadInput
from training.simulated.chunk import CHUNK, Chunk
from training.simulated.scenario import USUAL, Scenario
from training.simulated.tables import tables

LEAST_MONTHS: Final = 3


def simulate(
    businesses: int, months: int, seed: int, scenario: Scenario = USUAL
) -> Iterator[dict[str, pl.DataFrame]]:
    """Simulate businesses, each with one application, and yield their tables chunk by chunk.

    Yields every table of `features.records.TABLES`, as declared, and ``truth``, which is not a
    source of records: of each application the probability of default, whether it was financed,
    whether it goes bad (or would have), and what was planted in it. A business is the same however
    many are simulated beside it.

    Args:
        businesses: how many, at least 1.
        months: the longest history before an application, in months of 30 days, at least 3.
        seed: 0 or more; the same seed gives the same bytes.
        scenario: what was set about the world.

    Raises:
        BadInput: one of the first three is too small (``bad-simulation``).
    """
    return (tables(chunk) for chunk in chunks(businesses, months, seed, scenario))


def chunks(businesses: int, months: int, seed: int, scenario: Scenario) -> Iterator[Chunk]:
    """Yield the chunks that `simulate` draws; raises as it does."""
    if businesses < 1 or months < LEAST_MONTHS or seed < 0:
        raise BadInput(
            found=f"{businesses} businesses, {months} months, seed {seed}",
            expected=f"at least 1 business, {LEAST_MONTHS} months and seed 0",
            hint="Ask for more.",
            code="bad-simulation",
        )
    return (
        Chunk(seed, number, months, scenario, min(CHUNK, businesses - number * CHUNK))
        for number in range(-(-businesses // CHUNK))
    )
