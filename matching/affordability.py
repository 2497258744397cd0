"""Affordability: whether what is left over each month carries the instalments.

Two tests, each with its threshold in `Policy`. With weaker sales, what is left over must
cover all instalments with room to spare; and in an ordinary month the instalments may not
take more than a share of it. Income or spending that is not known leaves the question
open: it is answered by a reason that says ``unknown``, never by a silent no.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass

from matching.applicant import Applicant
from matching.product import Product
from matching.reason import Reason
from matching.schedule import schedule_of

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


def measure(applicant: Applicant, instalment: int, policy: Policy = POLICY) -> Affordability | None:
    """Return how an applicant would carry a new instalment of so many rupiah, above zero.

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
    """Return why a new instalment is too much; none when it is affordable.

    R01: the income is below what the stressed cover asks, both in rupiah a month. R02: the
    instalments take too large a share of the surplus. R25: income or spending is not known.
    """
    measured = measure(applicant, instalment, policy)
    if measured is None:
        return _unknown(applicant)
    reasons = []
    if measured.dscr < policy.least_dscr:
        bought = applicant.monthly_purchases
        held = (applicant.monthly_spending or 0) - bought
        need = policy.least_dscr * measured.instalments + held
        required = math.ceil(need / policy.sales_kept + bought)
        income = applicant.monthly_income
        reasons.append(Reason("R01", "monthly_income", "at_least", income, required, CITATION))
    if measured.share is not None and measured.share > policy.largest_share:
        limit = policy.largest_share
        reasons.append(
            Reason("R02", "instalment_share", "at_most", measured.share, limit, CITATION)
        )
    return tuple(reasons)


def largest_affordable_amount(
    product: Product, applicant: Applicant, tenor: int, policy: Policy = POLICY
) -> int | None:
    """Return the largest loan of a product, rupiah, whose instalments are affordable over a tenor.

    Only affordability and the product's own amounts are looked at, not its rules. Returns 0
    when not even its smallest loan is affordable, None when income or spending is not known.
    """
    if measure(applicant, 1, policy) is None:
        return None

    def too_much(amount: int) -> bool:
        schedule = schedule_of(product, amount, tenor)
        return bool(failures(applicant, max(schedule.instalments), policy))

    amounts = range(product.amount_min, product.amount_max + 1)
    affordable = bisect_left(amounts, x=True, key=too_much)
    return amounts[affordable - 1] if affordable else 0


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
