"""How good a model is on loans it never saw: each figure with its interval.

Every measure counts each loan by its weight: how many loans of the population
it stands for. Intervals are percentile bootstrap intervals over loans (Efron &
Tibshirani, 1993), 95%, from one fixed seed, so the same predictions give the
same interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from features.rows import Floats, Ints

DRAWS: Final = 1000
BINS: Final = 10


@dataclass(frozen=True)
class Figure:
    """A figure with the bounds of its 95% interval."""

    value: float
    low: float
    high: float


def auc(probability: Floats, bad: Ints, weights: Floats) -> float:
    """Return the chance that a bad loan is given a higher probability than a good one, 0 … 1.

    Ties count half (Mann & Whitney, 1947).
    """
    good_at, bad_at = _at_each(probability, bad, weights)
    below = np.cumsum(good_at) - good_at / 2
    return float(bad_at @ below / (bad_at.sum() * good_at.sum()))


def gini(probability: Floats, bad: Ints, weights: Floats) -> float:
    """Return 2 · AUC - 1: 0 is chance, 1 perfect order."""
    return 2 * auc(probability, bad, weights) - 1


def ks(probability: Floats, bad: Ints, weights: Floats) -> float:
    """Return the largest distance between the distributions of bad and good loans, 0 … 1."""
    good_at, bad_at = _at_each(probability, bad, weights)
    apart = np.cumsum(bad_at) / bad_at.sum() - np.cumsum(good_at) / good_at.sum()
    return float(np.max(np.abs(apart)))


def _at_each(probability: Floats, bad: Ints, weights: Floats) -> tuple[Floats, Floats]:
    """Return the weight of good loans and of bad ones at each different probability, rising.

    By hand, as scikit-learn's take thirty times as long, and a bootstrap asks thousands of times.
    """
    place = np.unique(probability, return_inverse=True)[1]
    good_at: Floats = np.bincount(place, weights * (1 - bad)).astype(np.float64)
    bad_at: Floats = np.bincount(place, weights * bad).astype(np.float64)
    return good_at, bad_at


def brier(probability: Floats, bad: Ints, weights: Floats) -> float:
    """Return the mean of (probability - outcome)²; 0 is perfect."""
    return float(np.average((probability - bad) ** 2, weights=weights))


def ece(probability: Floats, bad: Ints, weights: Floats) -> float:
    """Return the expected calibration error Σ (wᵦ/w) · |mean outcome - mean probability|.

    Over ten bins of equal weight in order of probability; 0 is perfect.
    """
    gaps = [
        abs(np.average(bad[b], weights=weights[b]) - np.average(probability[b], weights=weights[b]))
        * weights[b].sum()
        for b in tenths(probability, weights)
    ]
    return float(sum(gaps) / weights.sum())


def tenths(probability: Floats, weights: Floats) -> list[Ints]:
    """Return the rows of each of ten bins of equal weight, in order of probability, none empty."""
    order = np.argsort(probability, kind="stable")
    # A loan lies in the bin in which the middle of its weight lies.
    middle = np.cumsum(weights[order]) - weights[order] / 2
    bins = np.floor(BINS * middle / weights.sum()).clip(0, BINS - 1)
    return [b for b in np.split(order, np.searchsorted(bins, np.arange(1, BINS))) if b.size]


def observed_to_expected(probability: Floats, bad: Ints, weights: Floats) -> float:
    """Return bad loans ÷ the sum of probabilities: 1 is neither too strict nor too mild."""
    return float(weights @ bad / (weights @ probability))


def calibration_slope(probability: Floats, bad: Ints, weights: Floats) -> float:
    """Return the slope of the outcomes on the log-odds (Cox, 1958): 1 is well calibrated.

    Below 1 the probabilities are too extreme, above 1 too close together; 0 where all are the same.
    A penalty too small to be seen keeps it finite where they part good and bad loans wholly.
    """
    log_odds = np.log(probability / (1 - probability))[:, None]
    if log_odds.min() == log_odds.max():
        return 0.0
    # In their own units close probabilities leave the solver without a step that it can see.
    scaler = StandardScaler()
    fitted = LogisticRegression(C=1e6, solver="newton-cholesky", tol=1e-10)
    fitted.fit(scaler.fit_transform(log_odds, sample_weight=weights), bad, weights / weights.sum())
    return float(fitted.coef_[0, 0] / scaler.scale_[0])


Measure = Callable[[Floats, Ints, Floats], float]
"""Of (n,) probabilities, outcomes and weights."""

MEASURES: Final[dict[str, Measure]] = {
    "auc": auc,
    "gini": gini,
    "ks": ks,
    "brier": brier,
    "ece": ece,
    "observed_to_expected": observed_to_expected,
    "calibration_slope": calibration_slope,
}


def evaluate(
    probability: Floats,
    bad: Ints,
    weights: Floats,
    draws: int = DRAWS,
    names: Sequence[str] = (),
) -> dict[str, Figure]:
    """Return measures of `MEASURES`, each with its 95% bootstrap interval.

    Args:
        probability: (n,) predicted probabilities of default, above 0 and below 1.
        bad: (n,) 1 for a bad loan, 0 for a good one; both must occur.
        weights: (n,) how many loans of the population each stands for, above 0.
        draws: how many bootstrap samples; those without a good or a bad loan are drawn again.
        names: of the measures; all of them when not given.
    """
    samples = [np.arange(bad.size), *bootstrap(bad, draws)]
    return {
        name: figure([MEASURES[name](probability[s], bad[s], weights[s]) for s in samples])
        for name in names or MEASURES
    }


def bootstrap(bad: Ints, draws: int) -> list[Ints]:
    """Return (n,) rows of each bootstrap sample of loans, always the same ones."""
    random = np.random.default_rng(0)
    samples: list[Ints] = []
    while len(samples) < draws:
        sample = random.integers(0, bad.size, bad.size)
        if 0 < bad[sample].sum() < bad.size:
            samples.append(sample)
    return samples


def figure(values: Floats | list[float]) -> Figure:
    """Return the figure of a value and of those drawn, which follow it, with its 95% interval."""
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return Figure(float(values[0]), float(low), float(high))
