"""What is audited: one row per application, with what is known of it and who asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.rows import Flags, Floats

NOT_TOLD: Final = ""
"""The group of those who did not tell, or did not consent to the audit."""


Groups = Mapping[str, NDArray[np.str_]]
"""Protected attribute → (n,) the group of each, `NOT_TOLD` where it is not known."""

FIGURES: Final = (
    "probability",
    "score",
    "approved",
    "bad",
    "denied",
    "records",
    "price",
    "offers",
    "hours",
    "reviewed",
    "overridden",
)
"""What may be known of an application, each a number, NaN where it is not."""


@dataclass(frozen=True)
class Cases:
    """Applications to be audited; NaN where something is not known.

    Args:
        probability: (n,) of default, above 0 and below 1, as the model gave it.
        score: (n,) points on any scale on which more is better.
        approved: (n,) 1 where the answer audited is *yes*, 0 where it is not.
        bad: (n,) 1 for a loan that went bad, 0 for a good one, NaN without an outcome.
        denied: (n,) 1 where a lender denied in the past, 0 where one financed, NaN elsewhere.
        records: (n,) how many records were known of the applicant, 0 or more.
        price: (n,) all-in yearly rate of the cheapest offer, 0.24 for 24%, NaN without an offer.
        offers: (n,) how many offers there were, 0 or more.
        hours: (n,) from the request to the decision, 0 or more.
        reviewed: (n,) 1 where a person looked, 0 where none did.
        overridden: (n,) 1 where a person answered otherwise than was recommended, 0 where as it
            was, NaN where none looked.
        weights: (n,) how many applications of the population each stands for, above 0.
        groups: of each protected attribute.
        points: reason code → (n,) points that it adds to the score, below 0 where it lowers it.
        named: reason code → (n,) 1 where the applicant was told it as a reason, 0 where not.
    """

    probability: Floats
    score: Floats
    approved: Floats
    bad: Floats
    denied: Floats
    records: Floats
    price: Floats
    offers: Floats
    hours: Floats
    reviewed: Floats
    overridden: Floats
    weights: Floats
    groups: Groups
    points: Mapping[str, Floats] = field(default_factory=dict)
    named: Mapping[str, Floats] = field(default_factory=dict)

    @classmethod
    def of(cls, groups: Groups, *, weights: Floats | None = None, **figures: Floats) -> Cases:
        """Return cases of which some things are known; of reasons nothing.

        Args:
            groups: of each protected attribute.
            weights: (n,) above 0; 1 each when not given.
            figures: at least one of `FIGURES`, (n,) each; what is not given is known of nobody.
        """
        n = next(iter(figures.values())).size
        nothing = np.full(n, np.nan)
        return cls(
            **{**dict.fromkeys(FIGURES, nothing), **figures},
            weights=np.ones(n) if weights is None else weights,
            groups=groups,
            points={},
            named={},
        )

    @property
    def n(self) -> int:
        """Return how many applications there are."""
        return self.weights.size

    def part(self, rows: Flags) -> Cases:
        """Return the cases of some rows, given as a mask."""
        if rows.all():
            return self
        figures = {name: getattr(self, name)[rows] for name in (*FIGURES, "weights")}
        return replace(
            self,
            **figures,
            groups={name: of[rows] for name, of in self.groups.items()},
            points={code: of[rows] for code, of in self.points.items()},
            named={code: of[rows] for code, of in self.named.items()},
        )

    def within(self, table: Sequence[str], group: Sequence[str] = ()) -> Flags:
        """Return (n,) who told all attributes of a table and is of a group of its first ones.

        Args:
            table: the attributes.
            group: the group of as many of them as are given; none for everybody who told all.
        """
        told = [self.groups[name] != NOT_TOLD for name in table]
        mine = [self.groups[name] == of for name, of in zip(table, group, strict=False)]
        found: Flags = np.logical_and.reduce([*told, *mine])
        return found
