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

import numpy as np

from features import asked, balances, cashflow
from features.feature import Feature
from features.known import Known, known_at_application
from features.rows import DAY, Floats
from features.sources import PAYMENTS

FEATURES: tuple[Feature, ...] = tuple(
    value
    for module in (cashflow, balances, asked)
    for value in vars(module).values()
    if isinstance(value, Feature) and value.compute.__module__ == module.__name__
)

NAMES = tuple(feature.name for feature in FEATURES)


def compute(known: Known) -> Floats:
    """Return the feature vectors, (n, number of features), in the catalogue's order; NaN missing.

    Missing is also where there is nothing to divide by; no value is infinite.
    """
    return np.column_stack([feature(known) for feature in FEATURES])


@functools.cache
def fingerprint() -> str:
    """Return the catalogue's fingerprint: 16 hexadecimal digits."""
    values = [[f"{v:.9g}" for v in row] for row in compute(_probe()).tolist()]
    declared = [
        [f.name, f.unit, f.low, f.high, f.direction, f.reason, f.missing, f.days_to_change]
        for f in FEATURES
    ]
    text = json.dumps([declared, values], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _probe() -> Known:
    """Return three applications with made-up records: one that saves, one that spends, and none."""
    i = np.arange(400)
    spends = i % 5 == 0
    as_of = 800 * DAY
    # Ages on the very edges of days, windows and months, and just beyond them.
    edges = np.add.outer(np.append(np.arange(15, 601, 15), 730) * DAY, [0, 1]).ravel()
    ages = np.concatenate([edges, (i * i * 37 % 19_009) * (DAY // 30) + 1])[: i.size]
    payments = {
        "payment_id": np.char.add("p", i.astype(str)),
        "business_id": np.where(spends, "b", "a"),
        "occurred_at": as_of - ages,
        "known_at": as_of - ages + (i % 50 == 0) * 30 * DAY,
        "amount": (i * 7919 % 1009) * 1000.0,
        "direction": ((i % 3 == 0) ^ spends) * 1.0,
        "channel": i % len(PAYMENTS.column("channel").values) * 1.0,
        "kind": i % len(PAYMENTS.column("kind").values) * 1.0,
        "counterparty": np.where(i % 7 == 0, "", np.char.add("c", (i % 17).astype(str))),
        "balance_after": np.where(i % 4 == 0, np.nan, i * 104_729 % 50_021 - 9000.0 * ~spends),
    }
    applications = {
        "business_id": np.array(["a", "b", "c"]),
        "as_of": np.full(3, as_of),
        "amount": np.array([5_000_000.0, 20_000_000.0, 1_000_000.0]),
        "tenor_months": np.array([12.0, 24.0, 6.0]),
    }
    return known_at_application(applications, {"payments": payments})
