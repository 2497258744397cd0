"""Small models of LightGBM's, of many shapes, and rows that fall everywhere in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import lightgbm
import numpy as np
from hypothesis import strategies as st

from features.rows import Floats

FEATURES = 6


def rows(n: int, seed: int) -> Floats:
    """Return (n, FEATURES) numbers, some missing: the first two whole, the last always there."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(n, FEATURES))
    values[:, :2] = np.rint(2 * values[:, :2])
    values[:, :-1][random.random((n, FEATURES - 1)) < 0.15] = np.nan
    return values


def grown(seed: int, rounds: int = 5, categorical: Sequence[int] = (), **parameters: Any) -> str:
    """Return trees of made-up loans, in LightGBM's text; some features may be *categorical*."""
    random, vectors = np.random.default_rng(seed), rows(300, seed)
    log_odds = np.nan_to_num(vectors) @ random.normal(size=FEATURES)
    bad = (random.random(300) < 1 / (1 + np.exp(-log_odds))).astype(int)
    plain = {"objective": "binary", "verbose": -1, "num_threads": 1, "min_data_in_leaf": 2}
    data = lightgbm.Dataset(
        vectors, bad, categorical_feature=list(categorical), params={"verbose": -1}
    )
    return str(lightgbm.train({**plain, **parameters}, data, rounds).model_to_string())


shapes = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 10_000),
        "rounds": st.integers(1, 6),
        "max_depth": st.integers(1, 8),
        "num_leaves": st.integers(2, 64),
        "bagging_fraction": st.sampled_from([0.5, 1.0]),
        "bagging_freq": st.just(1),
        "feature_fraction": st.sampled_from([0.3, 1.0]),
        "use_missing": st.booleans(),
    }
)
"""What `grown` may be asked for: all that a recipe may be, and more."""
