"""compose.yaml is of compose's schema, asks of Lumbung what there is, and opens one port."""

from __future__ import annotations

import importlib.metadata
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import mlflow.cli
import pytest
import yaml

from serving.settings import Settings
from serving.store.master import master_of
from tests.conftest import ROOT
from tests.contracts.blocks import lines, of
from tests.contracts.test_blocks import parsed_only
from tests.deploy import told

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PAGE = (ROOT / "docs/deploying.md").read_text(encoding="utf-8")


def test_it_is_of_the_schema_of_compose() -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    ran = subprocess.run(  # noqa: S603  a tool of our locks
        [str(program), "--builtin-schema", "vendor.compose-spec", str(ROOT / "compose.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


def test_every_setting_and_every_command_it_gives_is_there() -> None:
    service, training = SERVICES["lumbung"], SERVICES["training"]
    for named in (service["environment"], training["environment"]):
        assert not told.unknown(named)
    files = {name for name in service["secrets"] if isinstance(name, str)}
    assert files == {"lumbung_database_url", "lumbung_metrics_token"}
    assert not told.unknown(files)
    told.takes(service["command"])
    within = r"^docker compose (?:run --rm training|exec lumbung lumbung) (.*)$"
    run = re.findall(within, PAGE, re.MULTILINE)
    assert len(run) == 3
    for words in run:
        told.takes(["lumbung", *shlex.split(words.replace("/data", str(ROOT)))])


def test_every_setting_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"LUMBUNG_[A-Z_]+", PAGE, re.IGNORECASE))
    assert told.unknown(named) == {"data"}  # compose's own: where the records are


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """Return the folder that the commands of the page make, all but the one for an engine."""
    block, _ = (one for one in of("sh", "docs/deploying.md") if "compose" in one.chapter)
    script = [one for one in lines(block) if not parsed_only(one)]
    script.append('printf %s "$LUMBUNG_PUBLIC_URL" > url')
    bash = ["bash", "-euo", "pipefail", "-c", "\n".join(script)]
    subprocess.run(bash, cwd=tmp_path, check=True)  # noqa: S603  our own page
    return tmp_path / "secrets"


def test_the_secrets_that_the_page_makes_are_fit_for_production(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {
        **SERVICES["lumbung"]["environment"],
        "LUMBUNG_ENVIRONMENT": "production",  # the image says so
        "LUMBUNG_PUBLIC_URL": secrets.with_name("url").read_text("utf-8"),
        "LUMBUNG_SCORER": "champion",
        "LUMBUNG_SECRETS": str(secrets),
        "LUMBUNG_MASTER_KEY_FILE": str(secrets / "master.key"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.environment == "production"
    assert settings.registry == "http://mlflow:5000"
    password = (secrets / "postgres_password").read_text("ascii").strip()
    assert settings.database == f"postgresql+psycopg://lumbung:{password}@postgres/lumbung"
    assert len(settings.metrics_token.get_secret_value()) == 48
    master = master_of(settings)
    assert master.unwrap(master.wrap(b"a key", b"whose"), b"whose") == b"a key"
    modes = {stat.S_IMODE(one.stat().st_mode) for one in secrets.iterdir()}
    assert (stat.S_IMODE(secrets.stat().st_mode), modes) == (0o700, {0o444})


def test_mlflow_takes_what_it_is_given() -> None:
    server = SERVICES["mlflow"]
    words = server["entrypoint"][2:] + server["command"]
    assert server["entrypoint"][:2] == ["mlflow", "server"]
    context = mlflow.cli.server.make_context("server", words)
    assert context.params["allowed_hosts"].split(",")[0] == "mlflow:5000"


def test_only_the_service_is_reached_and_only_from_its_own_machine() -> None:
    assert COMPOSE["networks"]["inside"]["internal"]
    for name, service in SERVICES.items():
        outside = name == "lumbung"
        assert service["networks"] == (["inside", "outside"] if outside else ["inside"])
        assert service.get("ports", []) == (["127.0.0.1:8000:8000"] if outside else [])


def test_everything_runs_on_files_it_cannot_change_and_without_rights() -> None:
    for service in SERVICES.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "/tmp" in service["tmpfs"]  # noqa: S108  of the container
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_secrets_are_files_that_never_reach_the_repository() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "/secrets/" in ignored
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")
        assert Path(secret["file"]).name in PAGE


def test_the_images_are_this_release() -> None:
    version = importlib.metadata.version("lumbung")
    ours = {one["image"] for one in SERVICES.values() if one["image"].startswith("lumbung")}
    assert ours == {f"lumbung-serving:{version}", f"lumbung-training:{version}"}
