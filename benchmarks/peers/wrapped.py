"""LightGBM behind scikit-learn's wrapper, as most teams have it."""

from __future__ import annotations

import numpy as np
from lightgbm import Booster, LGBMClassifier
from sklearn.preprocessing import LabelEncoder

from features.catalogue import NAMES


def classifier(trees: str) -> LGBMClassifier:
    """Return the classifier of trees in LightGBM's text, as one that was fitted and loaded."""
    made = LGBMClassifier(n_jobs=1)
    made._Booster, made._n_features = Booster(model_str=trees), len(NAMES)  # noqa: SLF001
    made._le = LabelEncoder().fit([0, 1])  # noqa: SLF001
    made._classes, made._n_classes, made.fitted_ = np.array([0, 1]), 2, True  # noqa: SLF001
    return made
