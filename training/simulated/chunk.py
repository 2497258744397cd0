"""A chunk: the businesses drawn together, and the random streams they are drawn from."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from training.simulated.scenario import USUAL, Scenario

CHUNK: Final = 250
"""Businesses drawn together; their draws depend on nothing but what `Chunk` holds."""

MONTH_DAYS: Final = 30


@dataclass(frozen=True)
class Chunk:
    """What the draws of a chunk depend on.

    Args:
        seed: of every random choice, 0 or more.
        number: of the chunk, from 0; business k stands in chunk k ÷ `CHUNK`.
        months: the longest history before an application, in months of thirty days.
        scenario: what was set about the world.
        wanted: how many of its businesses the tables hold; it changes no draw.
    """

    seed: int
    number: int
    months: int
    scenario: Scenario = field(default=USUAL)
    wanted: int = CHUNK

    @property
    def window(self) -> int:
        """Return the longest history in days."""
        return self.months * MONTH_DAYS

    def stream(self, use: str) -> np.random.Generator:
        """Return the random stream of one use.

        A use has its own stream, so a source added later leaves the others' draws as they are.
        """
        return np.random.default_rng([self.seed, self.number, zlib.crc32(use.encode())])
