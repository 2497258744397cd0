"""Many applicants against many products at a time: who fits what, at which cost.

The same answers as `matching.offer.match` gives one by one, in arrays: a programme prices
millions of pairs. A rule is judged once for each value that a fact takes. Instalments come
of double precision; the few whose rounding that cannot decide come of the exact price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import numpy as np

from matching import eligibility
from matching.affordability import POLICY, Policy, burden
from matching.applicant import Applicant
from matching.asking import LARGEST, Asking, Bools, Floats, Ints
from matching.price import nearest, price_of
from matching.product import Product
from matching.rule import Rule, Value

DOUBT: Final = 1e-15
"""An upper limit of the relative error of an instalment in double precision."""


@dataclass(frozen=True)
class Held:
    """What *n* applicants come to with *p* products, arrays of shape (n, p).

    Args:
        fits: whether the product would be offered: rules, affordability and cut-off are met.
        cost: the total cost to the borrower, rupiah; 0 where it does not fit.
        burden: the largest instalment, rupiah a month; 0 where it does not fit.
    """

    fits: Bools
    cost: Ints
    burden: Ints


def held(
    applicants: Sequence[Applicant],
    products: Sequence[Product],
    *,
    on: date,
    examples: bool,
    policy: Policy = POLICY,
) -> Held:
    """Hold every applicant against every product; the arguments are those of `match`.

    A product that may not be offered on the day fits nobody.
    """
    asking, shape = Asking(applicants), (len(applicants), len(products))
    found = Held(np.zeros(shape, np.bool_), np.zeros(shape, np.int64), np.zeros(shape, np.int64))
    for column, product in enumerate(products):
        if product.offerable(on, examples=examples):
            rows = np.flatnonzero(_eligible(product, asking))
            total, largest = _repaid(product, asking.amount[rows], asking.tenor[rows])
            monthly = burden(product, largest)
            carried = _carried(asking, rows, monthly, policy)
            rows, total, monthly = rows[carried], total[carried], monthly[carried]
            amounts = asking.amount[rows]
            found.fits[rows, column] = True
            found.cost[rows, column] = total - amounts + _fees(product, amounts)
            found.burden[rows, column] = monthly
    return found


def _eligible(product: Product, asking: Asking) -> Bools:
    """Return who is within the limits and meets the rules, and the cut-off."""
    least, most = product.amount_min, min(product.amount_max, LARGEST - 1)
    fit = (least <= asking.amount) & (asking.amount <= most)
    fit &= (product.tenor_min <= asking.tenor) & (asking.tenor <= product.tenor_max)
    if product.applicant_kind == "cooperative":
        fit[:] = False
    if product.exclusive_with:
        others = frozenset(product.exclusive_with)
        fit &= asking.held.are(lambda held: held is not None and held.isdisjoint(others))
    if product.max_pd is not None:
        fit &= asking.risk <= product.max_pd
    for rule in product.eligibility:
        fit &= _met(rule, asking)
    return fit


def _met(rule: Rule, asking: Asking) -> Bools:
    facts = asking.fact(rule.field)

    def meeting(asked: Value) -> Bools:
        return facts.are(lambda f: f is not None and eligibility.meets(rule, f, asked))

    met = meeting(rule.value)
    if rule.relaxed is not None:
        eased = rule.relaxed
        met = np.where(
            asking.documents.are(lambda d: eased.document in (d or ())), meeting(eased.value), met
        )
    return met if rule.above_amount is None else met | (asking.amount <= rule.above_amount)


def _repaid(product: Product, amounts: Ints, tenors: Ints) -> tuple[Ints, Ints]:
    """Return all that is repaid of each loan, and its largest instalment."""
    asked, places = np.unique(tenors, return_inverse=True)
    prices = [price_of(product, tenor) for tenor in asked.tolist()]
    shares = np.array([price.shares for price in prices], np.float64).reshape(-1, 3)
    level, growth, earlier = shares[places].T
    number = np.array([price.number for price in prices], np.int64)[places]
    instalment, sure = _rounded(amounts * level, amounts * level)
    grown, paid = amounts * growth, instalment * earlier
    last, also = _rounded(grown - paid, grown + paid)
    for row in np.flatnonzero(~sure | ~also | (last < 0)).tolist():
        repaid = prices[places[row]].repaid(int(amounts[row]))
        instalment[row], last[row] = repaid.instalment, repaid.last
    largest = np.maximum(np.where(number > 1, instalment, last), last)
    return instalment * (number - 1) + last, largest


def _rounded(exact: Floats, size: Floats) -> tuple[Ints, Bools]:
    """Return numbers rounded half up, and whether errors of *size* leave no doubt of it."""
    up = exact + 0.5
    return np.floor(up).astype(np.int64), np.abs(up - np.rint(up)) > DOUBT * size


def _carried(asking: Asking, rows: Ints, monthly: Ints, policy: Policy) -> Bools:
    """Return whose instalments are affordable; see `matching.affordability.failures`."""
    income, spending = asking.income[rows], asking.spending[rows]
    bought, instalments = asking.purchases[rows], asking.existing[rows] + monthly
    left = policy.sales_kept * (income - bought) - (spending - bought)
    kept = income - spending
    with np.errstate(divide="ignore", invalid="ignore"):
        light = (kept <= 0) | (instalments / kept <= policy.largest_share)
    return (left / instalments >= policy.least_dscr) & light


def _fees(product: Product, amounts: Ints) -> Ints:
    fixed = sum(fee.on(0) for fee in product.fees if fee.kind == "fixed")
    shares = [fee.value for fee in product.fees if fee.kind == "percent"]
    return fixed + sum((_share(value, amounts) for value in shares), np.zeros_like(amounts))


def _share(value: Decimal, amounts: Ints) -> Ints:
    """Return a share of each amount, rounded half up."""
    top, bottom = value.as_integer_ratio()
    if 2 * top * int(amounts.max(initial=0)) + bottom <= np.iinfo(np.int64).max:
        return (2 * top * amounts + bottom) // (2 * bottom)
    return np.array([nearest(amount * top, bottom) for amount in amounts.tolist()], np.int64)
