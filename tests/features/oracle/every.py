"""Every feature by its name: what it must be for one application."""

from __future__ import annotations

from types import ModuleType

from tests.features.oracle import (
    asked,
    bills,
    books,
    credit,
    invoices,
    orders,
    payments,
    profile,
    season,
    support,
)
from tests.features.oracle.words import ORACLE, Application, Records, join

MODULES: tuple[ModuleType, ...] = (
    payments,
    season,
    orders,
    bills,
    books,
    invoices,
    credit,
    support,
    profile,
    asked,
)
"""The modules that enter their functions into the oracle when they are imported."""


def expected(application: Application, records: Records) -> dict[str, float]:
    """Return the value every feature must have for one application; NaN where missing."""
    seen = join(application, records)
    return {name: function(seen) for name, function in ORACLE.items()}
