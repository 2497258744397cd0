"""What a model was trained on travels with it, whole, and older models stay what they were."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features.errors import BadInput
from models import artefact
from models.reference import Bins
from models.risk import RiskModel
from training.gates.size import size


def test_it_comes_back_as_it_was_and_is_part_of_the_digest(
    model: RiskModel, tmp_path: Path
) -> None:
    assert model.reference is not None
    artefact.save(model, tmp_path)
    assert artefact.load(tmp_path).reference == model.reference
    other = replace(model, reference=replace(model.reference, bad=0.5))
    assert len({other.digest, model.digest, replace(model, reference=None).digest}) == 3


def test_a_manifest_older_than_it_is_read_and_keeps_its_digest(
    model: RiskModel, tmp_path: Path
) -> None:
    """Kept decisions name the digest, and are replayed by it."""
    old = replace(model, reference=None)
    artefact.save(old, tmp_path)
    manifest = tmp_path / "manifest.json"
    said = json.loads(manifest.read_text())
    del said["reference"]
    manifest.write_text(json.dumps(said))
    loaded = artefact.load(tmp_path)
    assert (loaded.reference, loaded.digest) == (None, old.digest)


def test_it_is_small(model: RiskModel) -> None:
    assert size(model) - size(replace(model, reference=None)) < 100_000


@pytest.mark.parametrize(
    "score",
    [
        {"edges": [2, 1], "counts": [1, 1, 1, 1]},
        {"edges": [1], "counts": [1, 1]},
        {"edges": [], "counts": [0, 0]},
        {"edges": [], "counts": [-1, 2]},
    ],
)
def test_bins_that_are_none_are_refused(
    model: RiskModel, tmp_path: Path, score: dict[str, list[int]]
) -> None:
    artefact.save(model, tmp_path)
    manifest = tmp_path / "manifest.json"
    said = json.loads(manifest.read_text())
    said["reference"]["score"] = score
    manifest.write_text(json.dumps(said))
    with pytest.raises(BadInput) as caught:
        artefact.load(tmp_path)
    assert caught.value.code == "bad-model"


def test_a_value_on_an_edge_lies_above_it_and_missing_lies_last() -> None:
    bins = Bins((1.0, 2.0), (1.0, 1.0, 1.0, 1.0))
    values = np.array([0.5, 1.0, 1.5, 2.0, 9.0, np.nan])
    assert bins.count(values).tolist() == [1, 2, 2, 1]
    assert bins.count(values, np.arange(6.0)).tolist() == [0, 3, 7, 5]
