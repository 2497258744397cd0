"""The race of scoring runs at toy size, and refuses to time candidates that differ."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.scoring import classifier, refuse_to_differ, told
from features.catalogue import NAMES
from models.risk import RiskModel
from tests.benchmarks.small import figures
from tests.conftest import made_up_vectors
from tests.contracts.blocks import line

SIZES = {"--rows": "50", "--many": "60", "--turns": "1", "--disk": "0", "--months": "8"}
TOY = ["--businesses", "120", "40", *(word for one in SIZES.items() for word in one)]


def test_it_tells_how_many_times_as_fast_reasons_are(tmp_path: Path) -> None:
    kept = tmp_path / "scoring.json"
    found = figures(line("lumbung bench scoring"), *TOY, "--keep", str(kept))
    assert json.loads(kept.read_text("utf-8")) == found
    reasons, without = found["reasons"], found["without_reasons"]
    assert "\n| reasons one_thread per_second |" in told({"reasons": reasons})
    assert reasons["rows"] == 50
    assert reasons["apart"] < 1e-9
    assert set(reasons["one_thread"]["times"]) == {"lumbung_shap", "shap", "shap_own", "lightgbm"}
    assert set(reasons["all_cores"]["times"]) == {"lumbung_shap", "shap", "lightgbm"}
    assert set(reasons["one_thread"]["shap_times"]) == {"lumbung", "shap", "shap_own", "lightgbm"}
    assert without["rows"] == 60
    assert all(0 < one["min"] <= one["max"] for one in without["seconds"].values())


def test_values_that_differ_are_not_timed() -> None:
    ours = np.ones((2, 3))
    assert refuse_to_differ({"ours": ours, "theirs": ours + 1e-12}) < 1e-11
    with pytest.raises(SystemExit, match="apart"):
        refuse_to_differ({"ours": ours, "theirs": ours + 1e-8})


def test_the_class_for_scikit_learn_has_the_very_trees(model: RiskModel) -> None:
    rows = made_up_vectors(20, seed=1)
    frame = pd.DataFrame(rows, columns=list(NAMES))
    margin = classifier(model.text).predict_proba(frame, raw_score=True)
    assert np.asarray(margin).tobytes() == model.margin(rows).tobytes()
