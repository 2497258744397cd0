"""The widest gap among all groups of an attribute: between the best off and the worst off.

These are the figures that Fairlearn and others report, one for an attribute. They have no sign,
and of equal groups they are above nought by chance, the more so the smaller and the more the groups
are: so each comes with its bootstrap interval and with what it comes to where a group is a matter
of chance alone (the groups shuffled). `audit.fairness.audit` says who is worse off, and how surely.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from audit.fairness.cases import NOT_TOLD, Cases
from audit.fairness.draws import USUAL, Drawing, shuffled, sums
from audit.fairness.estimate import Estimate
from audit.fairness.measures import ENOUGH, score
from features.rows import Flags, Floats


@dataclass(frozen=True)
class Rate:
    """A mean that is compared among groups.

    Args:
        values: (n,) of each application.
        among: (n,) which applications count.
    """

    values: Callable[[Cases], Floats]
    among: Callable[[Cases], Flags]


APPROVED: Final = Rate(lambda c: c.approved, lambda c: ~np.isnan(c.approved))
OF_GOOD: Final = Rate(lambda c: c.approved, lambda c: (c.bad == 0) & ~np.isnan(c.approved))
OF_BAD: Final = Rate(lambda c: c.approved, lambda c: (c.bad == 1) & ~np.isnan(c.approved))
SCORED: Final = Rate(score, lambda c: ~np.isnan(score(c)))
PRICED: Final = Rate(lambda c: c.price, lambda c: ~np.isnan(c.price))


@dataclass(frozen=True)
class Width:
    """One figure of how far the groups lie apart.

    Args:
        name: the standard name.
        rates: what is compared; of several the one that lies widest counts.
        ratio: whether it is least ÷ most; otherwise it is most - least.
    """

    name: str
    rates: tuple[Rate, ...]
    ratio: bool = False

    @property
    def equal(self) -> float:
        """Return the value that means no gap."""
        return float(self.ratio)


WIDTHS: Final = (
    Width("demographic_parity_difference", (APPROVED,)),
    Width("demographic_parity_ratio", (APPROVED,), ratio=True),
    Width("equal_opportunity_difference", (OF_GOOD,)),
    Width("equalized_odds_difference", (OF_GOOD, OF_BAD)),
    Width("score_difference", (SCORED,)),
    Width("price_difference", (PRICED,)),
)


@dataclass(frozen=True)
class Widest:
    """How far the groups of an attribute lie apart.

    Args:
        attribute: the protected attribute.
        width: the figure.
        found: with its bootstrap interval; None where fewer than two groups have enough data. The
            interval is the basic one, since the widest gap of a sample lies above that of those
            it is drawn from; it is widened to hold the gap found.
        by_chance: what such a gap stays within where chance alone says who is of which group (at
            one tail of the interval's confidence); None likewise.
        groups: how many groups are compared; those with too few applications are not.
    """

    attribute: str
    width: Width
    found: Estimate | None
    by_chance: float | None
    groups: int


def widest(
    cases: Cases, widths: Sequence[Width] = WIDTHS, drawing: Drawing = USUAL
) -> list[Widest]:
    """Return how far the groups lie apart, by attribute and figure.

    Args:
        cases: the applications.
        widths: which figures.
        drawing: how the samples are drawn.
    """
    rates = list(dict.fromkeys(rate for width in widths for rate in width.rates))
    terms = np.stack([term for rate in rates for term in _terms(cases, rate)], axis=1)
    found = []
    for attribute, groups in cases.groups.items():
        names = np.unique(groups[groups != NOT_TOLD])
        if names.size < 2:  # noqa: PLR2004  one group is not apart
            found += [Widest(attribute, width, None, None, names.size) for width in widths]
            continue
        labels = np.where(groups == NOT_TOLD, -1, np.searchsorted(names, groups))
        drawn = sums(terms, labels, names.size, drawing)
        mixed = shuffled(terms, labels, names.size, drawing)
        for width in widths:
            at = 2 * np.array([rates.index(rate) for rate in width.rates])
            there = (drawn[0][:, at + 1] >= ENOUGH).all(axis=1)
            those, chance = (of[:, there][:, :, [at, at + 1]] for of in (drawn, mixed))
            found.append(_found(attribute, width, those, chance, drawing.confidence))
    return found


def _found(attribute: str, width: Width, drawn: Floats, mixed: Floats, confidence: float) -> Widest:
    """Return one figure, of (draws, groups, 2, rates) sums above and below the line."""
    groups = drawn.shape[1]
    if groups < 2:  # noqa: PLR2004  one group is not apart
        return Widest(attribute, width, None, None, groups)
    value, *samples = _apart(drawn, width)
    if np.isnan(value):  # a ratio where nobody has any of it
        return Widest(attribute, width, None, None, groups)
    tail = (1 - confidence) / 2
    low, high = 2 * value - np.nanquantile(samples, [1 - tail, tail])
    chance = np.nanquantile(_apart(mixed, width), tail if width.ratio else 1 - tail)
    bounds = np.clip([min(low, value), max(high, value)], 0, 1 if width.ratio else None)
    return Widest(attribute, width, Estimate(*map(float, (value, *bounds))), float(chance), groups)


def _terms(cases: Cases, rate: Rate) -> tuple[Floats, Floats]:
    """Return (n,) what is added up above and below the line of a mean."""
    among = rate.among(cases)
    weights = np.where(among, cases.weights, 0.0)
    return np.where(among, rate.values(cases), 0.0) * weights, weights


def _apart(drawn: Floats, width: Width) -> Floats:
    """Return (draws,) how far the groups lie apart in each sample."""
    with np.errstate(invalid="ignore", divide="ignore"):
        means = drawn[:, :, 0] / drawn[:, :, 1]
        least, most = means.min(axis=1), means.max(axis=1)
        apart: Floats = (least / most).min(axis=1) if width.ratio else (most - least).max(axis=1)
    return apart
