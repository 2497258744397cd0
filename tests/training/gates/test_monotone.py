"""G04: the score moves as the catalogue says, held against trees walked by hand."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import lightgbm
import numpy as np
import pytest

from features.catalogue import FEATURES, NAMES
from models.risk import Identity, RiskModel
from tests.training.gates.cases import FITTED, TESTED
from training.fitting.fit import fit
from training.gates import monotone
from training.recipes.recipe import Recipe

CONSTRAINED = [place for place, feature in enumerate(FEATURES) if feature.direction]


def turned(model: RiskModel) -> RiskModel:
    down = replace(model.scaling, slope=-model.scaling.slope)
    return replace(model, scaling=down)


def test_it_is_green_for_a_model_fitted_with_the_constraints(model: RiskModel) -> None:
    gate = monotone.gate(model, TESTED)
    assert (gate.code, gate.colour) == ("G04", "green")
    assert gate.found == f"none of {len(CONSTRAINED)} against its direction"


def test_it_names_each_feature_of_a_model_turned_round_that_stands_in_a_tree(
    model: RiskModel,
) -> None:
    used = lightgbm.Booster(model_str=model.text).feature_importance() > 0
    gate = monotone.gate(turned(model), TESTED)
    assert gate.colour == "red"
    named = gate.found.partition(" of ")[0].split(", ")
    assert named == [NAMES[place] for place in CONSTRAINED if used[place]]


def test_it_passes_over_a_feature_that_is_always_missing(model: RiskModel) -> None:
    empty = replace(TESTED, vectors=np.full_like(TESTED.vectors, np.nan))
    assert monotone.gate(model, empty).colour == "green"


def test_it_looks_beyond_the_values_there_are(model: RiskModel) -> None:
    """All applicants are alike in every feature: what is wrong lies beyond."""
    alike = replace(TESTED, vectors=np.zeros_like(TESTED.vectors))
    assert monotone.gate(model, alike).colour == "green"
    assert monotone.gate(turned(model), alike).colour == "red"


def test_it_sees_what_rounding_would_hide(model: RiskModel) -> None:
    """A slope of minus a billionth moves no score by a point."""
    faint = replace(model.scaling, slope=-1e-9 * model.scaling.slope)
    assert monotone.gate(replace(model, scaling=faint), TESTED).colour == "red"


@pytest.fixture(scope="module")
def few_trees(identity: Identity) -> dict[bool, RiskModel]:
    """Return small models, with the constraints and without."""
    return {
        kept: fit(FITTED, identity, 0, Recipe(rounds=40, monotone=kept)) for kept in (True, False)
    }


def margin(tree: dict[str, Any], row: list[float]) -> float:
    """Walk a tree of LightGBM's own dump down to the value of a leaf; no value is missing."""
    while "leaf_value" not in tree:
        assert tree["decision_type"] == "<="
        left = row[tree["split_feature"]] <= tree["threshold"]
        tree = tree["left_child"] if left else tree["right_child"]
    return float(tree["leaf_value"])


def splits(tree: dict[str, Any]) -> list[tuple[int, float]]:
    if "leaf_value" in tree:
        return []
    own = (int(tree["split_feature"]), float(tree["threshold"]))
    return [own, *splits(tree["left_child"]), *splits(tree["right_child"])]


def against(model: RiskModel, rows: list[list[float]]) -> set[str]:
    """Return the features that move a row's risk against their direction, by hand.

    Between two thresholds nothing changes, so every threshold and a point beyond the last say all.
    """
    trees = [
        tree["tree_structure"]
        for tree in lightgbm.Booster(model_str=model.text).dump_model()["tree_info"]
    ]
    found = set()
    for place in CONSTRAINED:
        at = sorted({value for tree in trees for p, value in splits(tree) if p == place})
        those = [tree for tree in trees if any(p == place for p, _ in splits(tree))]
        for row in rows if at else []:
            steps = [
                math.fsum(margin(tree, [*row[:place], value, *row[place + 1 :]]) for tree in those)
                for value in [*at, at[-1] + 1]
            ]
            moves = [FEATURES[place].direction * (b - a) for a, b in itertools.pairwise(steps)]
            if min(moves) < -1e-12:
                found.add(NAMES[place])
    return found


@pytest.mark.parametrize("kept", [True, False])
def test_walking_the_trees_by_hand_finds_the_same(
    few_trees: dict[bool, RiskModel], *, kept: bool
) -> None:
    rows = np.nan_to_num(TESTED.vectors[:12])
    gate = monotone.gate(few_trees[kept], replace(TESTED, vectors=rows))
    named = set(gate.found.partition(" of ")[0].split(", ")) - {"none"}
    by_hand = against(few_trees[kept], rows.tolist())
    assert named <= by_hand
    assert (gate.colour == "green") == (not by_hand) == kept
    # Quantiles of twelve values pass over a step here and there; they find most.
    assert len(named) >= 0.6 * len(by_hand)
