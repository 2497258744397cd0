"""What people would use instead to tell who is unlike those trained on.

Each takes vectors to learn from, (n, features) with NaN where missing, and gives to others a
measure that is larger the more unlike they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import lightgbm
import numpy as np
from sklearn.covariance import LedoitWolf
from sklearn.ensemble import IsolationForest
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from features.rows import Floats

Measure = Callable[[Floats], Floats]


class Learns(Protocol):
    """Makes a measure of vectors to learn from."""

    def __call__(self, fitted: Floats) -> Measure:
        """Return the measure."""


def tail_ranks(fitted: Floats) -> Measure:
    """Return -ln of the smallest two-sided tail rank of any feature."""
    known = [np.sort(values[~np.isnan(values)]) for values in fitted.T]

    def measure(vectors: Floats) -> Floats:
        out = np.zeros(vectors.shape)
        for place, (values, among) in enumerate(zip(vectors.T, known, strict=True)):
            below = np.searchsorted(among, values, side="right") + 1
            above = among.size - np.searchsorted(among, values, side="left") + 1
            rank = np.minimum(1, 2 * np.minimum(below, above) / (among.size + 1))
            out[:, place] = np.where(np.isnan(values), 0, -np.log(rank))
        most: Floats = out.max(axis=1)
        return most

    return measure


def contrast(fitted: Floats) -> Measure:
    """Return the margin of trees that tell real rows from rows of shuffled columns."""
    random, copies = np.random.default_rng(0), 6
    made = np.vstack([shuffled(fitted, random) for _ in range(copies)])
    rows = lightgbm.Dataset(
        np.vstack([fitted, made]),
        np.repeat([0, 1], [len(fitted), len(made)]),
        weight=np.repeat([copies, 1], [len(fitted), len(made)]),
    )
    asked: dict[str, Any] = {
        "objective": "binary",
        "max_depth": 5,
        "num_leaves": 31,
        "min_data_in_leaf": 10,
        "learning_rate": 0.05,
        "feature_fraction": 0.3,
        # Column by column both kinds are the same: no first split is found without bagging.
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "seed": 0,
        "num_threads": 1,
        "verbose": -1,
    }
    trees = lightgbm.train(asked, rows, num_boost_round=400)
    return lambda vectors: np.asarray(trees.predict(vectors, raw_score=True, num_threads=1))


def shuffled(vectors: Floats, random: np.random.Generator) -> Floats:
    """Return rows whose values come each from another row; what is missing stays missing."""
    out = vectors.copy()
    for column in out.T:
        there = np.flatnonzero(~np.isnan(column))
        column[there] = column[random.permutation(there)]
    return out


def isolation_forest(fitted: Floats) -> Measure:
    """Return how soon a row is alone (Liu, Ting & Zhou, 2008), gaps filled by the median."""
    filled = SimpleImputer(strategy="median", keep_empty_features=True).fit(fitted)
    forest = IsolationForest(n_estimators=300, random_state=0).fit(filled.transform(fitted))
    return lambda vectors: -np.asarray(forest.score_samples(filled.transform(vectors)))


def mahalanobis(fitted: Floats) -> Measure:
    """Return the squared Mahalanobis distance by a shrunk covariance (Ledoit & Wolf, 2004)."""
    even = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()
    ).fit(fitted)
    shape = LedoitWolf().fit(even.transform(fitted))
    return lambda vectors: np.asarray(shape.mahalanobis(even.transform(vectors)))
