"""What would make a product fit: another amount or tenor, or papers that can be brought.

Nothing is told that was not tried: with the change made and all else as it is, the risk
too, the product fits. What is not in a person's hands stays as it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from matching import affordability
from matching.affordability import POLICY, Policy
from matching.applicant import Applicant
from matching.offer import Unfit, cost_of, match
from matching.price import WEEKS_A_YEAR, price_of
from matching.product import Product


@dataclass(frozen=True)
class Change:
    """What to ask for, and what to bring, so that a product fits.

    Args:
        amount: rupiah; tenor_months: months; either is what was asked where it may stay.
        documents: papers to bring, in alphabetical order; empty where none is needed.
    """

    amount: int
    tenor_months: int
    documents: tuple[str, ...] = ()

    def made(self, applicant: Applicant) -> Applicant:
        """Return the applicant after the change."""
        held = applicant.documents
        if self.documents:
            held = (held or frozenset()) | set(self.documents)
        asked = replace(applicant, amount=self.amount, tenor_months=self.tenor_months)
        return replace(asked, documents=held)

    def size(self, applicant: Applicant) -> tuple[int, Fraction]:
        """Return how many things change, and by what share of what was asked."""
        amount = abs(Fraction(self.amount - applicant.amount, applicant.amount))
        tenor = abs(Fraction(self.tenor_months - applicant.tenor_months, applicant.tenor_months))
        return bool(amount) + bool(tenor) + bool(self.documents), amount + tenor


@dataclass(frozen=True)
class Fit:
    """How far a product is from fitting.

    Args:
        product: the product.
        unfit: why it does not fit; None where it does.
        change: the least change that makes it fit; None where it fits, and where none does.
        largest_affordable_amount: see the function of that name, over the tenor asked as far as the
            product has it.
    """

    product: Product
    unfit: Unfit | None
    change: Change | None
    largest_affordable_amount: int | None


def fits(
    applicant: Applicant,
    products: Iterable[Product],
    *,
    on: date,
    examples: bool,
    papers: Sequence[str],
    policy: Policy = POLICY,
) -> tuple[Fit, ...]:
    """Return how far each product is from fitting, in order of product_id.

    Beside the arguments of `matching.offer.match` it takes *papers*: the documents that an
    applicant can bring, the quickest first.
    """
    offered = [one for one in products if one.offerable(on, examples=examples)]
    matches = match(applicant, offered, on=on, examples=examples, policy=policy)
    unfit = {one.product_id: one for one in matches.unfit}
    return tuple(
        Fit(
            product=product,
            unfit=unfit.get(product.product_id),
            change=least_change(applicant, product, papers, policy)
            if product.product_id in unfit
            else None,
            largest_affordable_amount=largest_affordable_amount(
                product, applicant, _within(product, applicant.tenor_months), policy
            ),
        )
        for product in sorted(offered, key=lambda one: one.product_id)
    )


def least_change(
    applicant: Applicant, product: Product, papers: Sequence[str], policy: Policy = POLICY
) -> Change | None:
    """Return the least change that makes a product fit, which changes nothing where it fits.

    The fewest of amount, tenor and papers change, and those by the smallest share. An amount is
    the nearest below the one asked, or the product's smallest above it; where the tenor changes
    with it, the nearest over the nearest tenor or over the longest. Returns None where none
    of this helps, as with a risk beyond the lender's cut-off or a fact that nobody knows.
    """
    risk = applicant.probability_of_default
    if product.max_pd is not None and (risk is None or risk > product.max_pd):
        return None
    able = Change(applicant.amount, applicant.tenor_months, tuple(papers)).made(applicant)
    changes = [
        _with_papers(applicant, asked, product, papers, policy)
        for asked in _requests(able, product, policy)
    ]
    return min(changes, key=lambda change: change.size(applicant), default=None)


def largest_affordable_amount(
    product: Product, applicant: Applicant, tenor: int, policy: Policy = POLICY
) -> int | None:
    """Return the largest loan of a product, rupiah, whose instalments are affordable over a tenor.

    Only affordability and the product's own amounts are looked at, not its rules. Returns 0
    when not even its smallest loan is affordable, None when income or spending is not known.
    """
    carried = _carried(applicant, policy)
    return None if carried is None else _largest(product, tenor, carried, product.amount_max)


def _requests(able: Applicant, product: Product, policy: Policy) -> Iterator[Applicant]:
    """Give requests that fit: another tenor, another amount, and both, each where there is one."""
    tenors = range(product.tenor_min, product.tenor_max + 1)
    by_nearness = sorted(tenors, key=lambda tenor: abs(tenor - able.tenor_months))

    def over_nearest(amount: int) -> Iterator[Applicant]:
        for tenor in by_nearness:
            asked = replace(able, amount=amount, tenor_months=tenor)
            if cost_of(asked, product, policy) is not None:
                yield asked
                return

    yield from over_nearest(able.amount)
    for tenor in (by_nearness[0], product.tenor_max):
        if amount := _nearest_amount(replace(able, tenor_months=tenor), product, policy):
            yield from over_nearest(amount)


def _nearest_amount(asked: Applicant, product: Product, policy: Policy) -> int:
    """Return the nearest amount that fits over the tenor asked; 0 where there is none."""
    carried = _carried(asked, policy)
    if carried is None:
        return 0
    top = min(max(asked.amount, product.amount_min), product.amount_max)
    bounds = {rule.above_amount for rule in product.eligibility if rule.above_amount is not None}
    for most in (top, *sorted((bound for bound in bounds if bound < top), reverse=True)):
        amount = _largest(product, asked.tenor_months, carried, most)
        if amount and cost_of(replace(asked, amount=amount), product, policy) is not None:
            return amount
    return 0


def _with_papers(
    applicant: Applicant, asked: Applicant, product: Product, papers: Sequence[str], policy: Policy
) -> Change:
    """Return the change to a request that fits with all papers, with those it needs."""
    needed = [paper for paper in papers if paper not in (applicant.documents or ())]
    for paper in reversed(needed.copy()):
        fewer = tuple(sorted(set(needed) - {paper}))
        change = Change(asked.amount, asked.tenor_months, fewer)
        if cost_of(change.made(applicant), product, policy) is not None:
            needed.remove(paper)
    return Change(asked.amount, asked.tenor_months, tuple(sorted(needed)))


def _carried(applicant: Applicant, policy: Policy) -> int | None:
    """Return the largest new instalment that is affordable, rupiah a month; None when unknown."""
    if affordability.measure(applicant, 1, policy) is None:
        return None
    most = policy.largest_share * (applicant.monthly_income or 0)
    instalments = range(1, int(most) + 2)
    return bisect_right(
        instalments, x=0, key=lambda one: len(affordability.failures(applicant, one, policy))
    )


def _largest(product: Product, tenor: int, carried: int, most: int) -> int:
    """Return the largest amount of a product up to *most* that *carried* rupiah a month carry.

    Rounding makes the last instalment of a slightly larger loan now and then the smaller one. So
    the search goes down from an amount that is surely too large, by steps that pass none that fits.
    """
    price, instalment = price_of(product, tenor), carried * (product.season_months or 1)
    if product.period == "weekly":
        instalment = carried * 12 // WEEKS_A_YEAR
    earlier, growth = Fraction(price.earlier, price.bottom), Fraction(price.growth, price.bottom)
    level = Fraction(price.level_top, price.level_bottom)
    amount = min(most, int((instalment + (1 + earlier) / 2) / (growth - level * earlier)))
    if price.number > 1 and level:
        amount = min(amount, int((instalment + 1) / level))
    while amount >= product.amount_min:
        repaid = price.repaid(amount)
        if repaid.largest <= instalment:
            return amount
        amount -= max(int((repaid.last - instalment - 1) / growth) + 1, 1)
    return 0


def _within(product: Product, tenor: int) -> int:
    return min(max(tenor, product.tenor_min), product.tenor_max)
