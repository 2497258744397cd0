"""The hard rules of many products in a row, those of a product side by side.

What a fact comes to with all rules that ask about it is worked out once and remembered, so that
many applicants against many products are one sweep over the row. `matching.eligibility` judges
each rule; here nobody is told why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching import eligibility
from matching.applicant import Fact
from matching.asking import Asking, Ints
from matching.product import Product
from matching.rule import Rule

Bars = NDArray[np.int8]
"""What speaks against loans: of each 0, which is nothing, or `OPEN`, `SHUT`, or both of them."""

OPEN: Final = 1
"""A fact, or a risk, that nobody knows yet."""

SHUT: Final = 2
"""Something known."""

MOST_KEPT: Final = 4096
"""Values remembered of each fact."""

EVERY: Final = -1
"""The largest amount that a rule which binds every loan does not bind."""

Excluded = frozenset[str]
"""The products of which an applicant may hold none: a rule too, about what is held."""


class _Fact:
    """All rules about one fact.

    Args:
        places: (k,) where they stand in the row.
        rules: k of them.
    """

    def __init__(self, places: Sequence[int], rules: Sequence[Rule | Excluded]) -> None:
        self.places: Ints = np.array(places, np.int64)
        self._rules = tuple(rules)
        relaxed = [rule.relaxed for rule in rules if isinstance(rule, Rule)]
        self.easing = frozenset(one.document for one in relaxed if one is not None)
        self.bars = lru_cache(MOST_KEPT)(self._bars)

    def _bars(self, fact: Fact | frozenset[str] | None, easing: frozenset[str]) -> Bars:
        """Return (k,) what a fact comes to, of one who holds these of the easing documents."""
        return np.array([_bar(rule, fact, easing) for rule in self._rules], np.int8)


def _bar(rule: Rule | Excluded, fact: Fact | frozenset[str] | None, easing: frozenset[str]) -> int:
    if fact is None:
        return OPEN
    if isinstance(rule, frozenset):
        return SHUT if isinstance(fact, frozenset) and rule & fact else 0
    told = tuple(sorted(fact)) if isinstance(fact, frozenset) else fact
    return 0 if eligibility.meets(rule, told, rule.asks(easing)) else SHUT


class Ruled:
    """The rules of p products.

    Args:
        products: p of them.
        barred: (p,) what speaks against each, whatever the facts.
    """

    def __init__(self, products: Sequence[Product], barred: Bars) -> None:
        row: list[Rule | Excluded | None] = []
        starts = []
        for product in products:
            starts.append(len(row))
            excluded = (frozenset(product.exclusive_with),) if product.exclusive_with else ()
            row += [None, *excluded, *product.eligibility]
        self._starts: Ints = np.array(starts, np.int64)
        self._whatever = np.zeros(len(row), np.int8)
        self._whatever[self._starts] = barred
        above = [one.above_amount if isinstance(one, Rule) else None for one in row]
        self._above: Ints = np.array([EVERY if a is None else a for a in above], np.int64)
        self._facts = _by_fact(row)

    def barred(self, asking: Asking) -> Bars:
        """Return (n, p) what speaks against each product for n applicants, by facts alone."""
        row = np.repeat(self._whatever[None], asking.amount.size, axis=0)
        for name, fact in self._facts.items():
            row[:, fact.places] = asking.facts(name, fact.easing).are(fact.bars)
        row *= asking.amount[:, None] > self._above
        return np.bitwise_or.reduceat(row, self._starts, axis=1) if row.size else row


def _by_fact(row: Sequence[Rule | Excluded | None]) -> dict[str, _Fact]:
    """Return the name of a fact → the rules about it."""
    found: dict[str, list[tuple[int, Rule | Excluded]]] = defaultdict(list)
    for place, one in enumerate(row):
        if one is not None:
            found[one.field if isinstance(one, Rule) else "held_products"].append((place, one))
    return {name: _Fact(*zip(*some, strict=True)) for name, some in found.items()}
