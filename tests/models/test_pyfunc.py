"""The convention by which any MLflow client opens a model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from features.catalogue import NAMES
from models import artefact, pyfunc
from models.calibration import Beta
from models.reasons import CODES, take_apart
from models.risk import RiskModel
from models.scale import grade
from tests.conftest import made_up_vectors


def test_the_scorer_gives_the_models_own_numbers(model: RiskModel, tmp_path: Path) -> None:
    vectors = made_up_vectors(40, seed=7)
    artefact.save(model, tmp_path)
    shuffled = pd.DataFrame(vectors, columns=list(NAMES))[sorted(NAMES)]
    answer = pyfunc._load_pyfunc(str(tmp_path)).predict(shuffled)  # noqa: SLF001  MLflow's name
    assert (answer["probability_of_default"] == model.probability(vectors)).all()
    assert (answer["base"] + answer[list(CODES)].sum(axis=1) == answer["score"]).all()
    assert answer["score"].tolist() == [p.score for p in take_apart(model, vectors)]


def test_score_and_probability_go_their_own_ways_and_know_no_lender(model: RiskModel) -> None:
    vectors = made_up_vectors(40, seed=7)
    frame = pd.DataFrame(vectors, columns=list(NAMES))
    bent = replace(model, calibration=Beta(0.4, 0.9, 0.2), priors={"granary": 1.0})
    answer, plain = (pyfunc.Scorer(m).predict(frame) for m in (bent, model))
    scored = ["score", "base", *CODES]
    pd.testing.assert_frame_equal(answer[scored], plain[scored])
    assert (answer["probability_of_default"] == bent.probability(vectors)).all()
    assert (answer["probability_of_default"] != plain["probability_of_default"]).all()
    assert answer["grade"].tolist() == [grade(p) for p in answer["probability_of_default"]]


def test_no_rows_give_no_rows(model: RiskModel) -> None:
    answer = pyfunc.Scorer(model).predict(pd.DataFrame(columns=list(NAMES), dtype=float))
    assert len(answer) == 0
    assert set(CODES) < set(answer.columns)
