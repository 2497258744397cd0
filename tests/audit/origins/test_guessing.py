"""Guesses rest on others than they are about, and chance is known for what it is."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from audit.origins.guessing import PENALTY, Guessing, error_of, split


def test_guesses_are_those_of_a_ridge_regression_fitted_on_the_other_folds() -> None:
    random = np.random.default_rng(4)
    values, label = random.normal(size=(120, 8)), (np.arange(120) % 3 == 0).astype(float)
    columns = split(values)
    guessing = Guessing.of(columns, 7)
    ours = guessing.guesses(label[:, None])[:, 0]
    for rows in guessing.folds:
        others = np.setdiff1d(np.arange(120), rows)
        ridge = Ridge(alpha=PENALTY * columns.shape[1], fit_intercept=False)
        ridge.fit(columns[others], (label - label.mean())[others])
        theirs = ridge.predict(columns[rows])
        assert np.argsort(ours[rows]) == pytest.approx(np.argsort(theirs))


def test_a_feature_is_split_into_values_or_fifths_and_what_is_missing() -> None:
    few, many = np.array([1.0, 2.0, np.nan, 1.0] * 25), np.arange(100.0)
    found = split(np.column_stack([few, many]))
    assert found.shape == (100, 3 + 5)
    assert found.mean(axis=0) == pytest.approx(np.zeros(8), abs=1e-12)
    assert found.std(axis=0) == pytest.approx(np.ones(8))


def test_folds_that_share_what_they_rest_on_vary_together() -> None:
    """By chance the figure spreads wider than that of as many independent guesses."""
    random = np.random.default_rng(5)
    guessing = Guessing.of(split(random.normal(size=(200, 10))), 1)
    wider = guessing.wider(1)
    assert 1.1 < wider < 1.8
    assert error_of(np.repeat([0.0, 1.0], 100)) == pytest.approx(np.sqrt(201 / 120_000))
