"""A model on disk: what is saved is what is loaded, or it is refused."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features.errors import BadInput, FingerprintMismatch
from models import artefact
from models.calibration import Beta, Calibration, Isotonic, Platt
from models.risk import RiskModel
from tests.conftest import made_up_vectors


def test_a_loaded_model_gives_the_same_bits(model: RiskModel, tmp_path: Path) -> None:
    vectors = made_up_vectors(50, seed=3)
    artefact.save(model, tmp_path)
    loaded = artefact.load(tmp_path)
    assert loaded.digest == model.digest
    assert loaded.contributions(vectors).tobytes() == model.contributions(vectors).tobytes()
    assert np.array_equal(loaded.log_odds(vectors), model.log_odds(vectors))


@pytest.mark.parametrize(
    "calibration",
    [Platt(-0.1, 0.3), Beta(0.2, 1 / 3, 0.7), Isotonic(((-1.5, -4.0), (0.1, -1 / 3), (2.0, 1.0)))],
)
def test_every_calibration_and_every_prior_come_back_as_they_were(
    model: RiskModel, tmp_path: Path, calibration: Calibration
) -> None:
    kept = replace(model, calibration=calibration, priors={"granary": 0.1, "granary/seed": -1 / 3})
    artefact.save(kept, tmp_path)
    loaded = artefact.load(tmp_path)
    assert loaded == kept
    assert loaded.digest == kept.digest


def damaged(folder: Path, **changed: Any) -> None:
    """Change what a kept manifest says."""
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | changed))


@pytest.mark.parametrize(
    "calibration",
    [
        {"kind": "platt", "intercept": 0, "slope": -0.1},
        {"kind": "platt", "intercept": math.inf, "slope": 1},
        {"kind": "beta", "intercept": 0, "low": 1, "high": -0.1},
        {"kind": "beta", "intercept": 0, "low": -0.1, "high": 1},
        {"kind": "isotonic", "knots": []},
        {"kind": "isotonic", "knots": [[0, 0], [1, -0.1]]},
        {"kind": "isotonic", "knots": [[1, 0], [0, 1]]},
        {"kind": "isotonic", "knots": [[0, math.nan]]},
        {"kind": "spline", "intercept": 0, "slope": 1},
        {"intercept": 0, "slope": 1},
    ],
)
def test_a_calibration_against_the_order_of_the_margin_is_refused(
    model: RiskModel, tmp_path: Path, calibration: dict[str, Any]
) -> None:
    artefact.save(model, tmp_path)
    damaged(tmp_path, calibration=calibration)
    with pytest.raises(BadInput, match="calibration") as caught:
        artefact.load(tmp_path)
    assert caught.value.code == "bad-model"


def test_a_prior_without_bounds_is_refused(model: RiskModel, tmp_path: Path) -> None:
    artefact.save(model, tmp_path)
    damaged(tmp_path, priors={"granary": math.inf})
    with pytest.raises(BadInput, match="priors") as caught:
        artefact.load(tmp_path)
    assert caught.value.code == "bad-model"


def test_a_model_of_the_first_format_is_to_be_trained_anew(
    model: RiskModel, tmp_path: Path
) -> None:
    artefact.save(model, tmp_path)
    damaged(tmp_path, format=1)
    with pytest.raises(BadInput, match=r"format\n *Input should be 2") as caught:
        artefact.load(tmp_path)
    assert (caught.value.code, "train it anew" in caught.value.hint) == ("bad-model", True)


def test_the_folder_holds_text_only(model: RiskModel, tmp_path: Path) -> None:
    artefact.save(model, tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"trees.txt", "manifest.json"}
    json.loads((tmp_path / "manifest.json").read_text())
    assert (tmp_path / "trees.txt").read_text().startswith("tree\n")


def test_changed_trees_are_refused(model: RiskModel, tmp_path: Path) -> None:
    artefact.save(model, tmp_path)
    trees = tmp_path / "trees.txt"
    trees.write_text(trees.read_text().replace("num_leaves=7", "num_leaves=6", 1))
    with pytest.raises(BadInput, match="hash") as caught:
        artefact.load(tmp_path)
    assert caught.value.code == "bad-model"


@pytest.mark.parametrize("damage", ["", "{", '{"format": 2}', '{"format": 2, "extra": 3}'])
def test_a_damaged_manifest_is_refused(model: RiskModel, tmp_path: Path, damage: str) -> None:
    artefact.save(model, tmp_path)
    (tmp_path / "manifest.json").write_text(damage)
    with pytest.raises(BadInput) as caught:
        artefact.load(tmp_path)
    assert caught.value.code == "bad-model"


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        artefact.load(tmp_path)
    assert caught.value.code == "bad-model"


def test_a_model_of_another_catalogue_is_refused(model: RiskModel, tmp_path: Path) -> None:
    stranger = replace(model.identity, fingerprint="0123456789abcdef")
    artefact.save(replace(model, identity=stranger), tmp_path)
    with pytest.raises(FingerprintMismatch, match="0123456789abcdef"):
        artefact.load(tmp_path)
