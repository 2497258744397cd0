"""A model on disk: what is saved is what is loaded, or it is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features.errors import BadInput, FingerprintMismatch
from models import artefact
from models.risk import RiskModel
from tests.conftest import made_up_vectors


def test_a_loaded_model_gives_the_same_bits(model: RiskModel, tmp_path: Path) -> None:
    vectors = made_up_vectors(50, seed=3)
    artefact.save(model, tmp_path)
    loaded = artefact.load(tmp_path)
    assert loaded.digest == model.digest
    assert loaded.contributions(vectors).tobytes() == model.contributions(vectors).tobytes()
    assert np.array_equal(loaded.log_odds(vectors), model.log_odds(vectors))


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


@pytest.mark.parametrize("damage", ["", "{", '{"format": 2}', '{"format": 1, "extra": 3}'])
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
    artefact.save(RiskModel(model.text, model.calibration, stranger), tmp_path)
    with pytest.raises(FingerprintMismatch, match="0123456789abcdef"):
        artefact.load(tmp_path)
