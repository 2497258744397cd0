"""Tables of patterns say what the trees say: the margin to the bit, SHAP to a billionth."""

from __future__ import annotations

from typing import Any

import lightgbm
import numpy as np
import pytest
from hypothesis import given, settings

from benchmarks.steps import by_shap
from features.rows import Floats
from models import patterns
from models.patterns import BLOCK, Patterns, tabulated
from tests.models.grown import FEATURES, grown, rows, shapes

ROWS = rows(2 * BLOCK + 3, seed=77)


def tables(text: str) -> Patterns:
    """Return the tables of a model that has some."""
    made = tabulated(text, FEATURES)
    assert made is not None
    return made


def predicted(text: str, vectors: Floats = ROWS, **what: bool) -> Floats:
    """Return what LightGBM says of some rows."""
    trees = lightgbm.Booster(model_str=text)
    return np.asarray(trees.predict(vectors, num_threads=1, **what))


@given(shapes)
@settings(max_examples=25)
def test_any_trees_come_out_as_lightgbm_and_shap_say(shape: dict[str, Any]) -> None:
    text = grown(**shape)
    made = tables(text)
    assert made.margin(ROWS).tobytes() == predicted(text, raw_score=True).tobytes()
    found = made.contributions(ROWS)
    np.testing.assert_allclose(found, predicted(text, pred_contrib=True), rtol=0, atol=1e-9)
    if shape["use_missing"]:  # else LightGBM takes zero for missing, and the package does not
        np.testing.assert_allclose(found[:, :-1], by_shap(text, ROWS), rtol=0, atol=1e-9)


@given(shapes)
@settings(max_examples=10)
def test_a_row_alone_has_the_bits_it_has_among_many(shape: dict[str, Any]) -> None:
    made = tables(grown(**shape))
    for answer in (made.margin, made.contributions):
        alone = [answer(row[None])[0] for row in ROWS]
        assert answer(ROWS).tobytes() == np.array(alone).tobytes()


def test_values_at_a_threshold_and_without_end_go_the_trees_way() -> None:
    text = grown(seed=3, max_depth=4)
    thresholds = [t for tree in splits_of(text) for t in tree]
    at = np.array([np.full(FEATURES, t) for t in (*thresholds, 0.0, -0.0, np.inf, -np.inf, np.nan)])
    steps = [np.nextafter(at, np.inf), at, np.nextafter(at, -np.inf)]
    every = np.concatenate([one for one in steps if one.size])
    assert tables(text).margin(every).tobytes() == predicted(text, every, raw_score=True).tobytes()


def splits_of(text: str) -> list[list[float]]:
    """Return the thresholds of each tree."""
    lines = [line for line in text.splitlines() if line.startswith("threshold=")]
    return [[float(word) for word in line.removeprefix("threshold=").split()] for line in lines]


def test_no_rows_have_no_answers() -> None:
    made = tables(grown(seed=1))
    assert made.margin(ROWS[:0]).shape == (0,)
    assert made.contributions(ROWS[:0]).shape == (0, FEATURES + 1)


def test_rows_of_other_features_are_refused() -> None:
    made = tables(grown(seed=1))
    for answer in (made.margin, made.contributions):
        with pytest.raises(ValueError, match="5 features where 6"):
            answer(ROWS[:, 1:])


def test_a_tree_without_a_split_counts_as_its_leaf() -> None:
    """Of a model that stops to find any, the later trees are one leaf each."""
    text = grown(seed=1, rounds=1)
    lone = "\nTree=1\nnum_leaves=1\nnum_cat=0\nleaf_value=0.25\nis_linear=0\nshrinkage=1\n\n"
    both = text.replace("\n\n\nend of trees", f"\n\n{lone}\n\nend of trees")
    made, before = tables(both), tables(text)
    np.testing.assert_array_equal(made.margin(ROWS), before.margin(ROWS) + 0.25)
    assert made.expected == before.expected + 0.25


def test_what_tables_cannot_serve_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    text = grown(seed=1, max_depth=3)
    assert tabulated(text, FEATURES) is not None
    assert tabulated(text, FEATURES + 1) is None
    assert tabulated(grown(seed=1, rounds=1, min_data_in_leaf=300), FEATURES) is None
    deep = grown(seed=1, max_depth=12, num_leaves=64, feature_fraction=0.2, min_data_in_leaf=1)
    assert tabulated(deep, FEATURES) is None
    monkeypatch.setattr(patterns, "MOST_BYTES", 1000)
    assert tabulated(text, FEATURES) is None
