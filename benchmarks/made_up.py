"""Made-up businesses in memory, made from the declarations: so many rows of each source."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from features.rows import DAY, Columns, Ints
from features.sources import SOURCES
from features.table import Column, Table

AS_OF = 20_000 * DAY
MISSING, LATE, FLAGGED = 0.1, 0.05, 0.3
"""Shares of missing values where they may be, of records known a day late, of flags that are set.
"""

USUAL: Mapping[str, int] = {"payments": 2_000, "orders": 200, "bills": 100}
"""Source → how many rows a business has that sells well and keeps no books."""


def made_up(
    businesses: int, sizes: Mapping[str, int], seed: int
) -> tuple[Columns, dict[str, Columns]]:
    """Return one application of each business, and *sizes* rows of each source for each.

    Rows lie within two years before the application, in order of time across businesses.
    """
    random = np.random.default_rng(seed)
    names = hashes(np.arange(businesses))
    applications: dict[str, np.ndarray] = {
        "business_id": names,
        "as_of": np.full(businesses, AS_OF),
        "amount": random.integers(5, 100, businesses) * 1e6,
        "tenor_months": random.choice([6.0, 12.0, 24.0, 36.0], businesses),
    }
    owners = {source: np.repeat(names, size) for source, size in sizes.items()}
    return applications, {
        source: _rows(SOURCES[source], owner, random) for source, owner in owners.items()
    }


def mixed(numbers: Ints) -> NDArray[np.uint64]:
    """Return another number for each, all bits mixed, never the same for two (splitmix64)."""
    out = (numbers + 1).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    out = (out ^ (out >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    out = (out ^ (out >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return out ^ (out >> np.uint64(31))


def hashes(numbers: Ints) -> np.ndarray:
    """Return sixteen hexadecimal digits for each number, other digits for another number."""
    digits = mixed(numbers).astype(">u8").tobytes().hex().encode()
    return np.frombuffer(digits, dtype="S16").astype(np.str_)


def _rows(table: Table, owner: np.ndarray, random: np.random.Generator) -> Columns:
    occurred_at = np.sort(AS_OF - random.integers(1, 730 * DAY, owner.size))
    random.shuffle(owner)
    placed = {
        table.key: hashes(np.arange(owner.size)),
        "business_id": owner,
        "occurred_at": occurred_at,
        "known_at": occurred_at + (random.random(owner.size) < LATE) * DAY,
    }
    return {
        column.name: placed[column.name]
        if column.name in placed
        else _values(column, occurred_at, random)
        for column in table.columns
    }


def _values(column: Column, occurred_at: Ints, random: np.random.Generator) -> np.ndarray:
    size = occurred_at.size
    gone = (random.random(size) < MISSING) & (column.missing is not None)
    if column.kind == "text":
        return np.where(gone, "", hashes(random.integers(0, max(size // 10, 1), size)))
    make: dict[str, Callable[[], np.ndarray]] = {
        "category": lambda: random.integers(0, len(column.values) or 1, size),
        "flag": lambda: random.random(size) < FLAGGED,
        "time": lambda: occurred_at + random.integers(1, 30, size) * DAY,
        "money": lambda: np.round(random.lognormal(12, 1, size)),
        "count": lambda: random.integers(column.least or 0, (column.most or 30) + 1, size),
        "quantity": lambda: random.integers(1, 400, size) / 4,
    }
    return np.where(gone, np.nan, make[column.kind]().astype(np.float64))
