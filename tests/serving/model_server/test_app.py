"""The model server answers what MLflow's own server answers, number by number."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest
from fastapi.testclient import TestClient
from mlflow.pyfunc import scoring_server

from features.catalogue import NAMES
from features.rows import Floats
from models.artefact import CHAMPION, NAME
from models.risk import RiskModel
from models.told import columns
from serving.model_server.app import SHORT, create_app
from serving.rules import fetched, registry
from tests.conftest import made_up_vectors

Sent = dict[str, Any]


def rows(vectors: Floats) -> list[list[float | None]]:
    """Return vectors as JSON has them, null where not known."""
    return [[None if np.isnan(value) else value for value in row] for row in vectors.tolist()]


def records(vectors: Floats) -> list[dict[str, float | None]]:
    return [dict(zip(NAMES, row, strict=True)) for row in rows(vectors)]


FORMS: dict[str, Callable[[Floats], Sent]] = {
    "split": lambda of: {"dataframe_split": {"columns": list(NAMES), "data": rows(of)}},
    "records": lambda of: {"dataframe_records": records(of)},
    "instances": lambda of: {"instances": records(of)},
    "inputs by column": lambda of: {
        "inputs": dict(zip(NAMES, map(list, zip(*rows(of), strict=True)), strict=True))
    },
    "inputs by row": lambda of: {"inputs": records(of)},
    "inputs of one": lambda of: {"inputs": records(of)[0]},
}


@pytest.fixture(scope="module")
def found(store: Path, tmp_path_factory: pytest.TempPathFactory) -> RiskModel:
    """Return the champion as the model server gets it."""
    uri = f"sqlite:///{store}"
    named = registry.named(uri, CHAMPION)
    assert named is not None
    return fetched.read(registry.fetch(uri, tmp_path_factory.mktemp("models"), named)).model


@pytest.fixture(scope="module")
def ours(found: RiskModel) -> TestClient:
    return TestClient(create_app(found), raise_server_exceptions=False)


@pytest.fixture(scope="module")
def theirs(store: Path) -> TestClient:
    """Return MLflow's own scoring server of the champion."""
    mlflow.set_tracking_uri(f"sqlite:///{store}")
    opened = mlflow.pyfunc.load_model(f"models:/{NAME}@{CHAMPION}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("_MLFLOW_IS_IN_SERVING_ENVIRONMENT", "")  # it sets it for all of the process
        return TestClient(scoring_server.init(opened))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_answered_as_mlflow_answers_it(
    form: str, ours: TestClient, theirs: TestClient
) -> None:
    sent = FORMS[form](made_up_vectors(1 if "one" in form else 7, seed=11))
    answers = [one.post("/invocations", json=sent) for one in (ours, theirs)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert len(answers[0].json()["predictions"]) == (1 if "one" in form else 7)


def test_a_row_is_answered_with_the_models_own_numbers(ours: TestClient, found: RiskModel) -> None:
    vectors = made_up_vectors(3, seed=12)
    told = ours.post("/invocations", json=FORMS["split"](vectors)).json()["predictions"]
    for name, column in columns(found, vectors).items():
        assert [row[name] for row in told] == column


def test_a_long_body_is_answered_as_a_short_one(ours: TestClient) -> None:
    vectors = made_up_vectors(200, seed=13)
    sent = FORMS["split"](vectors)
    assert len(json.dumps(sent)) > SHORT
    whole = ours.post("/invocations", json=sent).json()["predictions"]
    one = ours.post("/invocations", json=FORMS["split"](vectors[150:151])).json()["predictions"]
    assert whole[150] == one[0]
    assert len(whole) == 200


@pytest.mark.parametrize("path", ["/ping", "/health", "/version"])
def test_who_looks_whether_it_is_there_is_answered_as_by_mlflow(
    path: str, ours: TestClient, theirs: TestClient
) -> None:
    own, other = ours.get(path), theirs.get(path)
    assert own.status_code == other.status_code == 200
    assert own.headers["content-type"] == other.headers["content-type"]
    assert (own.text == other.text) == (path != "/version")


@pytest.mark.parametrize(
    ("path", "asked", "status", "code"),
    [
        (
            "/invocations",
            {"content": b"{", "headers": {"content-type": "application/json"}},
            422,
            "bad-invocation",
        ),
        ("/invocations", {"json": {"inputs": {"rice": [1.0]}}}, 422, "unknown-feature"),
        (
            "/invocations",
            {"content": b"a,b", "headers": {"content-type": "text/csv"}},
            415,
            "unsupported-media-type",
        ),
        ("/rice", {"json": {}}, 404, "not-found"),
    ],
)
def test_what_is_wrong_is_answered_as_a_problem(
    ours: TestClient, path: str, asked: dict[str, Any], status: int, code: str
) -> None:
    answer = ours.post(path, **asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
