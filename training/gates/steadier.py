"""The same applicant with other records: ways to be better off that no score may punish.

Each changes the rows that were known, so that every feature is computed anew. docs/plausibility.md
says why each holds by the directions of the catalogue, and which likely ways do not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from features.cashflow import EARNED, all_income, all_spending
from features.known import Known
from features.months import monthly
from features.rows import MONTH, Flags, Floats, Rows
from features.table import Column

YEAR: Final = 12
EARLIER: Final = slice(6, 11)
"""The seventh to the eleventh month back: what only swings over twelve months are read from."""

NOT_OWN: Final = ("credit",)
"""Sources whose money is not the business's own: debts do not grow with it."""


def evened_out(known: Known, share: float) -> tuple[Known, Flags]:
    """Move income from the best of the earlier months to the weakest, so far as both get nearer.

    What moves is a *share* of half the gap between the two months, of income or of income minus
    spending, whichever is smaller. Payments of a month grow or shrink alike.

    Args:
        known: what was known of n applications.
        share: above 0, at most 1: the two months meet.

    Returns:
        What would have been known, and (n,) whose income moved at all.
    """
    payments = known.payments
    income = monthly(all_income(known), payments, YEAR)[:, EARLIER]
    surplus = income - monthly(all_spending(known), payments, YEAR)[:, EARLIER]
    earning = income > 0
    some = np.arange(known.n)
    best = np.where(earning, income, -np.inf).argmax(axis=1)
    weakest = np.where(earning, income, np.inf).argmin(axis=1)
    gap = np.minimum(
        income[some, best] - income[some, weakest], surplus[some, best] - surplus[some, weakest]
    )
    # A gap of a millionth is rounding.
    moves = earning.any(axis=1) & (gap > 1e-6 * income[some, best])
    factors = np.ones((known.n, YEAR + 1))
    step = share * gap[moves] / 2
    for month, sign in ((best, -1), (weakest, 1)):
        at = month[moves]
        factors[moves, EARLIER.start + at] += sign * step / income[moves, at]
    slot = np.minimum((payments.age - 1) // MONTH, YEAR)
    return with_income(known, factors[payments.segment, slot]), moves


def twice_as_large(known: Known) -> Known:
    """Double all money of the business's own records; what it owes and what it asks stay."""
    doubled = {
        name: rows.having(**{c.name: rows[c.name] * 2 for c in rows.table.columns if _is_money(c)})
        for name, rows in known.sources.items()
        if name not in NOT_OWN
    }
    return replace(known, sources={**known.sources, **doubled})


def with_income(known: Known, factors: Floats) -> Known:
    """Return what would be known with each income payment so many times as large.

    Args:
        known: what was known.
        factors: (m,) of each payment; of those that are no income it does not matter.
    """
    payments = known.payments
    grown = payments["amount"] * np.where(_is_income(payments), factors, 1.0)
    changed = payments.having(amount=grown)
    return replace(known, sources={**known.sources, "payments": changed})


def _is_income(payments: Rows) -> Flags:
    """Return (m,) which rows `features.cashflow.income_rows` keeps."""
    return payments.one_of("direction", "in") & payments.one_of("kind", EARNED)


def _is_money(column: Column) -> bool:
    return column.kind == "money" and not column.unseen
