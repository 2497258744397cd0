"""What MLflow keeps of a run, and which versions may become champion."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest

from features.catalogue import NAMES
from features.errors import BadInput, Refused
from models import artefact
from models.artefact import CHALLENGER, CHAMPION, NAME
from models.risk import RiskModel
from models.scale import grade
from tests.conftest import ROOT, made_up_vectors
from tests.training.cases import another_version, kept_model, refused
from training.promotion import Override, today
from training.recipes.recipe import STANDING
from training.tracking import RED_GATES, Tracker
from training.train import Trained


def uri(store: Path) -> str:
    return f"sqlite:///{store}"


@pytest.fixture
def client(store: Path) -> mlflow.MlflowClient:
    """Return MLflow's own client of the store."""
    return mlflow.MlflowClient(uri(store), uri(store))


@pytest.fixture
def tracker(store: Path, tmp_path: Path) -> Tracker:
    return Tracker(uri(store), tmp_path / "mlartifacts")


def test_a_run_has_its_figures_with_their_bounds(
    client: mlflow.MlflowClient, trained: Trained
) -> None:
    metrics = client.get_run(trained.kept.run_id).data.metrics
    for name, figure in trained.figures.items():
        assert metrics[name] == figure.value
        assert metrics[f"{name}_low"] == figure.low
        assert metrics[f"{name}_high"] == figure.high


def test_a_run_has_the_figures_of_its_sets_and_of_what_stands_beside_it(
    client: mlflow.MlflowClient, trained: Trained
) -> None:
    metrics = client.get_run(trained.kept.run_id).data.metrics
    by_name = {one.name: one.figures for one in trained.sets}
    assert metrics["earlier_new_businesses_auc"] == by_name["earlier, new businesses"]["auc"].value
    for rival in trained.rivals:
        key = rival.name.replace(" ", "_")
        assert metrics[f"{key}_auc"] == rival.auc.value
        assert metrics[f"ahead_of_{key}_low"] == rival.ahead.low
        assert metrics["auc"] - rival.auc.value == pytest.approx(rival.ahead.value)


def test_a_run_has_its_parameters_and_the_identity_of_its_model(
    client: mlflow.MlflowClient, trained: Trained
) -> None:
    params = client.get_run(trained.kept.run_id).data.params
    model = artefact.load(kept_model(client, trained) / "data" / "risk")
    recipe = {**asdict(STANDING), "without": ""}
    expected = {**recipe, **asdict(model.identity), "digest": model.digest, "random_seed": 0}
    assert {name: str(value) for name, value in expected.items()}.items() <= params.items()
    assert params["rounds"] == "500"
    assert params["calibration_reason"] == trained.calibration
    assert params["target_bad_days"] == "90"


def fetched(client: mlflow.MlflowClient, trained: Trained, name: str, where: Path) -> Path:
    return Path(client.download_artifacts(trained.kept.run_id, name, str(where)))


def test_a_run_has_its_gates(client: mlflow.MlflowClient, trained: Trained, tmp_path: Path) -> None:
    said = json.loads(fetched(client, trained, "gates.json", tmp_path).read_text())
    assert said == {gate.code: asdict(gate) for gate in trained.gates}


@pytest.mark.parametrize(
    "name",
    [
        "validation.png",
        *(f"plots/{n}.png" for n in ("calibration", "contributions", "cutoffs", "scores")),
        "plots/vintage.png",
    ],
)
def test_a_run_has_its_pictures(
    client: mlflow.MlflowClient, trained: Trained, tmp_path: Path, name: str
) -> None:
    assert fetched(client, trained, name, tmp_path).read_bytes().startswith(b"\x89PNG")


def test_a_run_has_its_card_tables_and_environment(
    client: mlflow.MlflowClient, trained: Trained, tmp_path: Path
) -> None:
    card = fetched(client, trained, "card/card.md", tmp_path).read_text()
    assert "learned from simulated data" in card
    assert all(f"| {gate.code} |" in card for gate in trained.gates)
    assert all(f"| {rival.name} |" in card for rival in trained.rivals)
    assert fetched(client, trained, "card/card.html", tmp_path).read_text().startswith("<!doctype")
    grades = fetched(client, trained, "tables/grades.csv", tmp_path).read_text().splitlines()
    assert [line.partition(",")[0] for line in grades[1:]] == list("ABCDEF")
    installed = json.loads(fetched(client, trained, "environment.json", tmp_path).read_text())
    assert installed["lightgbm"] == version("lightgbm")


