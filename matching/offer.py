"""Offers: which products fit an applicant, cheapest first, and why the others do not.

Each product passes its hard rules, then affordability, then the lender's own cut-off.
What remains is ranked by what it costs the borrower, and by nothing a lender could wish
for: no commission, no partner's rank, not even the lender's name enters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

import numpy as np

from matching import affordability, eligibility
from matching.affordability import POLICY, Affordability, Policy, burden
from matching.applicant import Applicant, Facts
from matching.apr import Flows, apr
from matching.price import Repaid, months_of, periods_a_year, price_of
from matching.product import Period, Product
from matching.reason import Reason

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
        amount: the amount lent; tenor_months: the months until the last instalment, rounded up.
        fees: taken out when the loan is paid out; received: what is left of the amount, without
            the deposit either.
        instalment: each but the last; last_instalment: the last.
        total_repaid: all instalments together.
        total_cost: total_repaid + fees - amount, what the loan costs the borrower in all.
        apr: the all-in nominal price per year, a share; see `matching.apr`.
        dscr, instalment_share: how it would be carried; see `matching.affordability`.
        contract: conventional, or the sharia contract; price_word: what its price is called.
        example: whether the terms are only for demonstration; note: what to know or verify.
        source: where the terms were read.
        period: how often an instalment falls due; instalments: how many there are.
        monthly_burden: the largest instalment as rupiah a month, by which affordability is judged.
        deposit: withheld of the amount, and given back with the last instalment.

    A decision older than the last four fields had one instalment a month and no deposit.
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
    period: Period = "monthly"
    instalments: int = 0
    monthly_burden: int = 0
    deposit: int = 0

    def __post_init__(self) -> None:
        if not self.instalments:
            largest = max(self.instalment, self.last_instalment)
            object.__setattr__(self, "instalments", self.tenor_months)
            object.__setattr__(self, "monthly_burden", largest)


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
    facts = applicant.facts()
    held = [
        _hold(applicant, facts, product, policy)
        for product in products
        if product.offerable(on, examples=examples)
    ]
    fits = [one for one in held if isinstance(one, _Fit)]
    unfit = [one for one in held if isinstance(one, Unfit)]
    return Matches(
        offers=tuple(sorted(_offers(fits), key=lambda offer: (offer.total_cost, offer.product_id))),
        unfit=tuple(sorted(unfit, key=lambda answer: answer.product_id)),
    )


def cost_of(applicant: Applicant, product: Product, policy: Policy) -> int | None:
    """Return the total cost of a product that fits at no risk; None of one that does not.

    It looks no further into a product than the first thing that speaks against it.
    """
    if any(eligibility.failing(product, applicant, applicant.facts())):
        return None
    repaid = price_of(product, applicant.tenor_months).repaid(applicant.amount)
    if affordability.failures(applicant, burden(product, repaid.largest), policy):
        return None
    return repaid.total - applicant.amount + product.fees_on(applicant.amount)


class _Fit(NamedTuple):
    """A product that fits, and what an offer of it follows from."""

    product: Product
    amount: int
    repaid: Repaid
    burden: int
    carried: Affordability
    fees: int
    deposit: int

    @property
    def received(self) -> int:
        return self.amount - self.fees - self.deposit

    def flows(self) -> tuple[float, ...]:
        """Return the flows of `matching.apr` and the periods a year."""
        repaid, periods = self.repaid, periods_a_year(self.product)
        last = repaid.last - self.deposit
        return self.received, repaid.instalment, last, repaid.number, periods


def _hold(applicant: Applicant, facts: Facts, product: Product, policy: Policy) -> _Fit | Unfit:
    amount, risk, cut_off = applicant.amount, applicant.probability_of_default, product.max_pd
    repaid = price_of(product, applicant.tenor_months).repaid(amount)
    monthly = burden(product, repaid.largest)
    carried = affordability.measure(applicant, monthly, policy)
    reasons = tuple(eligibility.failing(product, applicant, facts))
    reasons += affordability.failing(applicant, carried, policy)
    judged = cut_off is None or risk is not None
    beyond = cut_off is not None and risk is not None and risk > cut_off
    if carried is None or reasons or beyond or not judged:
        return Unfit(product.product_id, product.lender.id, reasons, beyond)
    fees, deposit = product.fees_on(amount), product.deposit_on(amount)
    return _Fit(product, amount, repaid, monthly, carried, fees, deposit)


def _offers(fits: Sequence[_Fit]) -> list[Offer]:
    if not fits:
        return []
    flows = np.array([fit.flows() for fit in fits], np.float64).T
    prices = apr(Flows(*flows[:4]), flows[4])
    return [_offer(fit, price) for fit, price in zip(fits, prices.tolist(), strict=True)]


def _offer(fit: _Fit, price: float) -> Offer:
    product, repaid = fit.product, fit.repaid
    return Offer(
        product_id=product.product_id,
        product_name=product.name,
        lender_id=product.lender.id,
        lender_name=product.lender.name,
        amount=fit.amount,
        tenor_months=months_of(product, repaid.number),
        fees=fit.fees,
        received=fit.received,
        instalment=repaid.instalment,
        last_instalment=repaid.last,
        total_repaid=repaid.total,
        total_cost=repaid.total - fit.amount + fit.fees,
        apr=price,
        dscr=fit.carried.dscr,
        instalment_share=fit.carried.share,
        contract=product.contract,
        price_word=PRICE_WORDS[product.contract],
        example=product.example,
        note=product.note,
        source=product.source,
        period=product.period,
        instalments=repaid.number,
        monthly_burden=fit.burden,
        deposit=fit.deposit,
    )
