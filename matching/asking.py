"""Many applicants in columns: what is asked and known of all of them, fact by fact."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching import applicant
from matching.applicant import Applicant

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LARGEST: Final = 2**53
"""Larger whole numbers are not all told apart in double precision, rupiah: a larger amount
counts as this one."""


class Facts:
    """One fact of *n* applicants: the values it takes, None among them, and who has which."""

    def __init__(self, facts: Sequence[Hashable]) -> None:
        places = {fact: place for place, fact in enumerate(dict.fromkeys(facts))}
        self._values = tuple(places)
        self._places = np.array([places[fact] for fact in facts], np.int64)

    def are(self, judge: Callable[..., bool]) -> Bools:
        """Return what *judge* says of each applicant's value, asking once for each value."""
        return np.array([judge(value) for value in self._values], np.bool_)[self._places]


class Asking:
    """Columns of *n* applicants, arrays of shape (n,); NaN where a number is not known.

    Args:
        applicants: each as one request; what a column holds is told at
            `matching.applicant.Applicant`.
    """

    def __init__(self, applicants: Sequence[Applicant]) -> None:
        self.amount: Ints = np.array([min(a.amount, LARGEST) for a in applicants], np.int64)
        self.tenor: Ints = np.array([a.tenor_months for a in applicants], np.int64)
        self.risk = _known(a.probability_of_default for a in applicants)
        self.income = _known(a.monthly_income for a in applicants)
        self.spending = _known(a.monthly_spending for a in applicants)
        self.purchases = _known(a.monthly_purchases for a in applicants)
        self.existing = _known(a.existing_instalments for a in applicants)
        self.documents = Facts([a.documents for a in applicants])
        self.held = Facts([a.held_products for a in applicants])
        self._facts = [a.facts() for a in applicants]
        self._columns: dict[applicant.Field, Facts] = {}

    def fact(self, field: applicant.Field) -> Facts:
        """Return a fact that a rule may ask about, of every applicant."""
        if field not in self._columns:
            self._columns[field] = Facts([facts[field] for facts in self._facts])
        return self._columns[field]


def _known(values: Iterable[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], np.float64)
