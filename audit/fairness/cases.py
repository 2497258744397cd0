"""What is audited: one row per application, with what is known of it and who asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.rows import Flags, Floats

NOT_TOLD: Final = ""
"""The group of those who did not tell, or did not consent to the audit."""

Groups = Mapping[str, NDArray[np.str_]]
"""Protected attribute → (n,) the group of each, `NOT_TOLD` where it is not known."""


@dataclass(frozen=True)
class Cases:
    """Applications to be audited; NaN where something is not known.

    Args:
        probability: (n,) of default, above 0 and below 1, as the model gave it.
        approved: (n,) 1 where the answer audited is *yes*, 0 where it is not.
        bad: (n,) 1 for a loan that went bad, 0 for a good one, NaN without an outcome.
        denied: (n,) 1 where a lender denied in the past, 0 where one financed, NaN elsewhere.
        records: (n,) how many records were known of the applicant, 0 or more, NaN elsewhere.
        weights: (n,) how many applications of the population each stands for, above 0.
        groups: of each protected attribute.
    """

    probability: Floats
    approved: Floats
    bad: Floats
    denied: Floats
    records: Floats
    weights: Floats
    groups: Groups

    @property
    def n(self) -> int:
        """Return how many applications there are."""
        return self.weights.size

    def part(self, rows: Flags) -> Cases:
        """Return the cases of some rows, given as a mask."""
        names = ("probability", "approved", "bad", "denied", "records", "weights")
        groups = {name: of[rows] for name, of in self.groups.items()}
        return replace(self, **{name: getattr(self, name)[rows] for name in names}, groups=groups)


def decided(approved: Floats, groups: Groups, **known: Floats) -> Cases:
    """Return cases of which only some things are known, such as another lender's decisions.

    Args:
        approved: (n,) 1 or 0.
        groups: of each protected attribute.
        known: further fields of `Cases` by name; what is not given is NaN, weights are 1.
    """
    nothing = np.full(approved.size, np.nan)
    names = ("probability", "bad", "denied", "records")
    fields = {**dict.fromkeys(names, nothing), "weights": np.ones(approved.size), **known}
    return Cases(approved=approved, groups=groups, **fields)
