"""The measures of a gap between a group and the rest of those who told.

Every gap is written so that *lower is worse for the group*: the group is approved
less often, its risk is put too high, less is known of it. Definitions: Barocas,
Hardt & Narayanan, *Fairness and Machine Learning*, 2023, chapter 3; they cannot all
be met at once where the shares of bad loans differ (Chouldechova, *Big Data* 5, 2017).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from audit.fairness import at_same_risk
from audit.fairness.cases import Cases
from audit.fairness.estimate import Estimate, difference, mean, ratio, share, size
from audit.fairness.ranking import auc
from features.rows import Flags, Floats
from models import scale

SHOWN_FROM: Final = 10
"""Applications below which a cell is suppressed: it might be about somebody."""

ENOUGH: Final = 30.0
"""Applications (of equal weight) on each side below which there is insufficient data for a gap."""

ENOUGH_BAD: Final = 10.0
"""The same for bad loans, which are few, where a measure counts them."""


@dataclass(frozen=True)
class Gap:
    """What a measure says of one group and the rest.

    Args:
        group: the level of the group, None where suppressed or where a measure has none.
        rest: the level of the rest.
        gap: between them, None where there is insufficient data to compare.
        counted: applications of the group that count, -1 where suppressed.
    """

    group: Estimate | None
    rest: Estimate | None
    gap: Estimate | None
    counted: int


class Measure(Protocol):
    """One way to measure a gap."""

    @property
    def name(self) -> str:
        """Return the standard name."""
        ...

    @property
    def equal(self) -> float:
        """Return the value that means no gap: 0 of a difference, 1 of a ratio."""
        ...

    def compare(self, group: Cases, rest: Cases, z: float) -> Gap:
        """Return the gap with its interval of *z* standard errors either way."""
        ...


@dataclass(frozen=True)
class OfLevels:
    """A measure that compares one figure of the group with the same figure of the rest.

    Args:
        name: the standard name.
        ratio: whether it is group ÷ rest; otherwise it is group - rest.
        counts: which applications count.
        level: the figure, of applications that count.
        bad: whether the figure rests on bad loans, of which there are few.
        less_is_better: whether less of the figure is better, so that it is rest - group.
    """

    name: str
    ratio: bool
    counts: Callable[[Cases], Flags]
    level: Callable[[Cases, float], Estimate]
    bad: bool = False
    less_is_better: bool = False

    @property
    def equal(self) -> float:
        """Return the value that means no gap."""
        return float(self.ratio)

    def compare(self, group: Cases, rest: Cases, z: float) -> Gap:
        """Return the gap with its interval of *z* standard errors either way."""
        sides = [side.part(self.counts(side)) for side in (group, rest)]
        if min(side.n for side in sides) < SHOWN_FROM:
            return Gap(None, None, None, -1)
        if self.bad and min(_fewest(side) for side in sides) == 0:
            return Gap(None, None, None, sides[0].n)
        one, other = (self.level(side, z) for side in sides)
        enough = all(self._enough(side) for side in sides)
        first, second = (other, one) if self.less_is_better else (one, other)
        compared = (ratio if self.ratio else difference)(first, second) if enough else None
        return Gap(one, other, compared, sides[0].n)

    def _enough(self, side: Cases) -> bool:
        return size(side.weights) >= ENOUGH and (not self.bad or _fewest(side) >= ENOUGH_BAD)


@dataclass(frozen=True)
class PastAnswers:
    """Past denials of the rest - those of the group at the same risk; 0 means none.

    Minus 0.1: of a hundred of the group, ten more were denied than of others of the same tenth of
    risk (`audit.fairness.at_same_risk`). It is about the lenders' answers, not the model's.
    """

    name: str = "past_answers"
    equal: float = 0.0

    def compare(self, group: Cases, rest: Cases, z: float) -> Gap:
        """Return the gap with its interval of *z* standard errors either way."""
        group, rest = (side.part(_answered(side)) for side in (group, rest))
        if min(group.n, rest.n) < SHOWN_FROM:
            return Gap(None, None, None, -1)
        one, other = (share(1 - side.denied, side.weights, z) for side in (group, rest))
        enough = min(size(side.weights) for side in (group, rest)) >= ENOUGH
        return Gap(one, other, at_same_risk.gap(group, rest, z) if enough else None, group.n)


def _everyone(cases: Cases) -> Flags:
    return ~np.isnan(cases.approved)


def _ended(cases: Cases) -> Flags:
    return ~np.isnan(cases.bad) & ~np.isnan(cases.probability)


def _good(cases: Cases) -> Flags:
    return np.asarray(cases.bad == 0) & _everyone(cases)


def _bad(cases: Cases) -> Flags:
    return np.asarray(cases.bad == 1) & _everyone(cases)


def _scored(cases: Cases) -> Flags:
    return ~np.isnan(score(cases))


def _recorded(cases: Cases) -> Flags:
    return ~np.isnan(cases.records)


def _answered(cases: Cases) -> Flags:
    return ~np.isnan(cases.denied) & ~np.isnan(at_same_risk.risk(cases))


def _approval(cases: Cases, z: float) -> Estimate:
    return share(cases.approved, cases.weights, z)


def _observed_to_expected(cases: Cases, z: float) -> Estimate:
    """Return bad loans ÷ the sum of probabilities, given who they are."""
    expected = float(np.average(cases.probability, weights=cases.weights))
    return share(cases.bad, cases.weights, z).times(1 / expected)


def score(cases: Cases) -> Floats:
    """Return (n,) points as given, or else those of our scale that the probabilities stand for."""
    log_odds = np.log(cases.probability / (1 - cases.probability))
    return scale.points(log_odds) if np.isnan(cases.score).all() else cases.score


def _points(cases: Cases, z: float) -> Estimate:
    return mean(score(cases), cases.weights, z)


def _there(name: str) -> Callable[[Cases], Flags]:
    """Return what finds the applications of which a figure is known."""

    def counts(cases: Cases) -> Flags:
        return ~np.isnan(_figure(cases, name))

    return counts


def _mean(name: str) -> Callable[[Cases, float], Estimate]:
    """Return what takes the mean of a figure."""

    def level(cases: Cases, z: float) -> Estimate:
        return mean(_figure(cases, name), cases.weights, z)

    return level


def _share(name: str) -> Callable[[Cases, float], Estimate]:
    """Return what takes the share of those of whom a flag is 1."""

    def level(cases: Cases, z: float) -> Estimate:
        return share(_figure(cases, name), cases.weights, z)

    return level


def _figure(cases: Cases, name: str) -> Floats:
    figure: Floats = getattr(cases, name)
    return figure


def _log_records(cases: Cases, z: float) -> Estimate:
    """Return 1 + records, the geometric mean."""
    of = mean(np.log1p(cases.records), cases.weights, z)
    return Estimate(*(float(np.exp(x)) for x in (of.value, of.low, of.high)))


def _fewest(cases: Cases) -> float:
    """Return the fewer of good and bad loans."""
    bad = cases.bad == 1
    return min(size(cases.weights[bad]), size(cases.weights[~bad]))


IMPACT: Final = OfLevels("adverse_impact_ratio", ratio=True, counts=_everyone, level=_approval)
"""Share approved of the group ÷ of the rest. 1: equal; 0: nobody of the group is approved."""

PARITY: Final = OfLevels(
    "demographic_parity_difference", ratio=False, counts=_everyone, level=_approval
)
"""Share approved of the group - of the rest, -1 … 1. 0: equal."""

OPPORTUNITY: Final = OfLevels(
    "equal_opportunity_difference", ratio=False, counts=_good, level=_approval
)
"""The same among loans that went well, -1 … 1. 0: good borrowers are approved equally often.