def test_the_version_registered_is_of_the_run_and_knows_its_red_gates(
    client: mlflow.MlflowClient, trained: Trained
) -> None:
    found = client.get_model_version(NAME, str(trained.kept.version))
    assert found.run_id == trained.kept.run_id
    assert found.tags[RED_GATES] == ""


def test_the_model_kept_holds_no_pickle(client: mlflow.MlflowClient, trained: Trained) -> None:
    files = [file for file in kept_model(client, trained).rglob("*") if file.is_file()]
    suffixes = {file.suffix for file in files}
    assert {file.name for file in files} >= {"trees.txt", "manifest.json", "MLmodel"}
    assert not suffixes & {".pkl", ".pickle", ".joblib", ".cloudpickle"}


LOAD = """
import json, sys
import mlflow
import numpy as np
import pandas as pd
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model("models:/lumbung-risk@champion")
frame = pd.DataFrame(np.load(sys.argv[2]), columns=json.loads(sys.argv[3]))
answer = model.predict(frame)
import models
print(json.dumps({"code": models.__file__, "answer": answer.to_dict("list")}))
"""


def test_the_champion_carries_its_code_and_gives_the_same_numbers_to_any_client(
    client: mlflow.MlflowClient, tracker: Tracker, store: Path, trained: Trained, tmp_path: Path
) -> None:
    """Opened by another Python, isolated from this checkout, from an empty folder."""
    tracker.promote(trained.kept.version)
    vectors = made_up_vectors(60, seed=12)
    np.save(tmp_path / "vectors.npy", vectors)
    empty = tmp_path / "empty"
    empty.mkdir()
    unset = ("PYTHONPATH", "PYTHONHOME")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    without_us = f"import sys\nsys.path[:] = [p for p in sys.path if p != {str(ROOT)!r}]\n"
    arguments = [uri(store), str(tmp_path / "vectors.npy"), json.dumps(NAMES)]
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", without_us + LOAD, *arguments],
        cwd=empty,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    carried = kept_model(client, trained) / "code"
    assert Path(said["code"]).is_relative_to(carried)
    model = artefact.load(kept_model(client, trained) / "data" / "risk")
    assert_same_numbers(said["answer"], model, vectors)


def assert_same_numbers(
    answer: dict[str, list[Any]], model: RiskModel, vectors: np.ndarray
) -> None:
    """Compare the answer of the model loaded by MLflow with the model's own numbers."""
    probability = model.probability(vectors)
    np.testing.assert_allclose(answer["probability_of_default"], probability, rtol=0, atol=1e-12)
    points = np.rint(model.points(vectors)).astype(int).tolist()
    assert answer["score"] == points
    assert answer["grade"] == [grade(p) for p in probability.tolist()]


def test_promoting_gives_the_alias_to_one_version(
    client: mlflow.MlflowClient, tracker: Tracker, trained: Trained
) -> None:
    tracker.promote(trained.kept.version)
    tracker.promote(trained.kept.version)
    found = client.get_model_version_by_alias(NAME, CHAMPION)
    assert int(found.version) == trained.kept.version


def test_a_roll_back_exchanges_the_champion_with_the_version_before(
    client: mlflow.MlflowClient, tracker: Tracker, store: Path
) -> None:
    def champion() -> int:
        return int(client.get_model_version_by_alias(NAME, CHAMPION).version)

    one, other = 1, 2
    another_version(uri(store))
    tracker.promote(one)
    tracker.promote(one)
    with pytest.raises(BadInput) as caught:
        tracker.roll_back()
    assert (caught.value.code, champion()) == ("no-version", one)
    tracker.promote(other)
    assert [(tracker.roll_back(), champion()) for _ in range(2)] == [(one, one), (other, other)]


