"""The serving process is light: what only training, or nobody yet, asks for is not imported."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.training import cases
from training.tracking import Tracker

PROGRAM = """
import sys
from fastapi.testclient import TestClient
from lumbung.service import worker
from serving.settings import Settings
with TestClient(worker(Settings(), None)) as client:
    answer = client.get("/health/ready")
    assert answer.json()["scorer"] == "champion", answer.text
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""

HEAVY = {
    *("duckdb", "matplotlib", "mlflow", "optuna", "pandas", "polars", "shap", "sklearn"),
    *("lightgbm", "scipy"),  # its C library is asked without them
    *("alembic", "fontTools", "fpdf", "zxcvbn"),  # until somebody needs them
}


def test_a_service_with_a_champion_has_imported_nothing_heavy(base: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(cases.trained_store(base)[0], tmp_path / "mlflow.db"))
    Tracker(f"sqlite:///{store}", tmp_path / "none").promote(1)
    environment = {**os.environ, "LUMBUNG_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    for imported in (started(environment) for _ in range(2)):
        assert {"serving", "sqlalchemy", "models"} <= imported
    assert not HEAVY & imported


def started(environment: dict[str, str]) -> set[str]:
    """Start a worker until it is ready; return what it has imported."""
    ran = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True, text=True
    )
    return set(ran.stdout.splitlines()[-1].split())
