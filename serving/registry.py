"""The champion, fetched from MLflow: the only module of serving that knows it.

What was fetched last is kept on disk, so the service starts and goes on when
the registry is away.
"""

from __future__ import annotations

import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import mlflow
from mlflow.exceptions import MlflowException
from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError

from features.errors import Unavailable
from models import artefact
from models.artefact import CHAMPION, FOLDER, NAME
from models.risk import RiskModel

CURRENT: Final = "current"

DATABASES: Final = ("mssql", "mysql", "postgresql", "sqlite")
"""What MLflow keeps a store in, where its URI is not of a server."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Champion:
    """The model that serves, and its version in the registry."""

    version: str
    model: RiskModel


def champion(uri: str, kept: Path) -> Champion:
    """Return the champion of the registry, or the one fetched last when it is away.

    Args:
        uri: of the MLflow store.
        kept: the folder for what was fetched.

    Raises:
        Unavailable: there is no champion, there or here (``no-champion``).
        BadInput, FingerprintMismatch: as `models.artefact.load`.
    """
    try:
        folder = _fetch(uri, kept)
    except (MlflowException, SQLAlchemyError, OSError) as error:
        folder = _last(kept)
        log.warning("registry away (%s); %s goes on", type(error).__name__, folder.name)
    return Champion(folder.name.partition("-")[0], artefact.load(folder))


def _fetch(uri: str, kept: Path) -> Path:
    """Fetch the champion unless it is here; its folder is called ``<version>-<run id>``."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    # MLflow would try for minutes; what was fetched last is here at once.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    _reach(uri)
    client = mlflow.MlflowClient(uri, uri)
    version = client.get_model_version_by_alias(NAME, CHAMPION)
    folder = kept / f"{version.version}-{version.run_id}"
    if not folder.exists():
        mlflow.set_tracking_uri(uri)
        kept.mkdir(parents=True, exist_ok=True)
        fetched = mlflow.artifacts.download_artifacts(f"models:/{NAME}/{version.version}")
        making = kept / f".{folder.name}"
        shutil.rmtree(making, ignore_errors=True)
        shutil.copytree(Path(fetched) / "data" / FOLDER, making)
        making.rename(folder)
    (kept / CURRENT).write_text(folder.name, encoding="utf-8")
    return folder


def _reach(uri: str) -> None:
    """Raise at once when the store's database is away; MLflow would make it, or try for minutes."""
    kind = uri.partition(":")[0].partition("+")[0]
    if kind == "sqlite" and not Path(make_url(uri).database or "").is_file():
        raise FileNotFoundError
    if kind in DATABASES:
        engine = create_engine(uri)
        try:
            inspect(engine)
        finally:
            engine.dispose()


def _last(kept: Path) -> Path:
    try:
        return kept / (kept / CURRENT).read_text(encoding="utf-8")
    except OSError as error:
        raise Unavailable(
            found="no champion in the registry, and none fetched before",
            expected=f"a version of {NAME} with the alias {CHAMPION}",
            hint="Train and promote one: `lumbung train`, then `lumbung promote`.",
            code="no-champion",
        ) from error
