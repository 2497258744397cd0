"""Many applicants in columns: what is asked and known of all of them, fact by fact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.applicant import Applicant

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LARGEST: Final = 2**53
"""Larger whole numbers are not all told apart in double precision, rupiah: a larger amount
counts as this one."""

NONE_HELD: Final = frozenset[str]()


class Facts:
    """One fact of *n* applicants, with what else matters to it: the values, and who has which."""

    def __init__(self, facts: Sequence[tuple[Any, ...]]) -> None:
        places = {fact: place for place, fact in enumerate(dict.fromkeys(facts))}
        self._values = tuple(places)
        self._places = [places[fact] for fact in facts] if self._values[1:] else None

    def are(self, judge: Callable[..., NDArray[np.int8]]) -> NDArray[np.int8]:
        """Return (n, k) what *judge* says, (k,), of each applicant's value, asked once of each.

        Where all applicants have the same value it is (1, k).
        """
        told = np.array([judge(*value) for value in self._values])
        return told if self._places is None else told[self._places]


class Asking:
    """Columns of *n* applicants, arrays of shape (n,); NaN where a number is not known.

    Args:
        applicants: each as one request; what a column holds is told at
            `matching.applicant.Applicant`.
        risks: (n,) the probabilities of default in the place of the applicants' own.
    """

    def __init__(self, applicants: Sequence[Applicant], risks: Floats | None = None) -> None:
        self._applicants = applicants
        self.amount: Ints = np.array([min(a.amount, LARGEST) for a in applicants], np.int64)
        self.tenor: Ints = np.array([a.tenor_months for a in applicants], np.int64)
        own = _known(a.probability_of_default for a in applicants) if risks is None else risks
        self.risk: Floats = own
        self.income = _known(a.monthly_income for a in applicants)
        self.spending = _known(a.monthly_spending for a in applicants)
        self.purchases = _known(a.monthly_purchases for a in applicants)
        self.existing = _known(a.existing_instalments for a in applicants)

    def facts(self, name: str, easing: frozenset[str]) -> Facts:
        """Return a fact of every applicant, and which of the documents in *easing* each holds."""
        told = [getattr(one, name) for one in self._applicants]
        if not easing:
            return Facts([(fact, NONE_HELD) for fact in told])
        held = [easing & (one.documents or NONE_HELD) for one in self._applicants]
        return Facts(list(zip(told, held, strict=True)))


def _known(values: Iterable[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], np.float64)
