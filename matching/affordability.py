"""Affordability: whether what is left over each month carries the instalments.

Two tests, each with its threshold in `Policy`. With weaker sales, what is left over must
cover all instalments with room to spare; and in an ordinary month the instalments may not
take more than a share of it. Income or spending that is not known leaves the question
open: it is answered by a reason that says ``unknown``, never by a silent no.

All is per month: an instalment of another period counts as its monthly share, and the
largest instalment counts, be it the one that repays a whole loan at its end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.applicant import Applicant
from matching.price import WEEKS_A_YEAR
from matching.product import Product
from matching.reason import Reason

Whole = TypeVar("Whole", int, NDArray[np.int64])

CITATION = "Lumbung affordability policy"


@dataclass(frozen=True)
class Policy:
    """What "affordable" means.

    Args:
        sales_kept: the share of income left in the stress, 0 to 1: 0.8 when sales fall by 20%.
        least_dscr: the smallest debt service cover, stressed surplus ÷ all instalments.
        largest_share: the largest share of the ordinary surplus that all instalments may take.

    The defaults are the usual ones of small-business lending: cover 1.25 to 1.5, a share of
    30% to 40%.
    """

    sales_kept: float = 0.8
    least_dscr: float = 1.25
    largest_share: float = 0.4


POLICY = Policy()
"""The policy that holds unless another is given."""


@dataclass(frozen=True)
class Affordability:
    """How a business carries its instalments, the new one included.

    Args:
        instalments: all instalments a month, rupiah.
        dscr: (sales_kept · income - spending) ÷ instalments; below zero when the stress leaves
            nothing over.
        share: instalments ÷ (income - spending); None when nothing is left over.
    """

    instalments: int
    dscr: float
    share: float | None


def burden(product: Product, largest: Whole) -> Whole:
    """Return the largest instalment of a loan, or of many, as rupiah a month, rounded up.

    A week's counts 52 ÷ 12 times, a season's is spread over the months of the season.
    """
    if product.period == "weekly":
        return -(-largest * WEEKS_A_YEAR // 12)
    return -(-largest // (product.season_months or 1))


def measure(applicant: Applicant, instalment: int, policy: Policy = POLICY) -> Affordability | None:
    """Return how an applicant would carry a new instalment of so many rupiah a month, above zero.

    Returns None when income or spending is not known.
    """
    income, spending = applicant.monthly_income, applicant.monthly_spending
    if income is None or spending is None:
        return None
    instalments = applicant.existing_instalments + instalment
    earned = policy.sales_kept * (income - applicant.monthly_purchases)
    return Affordability(
        instalments=instalments,
        dscr=(earned - (spending - applicant.monthly_purchases)) / instalments,
        share=instalments / (income - spending) if income > spending else None,
    )


def failures(applicant: Applicant, instalment: int, policy: Policy = POLICY) -> tuple[Reason, ...]:
    """Return why a new instalment is too much; none when it is affordable; see `failing`."""
    return failing(applicant, measure(applicant, instalment, policy), policy)


def failing(
    applicant: Applicant, measured: Affordability | None, policy: Policy = POLICY
) -> tuple[Reason, ...]:
    """Return why instalments that were measured are too much; none when they are affordable.

    R01: the income is below what the stressed cover asks, both in rupiah a month. R02: the
    instalments take too large a share of the surplus. R25: income or spending is not known.
    """
    if measured is None:
        return _unknown(applicant)
    low = measured.dscr < policy.least_dscr
    high = measured.share is not None and measured.share > policy.largest_share
    if not (low or high):
        return ()
    reasons = []
    if low:
        bought = applicant.monthly_purchases
        held = (applicant.monthly_spending or 0) - bought
        need = policy.least_dscr * measured.instalments + held
        required = math.ceil(need / policy.sales_kept + bought)
        income = applicant.monthly_income
        reasons.append(Reason("R01", "monthly_income", "at_least", income, required, CITATION))
    if high:
        limit = policy.largest_share
        reasons.append(
            Reason("R02", "instalment_share", "at_most", measured.share, limit, CITATION)
        )
    return tuple(reasons)


def _unknown(applicant: Applicant) -> tuple[Reason, ...]:
    facts = {
        "monthly_income": applicant.monthly_income,
        "monthly_spending": applicant.monthly_spending,
    }
    return tuple(
        Reason("R25", name, "known", None, None, CITATION)
        for name, value in facts.items()
        if value is None
    )
