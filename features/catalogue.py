"""The catalogue: every feature a model may see, in order, with a fingerprint.

A model carries the fingerprint it was trained with; a service whose catalogue
has another one refuses to score with it. The fingerprint covers what is
declared and what is computed: the declarations, and the values of every feature
on a fixed probe, so a change in a kernel shows as surely as a change of name.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Sequence

import numpy as np

from features import (
    asked,
    balances,
    bills,
    books,
    cashflow,
    credit,
    invoices,
    orders,
    profile,
    season,
    support,
)
from features.feature import Feature
from features.known import Known, known_at_application
from features.rows import DAY, Columns, Floats, Ints
from features.sources import PAYMENTS, SOURCES
from features.table import Column, Table

MODULES = (
    cashflow,
    season,
    balances,
    orders,
    bills,
    books,
    invoices,
    credit,
    support,
    profile,
    asked,
)
"""The modules of features, in the order of the catalogue."""

FEATURES: tuple[Feature, ...] = tuple(
    value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, Feature) and value.compute.__module__ == module.__name__
)

ROWS, PROBED = 400, 800 * DAY
"""How many rows of each source the probe has, and when it asks."""

NAMES = tuple(feature.name for feature in FEATURES)


def compute(known: Known, among: Sequence[Feature] = FEATURES) -> Floats:
    """Return the feature vectors, (n, number of features), in the order of *among*; NaN missing.

    Missing is also where there is nothing to divide by; no value is infinite.
    """
    vectors, told = np.full((known.n, len(among)), np.nan), known.told
    for place, feature in enumerate(among):
        if not feature.sources or not told.isdisjoint(feature.sources):
            vectors[:, place] = feature.compute(known)
    return vectors


@functools.cache
def fingerprint() -> str:
    """Return the catalogue's fingerprint: 16 hexadecimal digits."""
    values = [[f"{v:.9g}" for v in row] for row in compute(_probe(), FEATURES).tolist()]
    declared = [
        [f.name, f.unit, f.low, f.high, f.direction, f.reason, f.missing, f.days_to_change]
        for f in FEATURES
    ]
    text = json.dumps([declared, values], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _probe() -> Known:
    """Return applications with made-up records: one that saves, one that spends, and none.

    Each asks at three instants, so that what is rare happens before one of them.
    """
    asked = np.arange(9)
    applications = {
        "business_id": np.array(["a", "b", "c"])[asked % 3],
        "as_of": PROBED - asked // 3 * 50 * DAY,
        "amount": np.array([5_000_000.0, 20_000_000.0, 1_000_000.0])[asked % 3],
        "tenor_months": np.array([12.0, 24.0, 6.0])[asked % 3],
    }
    records = {name: _made_up(table) for name, table in SOURCES.items()}
    return known_at_application(applications, records | {"payments": _payments()})


def _ages() -> Ints:
    """Return 400 ages, many on the very edges of days, windows and months, and just beyond."""
    i = np.arange(ROWS)
    edges = np.add.outer(np.append(np.arange(15, 601, 15), 730) * DAY, [0, 1]).ravel()
    return np.concatenate([edges, (i * i * 37 % 19_009) * (DAY // 30) + 1])[:ROWS]


def _made_up(table: Table) -> Columns:
    """Return rows of a source with every column filled somewhere and missing somewhere."""
    i, occurred_at = np.arange(ROWS), PROBED - _ages()
    columns: dict[str, np.ndarray] = {
        table.key: np.char.add("k", i.astype(str)),
        "business_id": np.where(i % 5 == 0, "b", "a"),
        "occurred_at": occurred_at,
        "known_at": occurred_at + (i % 50 == 0) * 30 * DAY,
    }
    for place, column in enumerate(table.columns):
        if column.name not in columns:
            # Knuth's multiplicative hash, so that no two columns go in step.
            mixed = (i + 1) * (2_654_435_761 + 15_838 * place) % 2**32 >> 11
            columns[column.name] = _values(column, mixed, occurred_at)
    return columns


def _values(column: Column, mixed: Ints, occurred_at: Ints) -> np.ndarray:
    gone = (mixed % 4 == 0) & (column.missing is not None)
    if column.kind == "text":
        return np.where(gone, "", np.char.add("t", (mixed % 13).astype(str)))
    if column.kind == "time":
        later = occurred_at + mixed % 60 * DAY // 2
        long_ago = 0 if column.known_with else (mixed % 3 == 0) * 900 * DAY
        return np.where(gone, np.nan, later - long_ago)
    if column.values[1:] and not column.values[2:]:
        # More of the first than of the second, so that the books earn more than is spent.
        return np.where(gone, np.nan, (mixed % 6 == 0) * 1.0)
    usual = {"flag": 2, "count": (column.most or 99) + 1}.get(column.kind, 1009)
    return np.where(gone, np.nan, mixed % (len(column.values) or usual) * 1.0)


def _payments() -> Columns:
    i, ages = np.arange(ROWS), _ages()
    spends = i % 5 == 0
    return {
        "payment_id": np.char.add("p", i.astype(str)),
        "business_id": np.where(spends, "b", "a"),
        "occurred_at": PROBED - ages,
        "known_at": PROBED - ages + (i % 50 == 0) * 30 * DAY,
        "amount": (i * 7919 % 1009) * 1000.0,
        "direction": ((i % 3 == 0) ^ spends) * 1.0,
        "channel": i % len(PAYMENTS.column("channel").values) * 1.0,
        "kind": i % len(PAYMENTS.column("kind").values) * 1.0,
        "counterparty": np.where(i % 7 == 0, "", np.char.add("c", (i % 17).astype(str))),
        "balance_after": np.where(i % 4 == 0, np.nan, i * 104_729 % 50_021 - 9000.0 * ~spends),
    }
