"""The serving process is light: what only training, or nobody yet, asks for is not imported."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.serving.cases import APPLICATIONS, Json, business, payment
from tests.training import cases
from training.tracking import Tracker

PROGRAM = """
import json, sys
from fastapi.testclient import TestClient
from lumbung.service import worker
from serving.access.keys import issue_key
from serving.settings import Settings
app = worker(Settings(), None)
with TestClient(app) as client:
    ready = client.get("/health/ready")
    ready.json()["scorer"] == "champion" or sys.exit(ready.text)
    key = issue_key(app.state.service.engine, "granary", "Granary", person="ani")
    client.headers["Authorization"] = f"Bearer {key}"
    for method, path, body in json.load(sys.stdin):
        answer = client.request(method, path, json=body)
        answer.is_success or sys.exit(answer.text)
print(*sorted({name.partition(".")[0] for name, module in sys.modules.items() if module}))
"""

THEN = "2026-01-01T00:00:00Z"
BUSINESS = "/v1/businesses/b1"
ASKED = {"business_id": "b1", "amount": 5_000_000, "tenor_months": 12, "records_from": "kept"}
WORK: list[tuple[str, str, Json]] = [
    ("PUT", BUSINESS, business()),
    *(
        ("POST", f"{BUSINESS}/consents", {"scope": scope, "granted_at": THEN, "evidence": "form 7"})
        for scope in ("scoring", "payments")
    ),
    ("POST", f"{BUSINESS}/records", {"payments": [payment(occurred_at=THEN, known_at=None)]}),
]
"""What a worker does before it is looked at, and then an application by what it keeps."""

HEAVY = {
    *("duckdb", "matplotlib", "mlflow", "optuna", "pandas", "polars", "shap", "sklearn"),
    *("lightgbm", "scipy"),  # its C library is asked without them
    *("alembic", "authlib", "fontTools", "fpdf", "holidays", "joserfc", "zxcvbn"),  # until needed
}


def test_a_service_that_decided_by_its_champion_has_imported_nothing_heavy(
    base: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copy(cases.trained_store(base)[0], tmp_path / "mlflow.db"))
    Tracker(f"sqlite:///{store}", tmp_path / "none").promote(1)
    environment = {**os.environ, "LUMBUNG_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    for imported in (started(environment, f"a{number}") for number in range(2)):
        assert {"serving", "sqlalchemy", "models"} <= imported
    assert not HEAVY & imported


def started(environment: dict[str, str], name: str) -> set[str]:
    """Let a worker decide on an application of a name; return what it has imported by then."""
    ran = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", PROGRAM],
        env=environment,
        input=json.dumps([*WORK, ("POST", APPLICATIONS, {**ASKED, "application_id": name})]),
        capture_output=True,
        check=False,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.splitlines()[-1].split())
