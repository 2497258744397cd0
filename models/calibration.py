"""Calibrations: from the trees' margin to the log-odds of default, never against its order.

Three shapes, each told from the others by its ``kind`` in a manifest: a line
(Platt), a curve of two slopes (beta) and a free rising line through knots
(isotonic). `training.fitting.calibrating` fits them and chooses.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, Field

from features.rows import Floats

Number = Annotated[float, Field(allow_inf_nan=False)]
Slope = Annotated[float, Field(ge=0, allow_inf_nan=False)]
"""Below 0 it would turn the order round; a manifest that says so is refused."""


@dataclass(frozen=True)
class Platt:
    """A line: log-odds = intercept + slope · margin (Platt, 1999); the slope is 0 or more."""

    intercept: Number
    slope: Slope
    kind: Literal["platt"] = "platt"

    def log_odds(self, margin: Floats) -> Floats:
        """Return (n,) log-odds of default of (n,) margins."""
        return self.intercept + self.slope * margin


@dataclass(frozen=True)
class Beta:
    """Two slopes: log-odds = intercept + low · ln p - high · ln(1 - p), where p = sigmoid(margin).

    Far below a margin of 0 the curve is a line of slope *low*, far above one of slope *high*; both
    are 0 or more. With equal slopes it is Platt's line. Source: Kull, Silva Filho & Flach, *Beta
    calibration*, AISTATS 2017, where *low*, *high* and *intercept* are a, b and c.
    """

    intercept: Number
    low: Slope
    high: Slope
    kind: Literal["beta"] = "beta"

    def log_odds(self, margin: Floats) -> Floats:
        """Return (n,) log-odds of default of (n,) margins."""
        log_p, log_not_p = log_sigmoid(margin), log_sigmoid(-margin)
        return self.intercept + self.low * log_p - self.high * log_not_p


def log_sigmoid(margin: Floats) -> Floats:
    """Return ln(1 ÷ (1 + exp(-margin))), exact for margins of any size."""
    return -np.logaddexp(0.0, -margin)


def _rising(knots: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    if not knots or (np.diff(knots, axis=0) < 0).any():
        raise ValueError("an isotonic calibration needs knots, each no lower than the one before")
    return knots


@dataclass(frozen=True)
class Isotonic:
    """Straight lines between knots, level before the first and after the last.

    Lines and not steps: between two steps a small change of the business would do nothing, and at
    a step it would change everything; and steps make ties, which cost order.

    Args:
        knots: pairs of a margin and its log-odds; both rise, or stay, from knot to knot.
    """

    knots: Annotated[tuple[tuple[Number, Number], ...], AfterValidator(_rising)]
    kind: Literal["isotonic"] = "isotonic"

    @functools.cached_property
    def _columns(self) -> tuple[Floats, Floats]:
        margins, log_odds = np.array(self.knots).T.copy()
        return margins, log_odds

    def log_odds(self, margin: Floats) -> Floats:
        """Return (n,) log-odds of default of (n,) margins."""
        margins, log_odds = self._columns
        after = np.searchsorted(margins, margin, side="right")
        last = len(margins) - 1
        between = log_odds[(after - 1).clip(0)], log_odds[after.clip(max=last)]
        # Rounding may carry a line beyond its own knots, and so against the order of the next.
        return np.interp(margin, margins, log_odds).clip(*between)


Calibration = Annotated[Platt | Beta | Isotonic, Field(discriminator="kind")]
"""Any of the three, as a manifest holds it."""
