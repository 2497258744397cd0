"""Eligibility: which of a product's limits and hard rules an applicant does not meet.

A fact that is not known is not a pass. It fails with nothing found, and the reason then
says ``unknown``, so that a document or a person can settle it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from matching.applicant import Applicant, Fact, Facts
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

JUDGES: Mapping[Op, tuple[type, type, Callable[[Any, Any], bool]]] = {
    "at_least": (int, int, operator.ge),
    "at_most": (int, int, operator.le),
    "is": (bool, bool, operator.is_),
    "one_of": (str, tuple, lambda text, names: text in names),
    "none_of": (str, tuple, lambda text, names: text not in names),
    "starts_with": (str, tuple, str.startswith),
    "has_all": (tuple, tuple, lambda held, names: set(names).issubset(held)),
    "has_any": (tuple, tuple, lambda held, names: not set(names).isdisjoint(held)),
}
"""How a fact of one kind is held against a value of another."""


def failures(product: Product, applicant: Applicant) -> tuple[Reason, ...]:
    """Return a reason for each limit and rule not met; none when the applicant is eligible."""
    return tuple(failing(product, applicant, applicant.facts()))


def failing(product: Product, applicant: Applicant, facts: Facts) -> Iterator[Reason]:
    """Give these reasons one by one, so that who needs to know only whether can stop.

    Args:
        product: whose limits and rules they are.
        applicant: who is held against them.
        facts: the applicant's, which are the same for every product.
    """
    amount, tenor = applicant.amount, applicant.tenor_months
    within = product.amount_min <= amount <= product.amount_max
    if not (within and product.tenor_min <= tenor <= product.tenor_max):
        yield from _outside_limits(product, applicant)
    if product.applicant_kind == "cooperative":
        kind, asked = product.applicant_kind, "applicant_kind"
        yield Reason(OTHER_BORROWERS, asked, "is", APPLIES, kind, product.source)
    if product.exclusive_with:
        yield from _excluded(product.exclusive_with, applicant, product.source)
    if product.eligibility:
        yield from _broken_rules(product.eligibility, applicant, facts)


def _outside_limits(product: Product, applicant: Applicant) -> Iterator[Reason]:
    asked: tuple[tuple[str, int, int, int], ...] = (
        ("amount", applicant.amount, product.amount_min, product.amount_max),
        ("tenor_months", applicant.tenor_months, product.tenor_min, product.tenor_max),
    )
    for field, found, least, most in asked:
        if found < least:
            yield Reason(OUTSIDE_LIMITS, field, "at_least", found, least, product.source)
        elif found > most:
            yield Reason(OUTSIDE_LIMITS, field, "at_most", found, most, product.source)


def _excluded(names: tuple[str, ...], applicant: Applicant, source: str) -> Iterator[Reason]:
    held = applicant.held_products
    if held is None or not held.isdisjoint(names):
        found = None if held is None else tuple(sorted(held.intersection(names)))
        yield Reason(ALREADY_HELD, "held_products", "none_of", found, names, source)


def _broken_rules(rules: tuple[Rule, ...], applicant: Applicant, facts: Facts) -> Iterator[Reason]:
    for rule in rules:
        if rule.above_amount is not None and applicant.amount <= rule.above_amount:
            continue
        found, asked = facts[rule.field], rule.asks(applicant.documents)
        if found is None or not meets(rule, found, asked):
            yield Reason(rule.reason_code, rule.field, rule.op, found, asked, rule.citation)


def meets(rule: Rule, found: Fact, asked: Fact) -> bool:
    """Return whether a fact meets what a rule asks, as the rule says how to hold them together."""
    fact, value, judge = JUDGES[rule.op]
    if not (isinstance(found, fact) and isinstance(asked, value)):
        raise TypeError(f"{rule.field} {found!r} cannot be held against {asked!r}")
    return judge(found, asked)
