"""Many applicants against many products at a time: who fits what, at which cost, and what may open.

The same answers as `matching.offer.match` gives one by one, in arrays and without the reasons: a
programme prices millions of pairs, and a search for next steps asks for dozens of applicants at
once. What is affordable is asked only of loans that nothing known speaks against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.affordability import POLICY, Policy
from matching.applicant import Applicant
from matching.asking import Asking, Bools, Floats, Ints
from matching.offering import Offering
from matching.ruled import OPEN, SHUT, Bars

AT_A_TIME: Final = 2**17
"""Pairs of an applicant and a product that are held at a time."""


@dataclass(frozen=True)
class Held:
    """What *n* applicants come to with *p* products, arrays of shape (n, p).

    Args:
        bars: what speaks against the product.
        cost: the total cost to the borrower, rupiah; 0 where it does not fit.
        burden: the largest instalment, rupiah a month; 0 where it does not fit.
    """

    bars: Bars
    cost: Ints
    burden: Ints

    @property
    def fits(self) -> Bools:
        """Return whether the product would be offered: nothing speaks against it."""
        fits: Bools = self.bars == 0
        return fits

    @property
    def open(self) -> Bools:
        """Return whether nothing speaks against it but facts, or a risk, that nobody knows yet."""
        unknown: Bools = self.bars == OPEN
        return unknown

    def ranked(self) -> list[list[int]]:
        """Return for each applicant the places of what fits, the cheapest first, ties in order."""
        out: list[list[int]] = [[] for _ in self.bars]
        rows, at = np.nonzero(self.fits)
        order = np.lexsort((at, self.cost[rows, at], rows))
        for row, place in zip(rows[order].tolist(), at[order].tolist(), strict=True):
            out[row].append(place)
        return out


def held(
    applicants: Sequence[Applicant],
    offering: Offering,
    *,
    risks: Floats | None = None,
    policy: Policy = POLICY,
) -> Held:
    """Hold every applicant against every product.

    Args:
        applicants: n of them.
        offering: the p products.
        risks: (n,) probabilities of default in the place of the applicants' own, NaN where unknown.
        policy: what "affordable" means.
    """
    shape = len(applicants), len(offering.products)
    found = Held(*(np.zeros(shape, kind) for kind in (np.int8, np.int64, np.int64)))
    size = max(AT_A_TIME // max(shape[1], 1), 1)
    for start in range(0, shape[0], size):
        rows = slice(start, start + size)
        asking = Asking(applicants[rows], None if risks is None else risks[rows])
        part = Held(found.bars[rows], found.cost[rows], found.burden[rows])
        _hold(asking, offering, policy, part)
    return found


def _hold(asking: Asking, offering: Offering, policy: Policy, found: Held) -> None:
    """Put into *found* what some applicants come to."""
    bars = offering.barred(asking)
    rows, at = np.nonzero(bars < SHUT)
    if rows.size:
        amounts = asking.amount[rows]
        total, largest = offering.repaid(amounts, asking.tenor[rows], at)
        monthly = offering.burden(largest, at)
        against = bars[rows, at] | _unaffordable(asking, rows, monthly, policy)
        bars[rows, at] = against
        (fit,) = (against == 0).nonzero()
        rows, at, amounts = rows[fit], at[fit], amounts[fit]
        found.cost[rows, at] = total[fit] - amounts + offering.fees(amounts, at)
        found.burden[rows, at] = monthly[fit]
    found.bars[:] = bars


def _unaffordable(asking: Asking, rows: Ints, monthly: Ints, policy: Policy) -> Bars:
    """Return what speaks against instalments; see `matching.affordability.failures`."""
    income, spending = asking.income[rows], asking.spending[rows]
    bought, instalments = asking.purchases[rows], asking.existing[rows] + monthly
    left = policy.sales_kept * (income - bought) - (spending - bought)
    kept = income - spending
    with np.errstate(all="ignore"):  # what is left may be next to nothing
        heavy = (kept > 0) & (instalments / kept > policy.largest_share)
    shut = (left / instalments < policy.least_dscr) | heavy
    return np.where(np.isnan(kept), OPEN, SHUT * shut).astype(np.int8)