Only of loans financed is it known how they went.
"""

FALSE_POSITIVE: Final = OfLevels(
    "false_positive_difference", ratio=False, counts=_bad, level=_approval
)
"""The same among loans that went bad, -1 … 1. With equal opportunity, 0: equalised odds."""

CALIBRATION: Final = OfLevels(
    "calibration_ratio", ratio=True, counts=_ended, level=_observed_to_expected, bad=True
)
"""Observed ÷ expected bad loans of the group ÷ that of the rest. 1: equal.

Below 1 the model puts the group's risk too high beside the rest's, above 1 too low.
"""

SCORE: Final = OfLevels("score_gap", ratio=False, counts=_scored, level=_points)
"""Mean points of the group - of the rest. 0: equal; 20 points double the odds of a good loan."""

RANKING: Final = OfLevels("ranking_difference", ratio=False, counts=_ended, level=auc, bad=True)
"""AUC within the group - within the rest, -1 … 1. 0: risk is told apart equally well in both."""

RECORDS: Final = OfLevels("records_ratio", ratio=True, counts=_recorded, level=_log_records)
"""Geometric mean of 1 + records known, of the group ÷ of the rest. 1: equally much is known."""

PAST_ANSWERS: Final = PastAnswers()

PRICE: Final = OfLevels(
    "price_gap", ratio=False, counts=_there("price"), level=_mean("price"), less_is_better=True
)
"""Mean yearly rate of the cheapest offer, of the rest - of the group. 0: equally dear."""

OFFERS: Final = OfLevels("offers_gap", ratio=False, counts=_there("offers"), level=_mean("offers"))
"""Mean number of offers of the group - of the rest. 0: equally many."""

TIME: Final = OfLevels(
    "time_gap", ratio=False, counts=_there("hours"), level=_mean("hours"), less_is_better=True
)
"""Mean hours to the decision, of the rest - of the group. 0: equally fast."""

REVIEWS: Final = OfLevels(
    "review_gap",
    ratio=False,
    counts=_there("reviewed"),
    level=_share("reviewed"),
    less_is_better=True,
)
"""Share that a person looked at, of the rest - of the group. Below 0: the group more often."""

OVERRIDES: Final = OfLevels(
    "override_gap",
    ratio=False,
    counts=_there("overridden"),
    level=_share("overridden"),
    less_is_better=True,
)
"""Share of reviews that change the answer, of the rest - of the group. 0: equally many."""

TOLERATED: Final[dict[Measure, float]] = {
    IMPACT: 0.8,
    OPPORTUNITY: -0.05,
    CALIBRATION: 0.8,
    RANKING: -0.05,
    RECORDS: 0.8,
    PAST_ANSWERS: -0.05,
}
"""Measure → the gap up to which nothing is said; lower is worse for the group."""

MEASURES: Final[tuple[Measure, ...]] = (
    IMPACT,
    PARITY,
    OPPORTUNITY,
    FALSE_POSITIVE,
    CALIBRATION,
    SCORE,
    RANKING,
    RECORDS,
    PAST_ANSWERS,
    PRICE,
    OFFERS,
    TIME,
    REVIEWS,
    OVERRIDES,
)
