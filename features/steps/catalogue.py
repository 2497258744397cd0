"""Every step there is, in the order of the sources."""

from __future__ import annotations

from typing import Final

from features.steps import bills, books, credit, invoices, orders, payments, profile, support
from features.steps.step import Step

MODULES: Final = (payments, orders, bills, books, invoices, credit, support, profile)

STEPS: Final = tuple(
    value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, Step) and value.change.__module__ == module.__name__
)
"""What a person can do about the records; what is asked, and papers, are no records."""
