"""Offers: which products fit an applicant, cheapest first, and why the others do not.

Each product passes its hard rules, then affordability, then the lender's own cut-off.
What remains is ranked by what it costs the borrower, and by nothing a lender could wish
for: no commission, no partner's rank, not even the lender's name enters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from matching import affordability, eligibility
from matching.affordability import POLICY, Affordability, Policy
from matching.applicant import Applicant
from matching.product import Product
from matching.reason import Reason
from matching.schedule import Schedule, apr, schedule_of

PRICE_WORDS = {
    "conventional": "interest",
    "murabahah": "margin",
    "mudharabah": "nisbah",
    "musyarakah": "nisbah",
    "ijarah": "ujrah",
    "qardh": "none",
}
"""What the price is called under each contract: a sharia contract knows no interest."""

Reach = Literal["fits", "open", "shut"]
"""Whether a product fits, none does but facts that nobody knows yet may open one, or none can."""


@dataclass(frozen=True)
class Offer:
    """A product that fits, at the amount and tenor asked. All money is whole rupiah.

    Args:
        product_id, product_name: the product; lender_id, lender_name: who lends.
        amount: the amount lent; tenor_months: the months to repay it.
        fees: taken out when the loan is paid out; received: what is left of the amount.
        instalment: every month's but the last; last_instalment: the last month's.
        total_repaid: all instalments together.
        total_cost: total_repaid + fees - amount, what the loan costs the borrower in all.
        apr: the all-in nominal price per year, a share; see `matching.schedule.apr`.
        dscr, instalment_share: how it would be carried; see `matching.affordability`.
        contract: conventional, or the sharia contract; price_word: what its price is called.
        example: whether the terms are only for demonstration; note: what to know or verify.
        source: where the terms were read.
    """

    product_id: str
    product_name: str
    lender_id: str
    lender_name: str
    amount: int
    tenor_months: int
    fees: int
    received: int
    instalment: int
    last_instalment: int
    total_repaid: int
    total_cost: int
    apr: float
    dscr: float
    instalment_share: float | None
    contract: str
    price_word: str
    example: bool
    note: str
    source: str


@dataclass(frozen=True)
class Unfit:
    """A product that does not fit, and why.

    Args:
        product_id, lender_id: the product and who lends.
        reasons: every limit, rule and test of affordability that is not met; none where only the
            lender's own cut-off speaks against it, or cannot be judged.
        beyond_cut_off: whether the risk lies above what the lender takes. The cut-off is the
            lender's own and is not told; the model's reasons explain the risk.
    """

    product_id: str
    lender_id: str
    reasons: tuple[Reason, ...]
    beyond_cut_off: bool

    @property
    def open(self) -> bool:
        """Return whether nothing speaks against it but facts, or a risk, that nobody knows yet."""
        return not self.beyond_cut_off and all(reason.unknown for reason in self.reasons)


@dataclass(frozen=True)
class Matches:
    """What an applicant can have, and what not yet.

    Args:
        offers: what fits, cheapest first, ties in order of product_id.
        unfit: what does not, in order of product_id.
    """

    offers: tuple[Offer, ...]
    unfit: tuple[Unfit, ...]

    @property
    def reach(self) -> Reach:
        """Return what they come to."""
        if self.offers:
            return "fits"
        return "open" if any(unfit.open for unfit in self.unfit) else "shut"


def match(
    applicant: Applicant,
    products: Iterable[Product],
    *,
    on: date,
    examples: bool,
    policy: Policy = POLICY,
) -> Matches:
    """Hold an applicant against every product that may be offered on a day.

    Args:
        applicant: what is asked, and what is known.
        products: terms to look at; those that may not be offered appear in neither answer.
        on: the day of the answer.
        examples: whether products only for demonstration count; never in earnest.
        policy: what "affordable" means.
    """
    offers: list[Offer] = []
    unfit: list[Unfit] = []
    for product in products:
        if product.offerable(on, examples=examples):
            answer = _hold(applicant, product, policy)
            if isinstance(answer, Offer):
                offers.append(answer)
            else:
                unfit.append(answer)
    return Matches(
        offers=tuple(sorted(offers, key=lambda offer: (offer.total_cost, offer.product_id))),
        unfit=tuple(sorted(unfit, key=lambda answer: answer.product_id)),
    )


def fitting(
    applicant: Applicant,
    products: Iterable[Product],
    *,
    on: date,
    examples: bool,
    policy: Policy = POLICY,
) -> tuple[Product, ...]:
    """Return the products that `match` would offer at no risk at all, in the order of its offers.

    It looks no further into a product than the first thing that speaks against it, so it answers
    many times as fast where only this is asked; the arguments are those of `match`.
    """
    costs = {
        product: cost
        for product in products
        if product.offerable(on, examples=examples)
        and (cost := _cost(applicant, product, policy)) is not None
    }
    return tuple(sorted(costs, key=lambda product: (costs[product], product.product_id)))


def _cost(applicant: Applicant, product: Product, policy: Policy) -> int | None:
    """Return the total cost of a product that fits at no risk; None of one that does not."""
    if any(eligibility.failing(product, applicant)):
        return None
    principal = applicant.amount // applicant.tenor_months
    if affordability.failures(applicant, max(principal, 1), policy):
        return None  # no price makes it lighter than without one
    schedule = schedule_of(product, applicant.amount, applicant.tenor_months)
    largest = max(schedule.instalments)
    if affordability.failures(applicant, largest, policy):
        return None
    return schedule.total - schedule.amount + product.fees_on(schedule.amount)


def _hold(applicant: Applicant, product: Product, policy: Policy) -> Offer | Unfit:
    schedule = schedule_of(product, applicant.amount, applicant.tenor_months)
    largest = max(schedule.instalments)
    reasons = (
        *eligibility.failures(product, applicant),
        *affordability.failures(applicant, largest, policy),
    )
    risk = applicant.probability_of_default
    judged = product.max_pd is None or risk is not None
    beyond = product.max_pd is not None and risk is not None and risk > product.max_pd
    measured = affordability.measure(applicant, largest, policy)
    if measured is None or reasons or beyond or not judged:
        return Unfit(product.product_id, product.lender.id, reasons, beyond)
    return _offer(product, schedule, measured)


def _offer(product: Product, schedule: Schedule, measured: Affordability) -> Offer:
    fees = product.fees_on(schedule.amount)
    received = schedule.amount - fees
    return Offer(
        product_id=product.product_id,
        product_name=product.name,
        lender_id=product.lender.id,
        lender_name=product.lender.name,
        amount=schedule.amount,
        tenor_months=len(schedule.instalments),
        fees=fees,
        received=received,
        instalment=schedule.instalment,
        last_instalment=schedule.last_instalment,
        total_repaid=schedule.total,
        total_cost=schedule.total - received,
        apr=apr(schedule.instalments, received),
        dscr=measured.dscr,
        instalment_share=measured.share,
        contract=product.contract,
        price_word=PRICE_WORDS[product.contract],
        example=product.example,
        note=product.note,
        source=product.source,
    )
