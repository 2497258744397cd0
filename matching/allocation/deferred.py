"""Deferred acceptance: applicants ask the cheapest first, lenders keep whom they prefer.

Gale and Shapley's algorithm, with lenders' choices limited by every row at once. Each turn
all who hold nothing ask for their next product; then each row that is used beyond its limit
lets go of those whom their lenders prefer the least, until it holds again. What is let go
never comes back to the same product. Budgets in rupiah and floors break the conditions
under which the outcome is surely stable, so its blocking pairs are counted like all others.
"""

from __future__ import annotations

import numpy as np

from matching.allocation.pool import Ints
from matching.allocation.system import System


def deferred_acceptance(system: System, lenders: Ints, applicants: Ints) -> Ints:
    """Return (n) the product of each application, -1 for none.

    Args:
        system: the rows, and what fits.
        lenders: (n, p) each application's place in the order of each product's lender.
        applicants: (n, p) each product's place in the order of each applicant.
    """
    fits = np.isfinite(system.value)
    n, p = fits.shape
    wishes = np.argsort(np.where(fits, applicants, p), axis=1, kind="stable")
    many = fits.sum(axis=1)
    asked, chosen = np.zeros(n, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    while (asking := np.flatnonzero((chosen < 0) & (asked < many))).size:
        chosen[asking] = wishes[asking, asked[asking]]
        asked[asking] += 1
        _let_go(system, chosen, lenders)
    return chosen


def _let_go(system: System, chosen: Ints, lenders: Ints) -> None:
    """Let go of the least preferred until no row is used beyond its limit."""
    over = True
    while over:
        over = False
        for row in np.flatnonzero(system.room(chosen) < 0).tolist():
            over |= _cut(system, chosen, lenders, row)


def _cut(system: System, chosen: Ints, lenders: Ints, row: int) -> bool:
    """Let go of the least preferred who use up a row, until it holds; say whether anyone was."""
    weight, about = system.weight[row], system.about[row]
    holding = np.flatnonzero((chosen >= 0) & about[chosen])
    using = holding[weight[holding] > 0]
    helping = int(-weight[holding][weight[holding] < 0].sum())
    order = using[np.argsort(lenders[using, chosen[using]], kind="stable")]
    kept = np.cumsum(weight[order]) <= max(int(system.limit[row]) + helping, 0)
    chosen[order[~kept]] = -1
    return bool((~kept).any())