def test_a_version_with_a_red_gate_is_refused(
    client: mlflow.MlflowClient, tracker: Tracker, trained: Trained
) -> None:
    client.set_model_version_tag(NAME, str(trained.kept.version), RED_GATES, "G03,G07")
    with pytest.raises(Refused, match="red gates G03,G07") as caught:
        tracker.promote(trained.kept.version)
    refused(caught, "red-gate")
    assert client.get_registered_model(NAME).aliases == {}


def test_a_version_that_met_no_gates_is_refused(
    client: mlflow.MlflowClient, tracker: Tracker, trained: Trained
) -> None:
    client.delete_model_version_tag(NAME, str(trained.kept.version), RED_GATES)
    with pytest.raises(Refused, match="not known") as caught:
        tracker.promote(trained.kept.version)
    refused(caught, "red-gate")
    assert client.get_registered_model(NAME).aliases == {}


def an_override(trained: Trained) -> Override:
    """Return an override of G03 that quotes what it found."""
    (found,) = (gate.found for gate in trained.gates if gate.code == "G03")
    reason = f"Of these made-up loans it is known that the probabilities are off: {found}."
    until = today() + timedelta(days=30)
    return Override(("G03",), reason, "Siti Rahma", "Budi Santoso", until)


def test_an_override_makes_a_champion_and_is_written_down(
    client: mlflow.MlflowClient, tracker: Tracker, trained: Trained, tmp_path: Path
) -> None:
    version, run = str(trained.kept.version), trained.kept.run_id
    client.set_model_version_tag(NAME, version, RED_GATES, "G03")
    override, begun = an_override(trained), datetime.now(UTC)
    before = {file.path for file in client.list_artifacts(run, "overrides")}
    tracker.promote(trained.kept.version, CHAMPION, override)
    found = client.get_model_version_by_alias(NAME, CHAMPION)
    assert str(found.version) == version
    assert found.tags == {RED_GATES: "G03", **override.tags()}
    assert found.tags["override_until"] == override.until.isoformat()
    (file,) = {file.path for file in client.list_artifacts(run, "overrides")} - before
    kept = json.loads(Path(client.download_artifacts(run, file, str(tmp_path))).read_text())
    recorded = datetime.fromisoformat(kept.pop("recorded_at"))
    assert begun <= recorded <= datetime.now(UTC)
    assert kept == {**override.tags(), "version": trained.kept.version}


def test_an_override_refused_leaves_no_trace(
    client: mlflow.MlflowClient, tracker: Tracker, trained: Trained
) -> None:
    version = str(trained.kept.version)
    client.set_model_version_tag(NAME, version, RED_GATES, "G03")
    before = len(client.list_artifacts(trained.kept.run_id, "overrides"))
    alone = replace(an_override(trained), approved_by="Siti Rahma")
    with pytest.raises(BadInput, match="two people") as caught:
        tracker.promote(trained.kept.version, CHAMPION, alone)
    refused(caught, "bad-override")
    assert client.get_registered_model(NAME).aliases == {}
    assert client.get_model_version(NAME, version).tags == {RED_GATES: "G03"}
    assert len(client.list_artifacts(trained.kept.run_id, "overrides")) == before


def test_a_challenger_needs_no_green_gate_and_takes_nothing_from_the_champion(
    client: mlflow.MlflowClient, tracker: Tracker, trained: Trained
) -> None:
    tracker.promote(trained.kept.version)
    client.set_model_version_tag(NAME, str(trained.kept.version), RED_GATES, "G01")
    tracker.promote(trained.kept.version, CHALLENGER)
    aliases = client.get_registered_model(NAME).aliases
    assert {name: int(version) for name, version in aliases.items()} == {
        CHAMPION: trained.kept.version,
        CHALLENGER: trained.kept.version,
    }


@pytest.mark.parametrize("version", [2, 0, -1])
def test_an_unknown_version_is_refused(tracker: Tracker, version: int) -> None:
    with pytest.raises(BadInput, match=f"no version {version}") as caught:
        tracker.promote(version)
    refused(caught, "no-version")
