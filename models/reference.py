"""What a model was trained on, counted: what later applicants and loans are held against.

It is small and travels with the model: counts in bins of the score and of every feature, and how
well the trees told loans apart that they had not seen. `training.fitting.reference` counts it,
`audit.drift` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, Field

from features.rows import Floats

Number = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Above = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


def _rising(edges: tuple[float, ...]) -> tuple[float, ...]:
    if (np.diff(edges) <= 0).any():
        raise ValueError("edges of bins that do not rise")
    return edges


@dataclass(frozen=True)
class Bins:
    """How often values lay in each bin.

    Args:
        edges: rising; a value belongs to the bin above the last edge that is no larger than it.
        counts: (edges + 2,) loans in each bin, and last those whose value was missing; weights
            are scaled so that they add up to the number of equal ones that say as much.
    """

    edges: Annotated[tuple[Number, ...], AfterValidator(_rising)]
    counts: tuple[Count, ...]

    def __post_init__(self) -> None:
        """Refuse counts that are not of these bins; raises ValueError."""
        if len(self.counts) != len(self.edges) + 2 or not sum(self.counts):
            raise ValueError("bins need one count more than edges, and one of what is missing")

    def count(self, values: Floats, weights: Floats | None = None) -> Floats:
        """Return (edges + 2,) how many values lie in each bin, and last how many are missing.

        Args:
            values: (n,) NaN where missing.
            weights: (n,) of each; 1 when not given.
        """
        places = np.searchsorted(self.edges, values, side="right")
        places[np.isnan(values)] = len(self.edges) + 1
        return np.bincount(places, weights, len(self.counts)).astype(np.float64)


@dataclass(frozen=True)
class Reference:
    """What a model was trained on.

    Args:
        features: feature → its bins.
        score: the bins of whole points, given by trees that had not seen the business.
        loans: how many equal weights say as much as those of all loans.
        bad: the share of bad loans among them.
        auc: how well those trees told them apart, 0 … 1; *auc_low* and *auc_high* end its 95%
            interval.
    """

    features: Mapping[str, Bins]
    score: Bins
    loans: Above
    bad: Share
    auc: Share
    auc_low: Share
    auc_high: Share
