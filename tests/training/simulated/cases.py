"""Simulated tables, made once for all tests, and small worlds to look into."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import numpy as np
import polars as pl

from training.simulated.businesses import Businesses, draw
from training.simulated.chunk import CHUNK, Chunk
from training.simulated.scenario import Scenario
from training.simulated.sectors import SECTORS
from training.simulator import simulate

BUSINESSES, MONTHS, SEED = 3000, 12, 7
WIB = timedelta(hours=7)

Tables = dict[str, pl.DataFrame]


def together(businesses: int, months: int, seed: int, scenario: Scenario | None = None) -> Tables:
    """Return the tables of all chunks, one after another."""
    chunks = list(simulate(businesses, months, seed, scenario or Scenario()))
    return {name: pl.concat([chunk[name] for chunk in chunks]) for name in chunks[0]}


@cache
def tables() -> Tables:
    """Return the tables of `BUSINESSES` businesses under the usual scenario."""
    return together(BUSINESSES, MONTHS, SEED)


@cache
def changed(businesses: int, **settings: object) -> Tables:
    """Return the tables of fewer months under a scenario with some settings changed."""
    return together(businesses, 6, SEED, Scenario.model_validate(settings))


def worlds(chunks: int, months: int = MONTHS) -> list[tuple[Businesses, Chunk]]:
    """Return what is latent in the first chunks of `tables`."""
    every = [Chunk(SEED, number, months) for number in range(chunks)]
    return [(draw(chunk), chunk) for chunk in every]


@cache
def sectors() -> pl.DataFrame:
    """Return the sector of each business of `tables`."""
    names = np.array(list(SECTORS))
    codes = np.concatenate([world.sector for world, _ in worlds(BUSINESSES // CHUNK)])
    ids = [f"b{number:07d}" for number in range(BUSINESSES)]
    return pl.DataFrame({"business_id": ids, "sector": names[codes]})


def share_error(share: float, n: int) -> float:
    """Return four standard errors of a share of n."""
    return float(4 * np.sqrt(share * (1 - share) / n))
