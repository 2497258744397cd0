"""Eligibility: which of a product's limits and hard rules an applicant does not meet.

A fact that is not known is not a pass. It fails with nothing found, and the reason then
says ``unknown``, so that a document or a person can settle it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping

from matching.applicant import Applicant, Fact
from matching.product import Product
from matching.reason import Reason
from matching.rule import Op, Rule

OUTSIDE_LIMITS = "R23"
"""The code of an amount or a tenor outside a product's limits; the field tells them apart."""

OTHER_BORROWERS = "R24"
"""The code of a product for others than the businesses that apply here."""

ALREADY_HELD = "R14"
"""The code of a loan that cannot stand beside one that is running."""

APPLIES = "individual"
"""Who applies here; a member of a group does too, by the group's letter."""

NUMBERS: Mapping[str, Callable[[int, int], bool]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
}
TEXTS: Mapping[str, Callable[[str, tuple[str, ...]], bool]] = {
    "one_of": lambda text, names: text in names,
    "none_of": lambda text, names: text not in names,
    "starts_with": str.startswith,
}
SETS: Mapping[str, Callable[[tuple[str, ...], tuple[str, ...]], bool]] = {
    "has_all": lambda held, names: set(names) <= set(held),
    "has_any": lambda held, names: not set(names).isdisjoint(held),
}


def failures(product: Product, applicant: Applicant) -> tuple[Reason, ...]:
    """Return a reason for each limit and rule not met; none when the applicant is eligible."""
    return tuple(failing(product, applicant))


def failing(product: Product, applicant: Applicant) -> Iterator[Reason]:
    """Give these reasons one by one, so that who needs to know only whether can stop."""
    yield from _outside_limits(product, applicant)
    yield from _for_others(product)
    yield from _excluded(product, applicant)
    yield from _broken_rules(product, applicant)


def _outside_limits(product: Product, applicant: Applicant) -> Iterator[Reason]:
    amount, tenor = applicant.amount, applicant.tenor_months
    limits: tuple[tuple[str, int, Op, int], ...] = (
        ("amount", amount, "at_least", product.amount_min),
        ("amount", amount, "at_most", product.amount_max),
        ("tenor_months", tenor, "at_least", product.tenor_min),
        ("tenor_months", tenor, "at_most", product.tenor_max),
    )
    for field, found, op, limit in limits:
        if not NUMBERS[op](found, limit):
            yield Reason(OUTSIDE_LIMITS, field, op, found, limit, product.source)


def _for_others(product: Product) -> Iterator[Reason]:
    kind = product.applicant_kind
    if kind == "cooperative":
        yield Reason(OTHER_BORROWERS, "applicant_kind", "is", APPLIES, kind, product.source)


def _excluded(product: Product, applicant: Applicant) -> Iterator[Reason]:
    excluding, held = product.exclusive_with, applicant.held_products
    if excluding and (held is None or not held.isdisjoint(excluding)):
        found = None if held is None else tuple(sorted(held.intersection(excluding)))
        yield Reason(ALREADY_HELD, "held_products", "none_of", found, excluding, product.source)


def _broken_rules(product: Product, applicant: Applicant) -> Iterator[Reason]:
    facts = applicant.facts()
    for rule in product.eligibility:
        if rule.above_amount is not None and applicant.amount <= rule.above_amount:
            continue
        found, asked = facts[rule.field], rule.asks(applicant.documents)
        if found is None or not _meets(rule, found, asked):
            yield Reason(rule.reason_code, rule.field, rule.op, found, asked, rule.citation)


def _meets(rule: Rule, found: Fact, asked: Fact) -> bool:
    match found, asked:
        case bool(), bool():
            return found is asked
        case int(number), int(limit):
            return NUMBERS[rule.op](number, limit)
        case str(text), tuple(names):
            return TEXTS[rule.op](text, names)
        case tuple(held), tuple(names):
            return SETS[rule.op](held, names)
    raise TypeError(f"{rule.field} {found!r} cannot be held against {asked!r}")
