"""The peers: what others would use, each with its own handling of categories and gaps.

Every peer has its library's own settings, XGBoost the usual ones, one thread, a seed, and
the weights of the loans. Each learns about categories from the loans it is fitted on
alone; one that it never saw is unknown to it, whatever its number. Directions of risk
bind every peer that can be bound, as they bind ours.
"""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from threadpoolctl import threadpool_limits

from features.errors import BadInput
from features.rows import Floats
from training.table import TrainingTable
from training.validation.scorecard import scorecard

Predict = Callable[[Floats], Floats]
"""From (n, columns) vectors to (n,) probabilities of default."""

Fit = Callable[[TrainingTable, int], Predict]
"""From the loans fitted on, and a seed."""

HISTOGRAM_CATEGORIES: Final = 254
"""HistGradientBoosting takes no more than 255; the commonest keep a number of their own."""

RARE: Final = 0.01
"""Categories of a smaller share of loans are one column of the logistic regression."""


def logistic(table: TrainingTable, seed: int) -> Predict:
    """Fit a logistic regression: numbers in standard units, flags for gaps, one-hot categories."""
    numbers = [i for i in range(len(table.names)) if i not in table.categorical]
    impute = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    one_hot = OneHotEncoder(
        min_frequency=RARE, handle_unknown="infrequent_if_exist", sparse_output=False
    )
    columns = make_column_transformer(
        (make_pipeline(impute, StandardScaler()), numbers), (one_hot, list(table.categorical))
    )
    model = LogisticRegression(max_iter=2000, random_state=seed)
    with threadpool_limits(limits=1):
        model.fit(columns.fit_transform(table.vectors), table.bad, table.weights)
    return lambda vectors: _of_bad(model.predict_proba(columns.transform(vectors)))


def points(table: TrainingTable, seed: int) -> Predict:
    """Fit the points scorecard that every model of ours is held against."""
    return scorecard(table, seed).probability


def histogram(table: TrainingTable, seed: int) -> Predict:
    """Fit scikit-learn's HistGradientBoosting."""
    known = _known(table, HISTOGRAM_CATEGORIES)
    model = HistGradientBoostingClassifier(
        categorical_features=list(table.categorical),
        monotonic_cst=list(table.directions),
        random_state=seed,
    )
    with threadpool_limits(limits=1):
        model.fit(known(table.vectors), table.bad, table.weights)
    return lambda vectors: _of_bad(model.predict_proba(known(vectors)))


def xgboost(table: TrainingTable, seed: int) -> Predict:
    """Fit XGBoost with its native categories.

    Its own defaults, 100 trees of learning rate 0.3, overfit small tables; these are the settings
    most often begun with instead.
    """
    known = _known(table, None)
    kinds = ["c" if i in table.categorical else "q" for i in range(len(table.names))]
    model = importlib.import_module("xgboost").XGBClassifier(
        n_estimators=500,
        learning_rate=0.05,
        max_depth=4,
        subsample=0.8,
        colsample_bytree=0.8,
        enable_categorical=True,
        feature_types=kinds,
        monotone_constraints=tuple(table.directions),
        n_jobs=1,
        random_state=seed,
    )
    model.fit(known(table.vectors), table.bad, sample_weight=table.weights)
    return lambda vectors: _of_bad(model.predict_proba(known(vectors)))


def catboost(table: TrainingTable, seed: int) -> Predict:
    """Fit CatBoost, which orders its statistics of categories so that none sees its own loan."""
    model = importlib.import_module("catboost").CatBoostClassifier(
        cat_features=list(table.categorical),
        monotone_constraints=list(table.directions) if any(table.directions) else None,
        thread_count=1,
        random_seed=seed,
        verbose=False,
        allow_writing_files=False,
    )
    model.fit(_frame(table.vectors, table), table.bad, sample_weight=table.weights)
    return lambda vectors: _of_bad(model.predict_proba(_frame(vectors, table)))


def ebm(table: TrainingTable, seed: int) -> Predict:
    """Fit an explainable boosting machine (Nori and others, 2019)."""
    kinds = ["nominal" if i in table.categorical else "continuous" for i in range(len(table.names))]
    model = importlib.import_module("interpret.glassbox").ExplainableBoostingClassifier(
        feature_types=kinds,
        monotone_constraints=list(table.directions) if any(table.directions) else None,
        n_jobs=1,
        random_state=seed,
    )
    with warnings.catch_warnings():
        # Its pictures do not show missing values; nobody looks at them here.
        warnings.filterwarnings("ignore", "Missing values detected", UserWarning)
        model.fit(_frame(table.vectors, table), table.bad, sample_weight=table.weights)
    return lambda vectors: _of_bad(model.predict_proba(_frame(vectors, table)))


PEERS: Final[dict[str, Fit]] = {
    "logistic": logistic,
    "scorecard": points,
    "histogram": histogram,
    "xgboost": xgboost,
    "catboost": catboost,
    "ebm": ebm,
}
"""Name → how it is fitted."""

LIBRARIES: Final = {"xgboost": "xgboost", "catboost": "catboost", "ebm": "interpret"}
"""Peer → the library of the extra `benchmark` that it needs."""


def chosen(names: Sequence[str]) -> dict[str, Fit]:
    """Return the peers of these names, in the order of `PEERS`.

    Raises:
        BadInput: the library of one is not installed (``no-peers``).
    """
    missing = [n for n in names if n in LIBRARIES and not importlib.util.find_spec(LIBRARIES[n])]
    if missing:
        raise BadInput(
            found=f"an environment without {', '.join(LIBRARIES[n] for n in missing)}",
            expected="the peers of the benchmark installed",
            hint="Run `make peers`, or choose others with --peers.",
            code="no-peers",
        )
    return {name: fit for name, fit in PEERS.items() if name in names}


def _of_bad(both: Any) -> Floats:
    return np.asarray(both, dtype=np.float64)[:, 1]


def _known(table: TrainingTable, most: int | None) -> Predict:
    """Return what numbers the categories fitted on from 0, the commonest first, the rest missing.

    Args:
        table: the loans fitted on.
        most: how many categories of a column are kept; all when None.
    """
    numbered = {}
    for i in table.categorical:
        different, counts = np.unique(_there(table.vectors[:, i]), return_counts=True)
        numbered[i] = different[np.argsort(-counts, kind="stable")[:most]]

    def known(vectors: Floats) -> Floats:
        out = vectors.copy()
        for i, order in numbered.items():
            place = pd.Index(order).get_indexer(pd.Index(vectors[:, i]))
            out[:, i] = np.where(place < 0, np.nan, place)
        return out

    return known


def _there(values: Floats) -> Floats:
    return values[~np.isnan(values)]


def _frame(vectors: Floats, table: TrainingTable) -> pd.DataFrame:
    """Return a frame of which categories are texts, missing ones too: CatBoost and EBM ask it."""
    columns = {
        name: [f"c{v:.0f}" for v in values] if i in table.categorical else values
        for i, (name, values) in enumerate(zip(table.names, vectors.T, strict=True))
    }
    return pd.DataFrame(columns)
