"""Something gathered of a period, plain enough that a test says what matters in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from audit.gathered import Gathered

PLAIN: Final[dict[str, Any]] = {"Flags": False, "Floats": np.nan, "Ints": 0, "Texts": ""}
"""Annotation of a column → what stands in it everywhere."""


def gathered(n: int, protected: Mapping[str, np.ndarray]) -> Gathered:
    """Return *n* decisions of the year 2026, each of a business of its own, alike but for groups.

    All are recommended, at a risk of 5%, in one kecamatan and one trade.
    """
    made: dict[str, Any] = {
        one.name: np.full(n, PLAIN[str(one.type)]) for one in fields(Gathered) if one.type in PLAIN
    }
    said = {
        "since": datetime(2026, 1, 1, tzinfo=UTC),
        "until": datetime(2027, 1, 1, tzinfo=UTC),
        "erased": 0,
        "decided": np.ones(n, dtype=bool),
        "business": np.arange(n),
        "partner": np.full(n, "granary"),
        "kecamatan": np.full(n, "3325080"),
        "sector": np.full(n, "C"),
        "size_class": np.full(n, "micro"),
        "probability": np.full(n, 0.05),
        "score": np.full(n, 600.0),
        "result": np.full(n, "eligible"),
        "protected": protected,
    }
    wide = {name: made[name][:, None][:, :0] for name in ("features", "points", "told", "offered")}
    none = dict.fromkeys(("names", "codes", "products", "lenders"), ())
    return Gathered(**{**made, **wide, **none, **said})
