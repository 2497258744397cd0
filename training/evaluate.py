"""How good a model is on loans it never saw: each figure with its interval.

Intervals are percentile bootstrap intervals over loans (Efron & Tibshirani,
1993), 95%, from one fixed seed, so the same predictions give the same interval.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, roc_curve

from features.rows import Floats, Ints

DRAWS: Final = 1000
BINS: Final = 10


@dataclass(frozen=True)
class Figure:
    """A figure with the bounds of its 95% interval."""

    value: float
    low: float
    high: float


def auc(probability: Floats, bad: Ints) -> float:
    """Return the chance that a bad loan is given a higher probability than a good one, 0 … 1."""
    return float(roc_auc_score(bad, probability))


def gini(probability: Floats, bad: Ints) -> float:
    """Return 2 · AUC - 1: 0 is chance, 1 perfect order."""
    return 2 * auc(probability, bad) - 1


def ks(probability: Floats, bad: Ints) -> float:
    """Return the largest distance between the distributions of bad and good loans, 0 … 1."""
    false_alarms, caught, _ = roc_curve(bad, probability)
    return float(np.max(np.abs(caught - false_alarms)))


def brier(probability: Floats, bad: Ints) -> float:
    """Return the mean of (probability - outcome)²; 0 is perfect."""
    return float(np.mean((probability - bad) ** 2))


def ece(probability: Floats, bad: Ints) -> float:
    """Return the expected calibration error Σ (nᵦ/n) · |mean outcome - mean probability|.

    Over ten bins of equal size in order of probability; 0 is perfect.
    """
    order = np.argsort(probability, kind="stable")
    bins = np.array_split(order, BINS)
    gaps = [abs(bad[b].mean() - probability[b].mean()) * b.size for b in bins if b.size]
    return float(sum(gaps) / bad.size)


def observed_to_expected(probability: Floats, bad: Ints) -> float:
    """Return bad loans ÷ the sum of probabilities: 1 is neither too strict nor too mild."""
    return float(bad.sum() / probability.sum())


def calibration_slope(probability: Floats, bad: Ints) -> float:
    """Return the slope of the outcomes on the log-odds (Cox, 1958): 1 is well calibrated.

    Below 1 the probabilities are too extreme, above 1 too close together.
    """
    log_odds = np.log(probability / (1 - probability))
    fitted = LogisticRegression(C=1e6, solver="newton-cholesky", tol=1e-10)
    fitted.fit(log_odds[:, None], bad)
    return float(fitted.coef_[0, 0])


MEASURES: Final[dict[str, Callable[[Floats, Ints], float]]] = {
    "auc": auc,
    "gini": gini,
    "ks": ks,
    "brier": brier,
    "ece": ece,
    "observed_to_expected": observed_to_expected,
    "calibration_slope": calibration_slope,
}


def evaluate(probability: Floats, bad: Ints, draws: int = DRAWS) -> dict[str, Figure]:
    """Return every measure of `MEASURES` with its 95% bootstrap interval.

    Args:
        probability: (n,) predicted probabilities of default, above 0 and below 1.
        bad: (n,) 1 for a bad loan, 0 for a good one; both must occur.
        draws: how many bootstrap samples; those without a good or a bad loan are drawn again.
    """
    samples = _samples(bad, draws)
    return {
        name: _figure(measure(probability, bad), [measure(probability[s], bad[s]) for s in samples])
        for name, measure in MEASURES.items()
    }


def _samples(bad: Ints, draws: int) -> list[Ints]:
    random = np.random.default_rng(0)
    samples: list[Ints] = []
    while len(samples) < draws:
        sample = random.integers(0, bad.size, bad.size)
        if 0 < bad[sample].sum() < bad.size:
            samples.append(sample)
    return samples


def _figure(value: float, drawn: list[float]) -> Figure:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(value, float(low), float(high))
