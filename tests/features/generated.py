"""Cases made up from the declarations, so that a new column needs nothing here.

Hypothesis draws a seed, and the case follows from it. To draw every value by itself would
leave Hypothesis repeating a few rows, and features of months and windows would seldom come
to a value.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from typing import Any

from hypothesis import strategies as st

from features.sources import SOURCES
from features.table import Column, Table
from tests.features.cases import AS_OF, EDGES, Case, ask
from tests.features.oracle.words import DAY, MONTH, Application, Row

BUSINESSES = ("b", "a", "ba")
SHIFTS = (-1, 0, 0, 1)
DELAYS = (0, 0, 0, 0, 1, DAY, 7 * DAY, 8 * DAY, 30 * DAY, 400 * DAY)
WITHIN = (30, 92, 180, 365, 730, 730)
"""Days within which all rows of a source may lie, so that windows are full."""


def _case(seed: int, sources: Collection[str], most: int) -> Case:
    """Make up a case: a few applications, and up to *most* rows of each source."""
    chance = random.Random(seed)  # noqa: S311  it makes up test data
    silent = chance.choice((0.0, 0.1, 0.5))
    asks: list[Application] = [
        ask(
            chance.choice((1, 10**6, chance.randint(1, 500_000_000))),
            chance.randint(1, 60),
            chance.choice((*BUSINESSES, *BUSINESSES, "none")),
            AS_OF - chance.choice((0, 0, 1, 30 * DAY, 45 * DAY)),
        )
        for _ in range(chance.randint(0, 6))
    ]
    sizes = {s: chance.choice((0, 1, 4, most // 2, most, most, most)) for s in sources}
    return Case(asks, {s: _rows(chance, SOURCES[s], size, silent) for s, size in sizes.items()})


def _rows(chance: random.Random, table: Table, size: int, silent: float) -> list[Row]:
    """Make up rows of a source; *silent* is the chance that a column is missing in all."""
    gone = {c.name for c in table.columns if c.missing is not None and chance.random() < silent}
    within = chance.choice(WITHIN)
    owners = chance.choice((BUSINESSES, BUSINESSES[:1], BUSINESSES[1:2]))
    favourite = {c.name: chance.choice((*c.values, None)) for c in table.columns}
    names = chance.sample(range(10 * size), size)
    rows = []
    for name in names:
        occurred_at = AS_OF - _age(chance, within)
        row: Row = {
            table.key: str(name),
            "business_id": chance.choice(owners),
            "occurred_at": occurred_at,
            "known_at": occurred_at + chance.choice(DELAYS),
        }
        for column in table.columns:
            if column.name not in row:
                missing = column.missing is not None and chance.random() < 1 / 4
                stated = _value(chance, column, occurred_at, favourite[column.name])
                row[column.name] = None if missing or column.name in gone else stated
        rows.append(row)
    return rows


def _age(chance: random.Random, within: int) -> int:
    """Return an age: on an edge, a whole number of months, or anywhere, even ahead."""
    return chance.choice(
        (
            chance.choice([days for days in EDGES if days <= within]) * DAY + chance.choice(SHIFTS),
            chance.randint(0, max(1, within // 30)) * MONTH,
            chance.randint(0, within * DAY),
            chance.randint(0, within * DAY),
            chance.randint(-10 * DAY, 740 * DAY),
        )
    )


def _value(chance: random.Random, column: Column, occurred_at: int, favourite: str | None) -> Any:
    least = column.least or 0
    if column.kind == "category":
        return chance.choice((favourite or chance.choice(column.values), *column.values))
    if column.kind == "time":
        return _moment(chance, occurred_at)
    most = 200 if column.most is None else column.most
    lowest = -1_000_000 if column.least is None else 0
    return {
        "text": chance.choice(("x", "y", "xy", "z")),
        "flag": chance.random() < 1 / 2,
        "quantity": chance.randint(0, 4_000) / 4,
        "count": chance.choice((least, chance.randint(least, most))),
        "money": chance.choice((0, 1, chance.randint(lowest, 9_000_000), 50_000)),
    }[column.kind]


def _moment(chance: random.Random, occurred_at: int) -> int:
    """Return an instant; few of them, so that what is due and what is paid often meet."""
    shift = chance.choice(SHIFTS)
    return chance.choice(
        (
            AS_OF + shift,
            occurred_at + chance.choice((0, 10, 14, 30)) * DAY + shift,
            occurred_at + chance.choice((0, 10, 14, 30)) * DAY + shift,
            AS_OF - chance.choice((-45, 10, 20, 40, 100)) * DAY,
            AS_OF - chance.randint(-100 * DAY, 3_000 * DAY),
        )
    )


def cases(sources: Collection[str] = ("payments",), most: int = 60) -> st.SearchStrategy[Case]:
    """Return a strategy of some applications, and up to *most* rows of each source."""
    return st.integers(0, 2**64).map(lambda seed: _case(seed, sources, most))


everything = cases(tuple(SOURCES), 25)
"""Cases with rows of every source."""
