"""A points scorecard: the transparent benchmark that every model is held against.

Each feature is cut into bins, missing a bin of its own; each bin has points; a
score is the sum. The points are those of a logistic regression on the bins with a
penalty on their squares, chosen in folds of the loans fitted on. Bins are made
without a look at the outcomes, so nothing can leak through them; directions of
risk are not enforced, so that the card shows what the data say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from features.rows import Floats, Ints
from models import scale
from models.risk import probability_of
from training.table import TrainingTable
from training.validation.evaluate import brier

BINS: Final = 8
"""Of numbers, of about as many loans each; missing comes on top."""

RARE: Final = 0.01
"""A category of a smaller share of loans counts as other."""

PENALTIES: Final = (0.01, 0.1, 1.0)
"""Inverse strengths of the penalty (scikit-learn's C) that are tried."""


@dataclass(frozen=True)
class Bins:
    """How one feature is cut: bin 0 is missing; a number's bin k lies from bound k - 1 to bound k.

    Args:
        name: of the feature.
        bounds: of numbers, rising, the inner ones; of categories, those with a bin of their own.
        categorical: whether the feature is one of categories; the last bin is then all others.
    """

    name: str
    bounds: Floats
    categorical: bool

    @property
    def count(self) -> int:
        """Return how many bins there are."""
        return len(self.bounds) + 2

    def of(self, values: Floats) -> Ints:
        """Return (n,) the bin of each value, 0 … count - 1."""
        missing = np.isnan(values)
        if not self.categorical:
            return np.where(missing, 0, np.searchsorted(self.bounds, values, side="right") + 1)
        place = np.searchsorted(self.bounds, values).clip(max=max(len(self.bounds) - 1, 0))
        own = np.isin(values, self.bounds)
        return np.where(missing, 0, np.where(own, place + 1, self.count - 1))

    def label(self, k: int, categories: Sequence[str] | None = None) -> str:
        """Return bin *k* in words; *categories* says what the numbers of categories stand for."""
        if k == 0:
            return "missing"
        if self.categorical:
            own = [int(code) for code in self.bounds]
            names = [categories[code] if categories else str(code) for code in own]
            return [*names, "other"][k - 1]
        low, high = (f"{b:g}" for b in np.array([-np.inf, *self.bounds, np.inf])[k - 1 : k + 1])
        return f"{low} up to {high}"


@dataclass(frozen=True)
class Scorecard:
    """Bins with the log-odds that each adds.

    Args:
        features: how each feature is cut, in the order of the table.
        intercept: the log-odds of default of a loan that no bin adds to.
        weights: of each feature, (count,) log-odds that its bins add; over the loans fitted on
            they add nothing on average.
    """

    features: tuple[Bins, ...]
    intercept: float
    weights: tuple[Floats, ...]

    def log_odds(self, vectors: Floats) -> Floats:
        """Return (n,) log-odds of default of (n, features) vectors."""
        out = np.full(len(vectors), self.intercept)
        for bins, added, values in zip(self.features, self.weights, vectors.T, strict=True):
            out += added[bins.of(values)]
        return out

    def probability(self, vectors: Floats) -> Floats:
        """Return (n,) probabilities of default, 0 … 1."""
        return probability_of(self.log_odds(vectors))

    def points(self, vectors: Floats) -> Floats:
        """Return (n,) the score in points, not rounded; see `models.scale`."""
        return scale.points(self.log_odds(vectors))

    def lines(self, categories: Mapping[str, Sequence[str]] | None = None) -> Iterator[str]:
        """Yield the card as lines of text: the base, then each bin with the points it adds.

        Args:
            categories: feature → what the numbers of its categories stand for.
        """
        named = categories or {}
        yield f"{'base':<44}{scale.points(np.array([self.intercept]))[0]:>8.1f}"
        for bins, added in zip(self.features, self.weights, strict=True):
            yield bins.name
            for k, weight in enumerate(added):
                label = bins.label(k, named.get(bins.name))
                yield f"  {label:<42}{-scale.FACTOR * weight:>+8.1f}"


def scorecard(table: TrainingTable, seed: int) -> Scorecard:
    """Return the scorecard of *table*; each loan counts by its weight."""
    features = tuple(
        _bins(name, values, categorical=i in table.categorical)
        for i, (name, values) in enumerate(zip(table.names, table.vectors.T, strict=True))
    )
    counts = [bins.count for bins in features]
    columns = np.hstack(
        [np.eye(b.count)[b.of(v)] for b, v in zip(features, table.vectors.T, strict=True)]
    )
    weights = table.weights / table.weights.mean()
    with threadpool_limits(limits=1):
        fitted = _logistic(_penalty(columns, table.bad, weights, seed))
        fitted.fit(columns, table.bad, weights)
    shares = np.average(columns, axis=0, weights=weights)
    intercept, added = float(fitted.intercept_[0]), []
    ends = np.cumsum(counts)[:-1]
    for coefs, share in zip(np.split(fitted.coef_[0], ends), np.split(shares, ends), strict=True):
        # What a feature adds to the average loan belongs to the base.
        mean = float(coefs @ share)
        intercept += mean
        added.append(coefs - mean)
    return Scorecard(features, intercept, tuple(added))


def _bins(name: str, values: Floats, *, categorical: bool) -> Bins:
    there = values[~np.isnan(values)]
    if categorical:
        different, counts = np.unique(there, return_counts=True)
        return Bins(name, different[counts >= RARE * len(values)], categorical=True)
    return Bins(name, _bounds(there), categorical=False)


def _bounds(values: Floats) -> Floats:
    """Return the rising inner bounds of numbers; few different values have a bin each.

    Where the least value is common, such as no penalty ever, it is a bin, and the rest is cut.
    """
    different = np.unique(values)
    if different.size <= BINS:
        return different[1:]
    rest = values[values > different[0]]
    if rest.size > (1 - 1 / BINS) * values.size:
        return np.unique(np.quantile(values, np.arange(1, BINS) / BINS))
    return np.unique([different[1], *np.quantile(rest, np.arange(1, BINS - 1) / (BINS - 1))])


def _logistic(penalty: float) -> LogisticRegression:
    return LogisticRegression(C=penalty, tol=1e-8, max_iter=2000)


def _penalty(columns: Floats, bad: Ints, weights: Floats, seed: int) -> float:
    """Return the penalty whose probabilities have the lowest Brier score out of fold."""
    folds = list(StratifiedKFold(5, shuffle=True, random_state=seed).split(columns, bad))
    scores = []
    for penalty in PENALTIES:
        said = np.empty(bad.size)
        for seen, held in folds:
            fitted = _logistic(penalty).fit(columns[seen], bad[seen], weights[seen])
            said[held] = fitted.predict_proba(columns[held])[:, 1]
        scores.append(brier(said, bad, weights))
    return PENALTIES[int(np.argmin(scores))]
