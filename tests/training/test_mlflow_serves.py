"""MLflow's own server serves the champion with nothing of ours but what the model carries."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import mlflow
import numpy as np
import pytest

from features.catalogue import NAMES
from models import artefact
from models.artefact import CHAMPION, NAME
from tests.conftest import made_up_vectors
from tests.training.cases import kept_model
from training.tracking import Tracker
from training.train import Trained

SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def address(store: Path, trained: Trained, tmp_path: Path) -> Iterator[str]:
    """Start ``mlflow models serve`` on the champion; give its address, and end it."""
    uri = f"sqlite:///{store}"
    Tracker(uri, tmp_path / "mlartifacts").promote(trained.kept.version)
    port, programs = free_port(), Path(sys.executable).parent
    command = [
        *(str(programs / "mlflow"), "models", "serve", "--model-uri", f"models:/{NAME}@{CHAMPION}"),
        *("--env-manager", "local", "--host", "127.0.0.1", "--port", str(port)),
    ]
    said = {
        "MLFLOW_TRACKING_URI": uri,
        "MLFLOW_REGISTRY_URI": uri,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }
    unset = ("PYTHONPATH", "PYTHONHOME")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603  MLflow's program, arguments of our own
            command,
            cwd=tmp_path,
            env={**kept, **said},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + SECONDS
        while not answers(f"http://127.0.0.1:{port}/ping"):
            assert server.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < until, (tmp_path / "log").read_text()
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/invocations"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=SECONDS)


def answers(address: str) -> bool:
    try:
        return httpx2.get(address, timeout=5).is_success
    except httpx2.HTTPError:
        return False


def test_it_gives_the_models_own_numbers(address: str, trained: Trained, store: Path) -> None:
    vectors = made_up_vectors(5, seed=13)
    rows = [[None if np.isnan(value) else value for value in row] for row in vectors.tolist()]
    body = {"dataframe_split": {"columns": list(NAMES), "data": rows}}
    said = httpx2.post(address, json=body, timeout=60).raise_for_status().json()["predictions"]
    client = mlflow.MlflowClient(f"sqlite:///{store}", f"sqlite:///{store}")
    model = artefact.load(kept_model(client, trained) / "data" / "risk")
    expected = model.probability(vectors)
    np.testing.assert_allclose(
        [row["probability_of_default"] for row in said], expected, rtol=0, atol=1e-12
    )
    for row in said:
        reasons = [value for name, value in row.items() if name[0] == "R" and name[1:].isdigit()]
        assert row["base"] + sum(reasons) == row["score"]
