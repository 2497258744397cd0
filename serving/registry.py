"""The champion and the challenger, fetched from MLflow: the only module of serving that knows it.

What was fetched last is kept on disk, the day its override ends beside it, so
the service starts and goes on when the registry is away.
"""

from __future__ import annotations

import logging
import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import mlflow
from mlflow.exceptions import MlflowException
from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError

from features.errors import Unavailable
from models import artefact
from models.artefact import CHALLENGER, CHAMPION, FOLDER, NAME, OVERRIDE_UNTIL
from models.risk import RiskModel

CURRENT: Final = "current"
"""The file that names the folder fetched last."""

DATABASES: Final = ("mssql", "mysql", "postgresql", "sqlite")
"""What MLflow keeps a store in, where its URI is not of a server."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Registered:
    """A registered model.

    Args:
        version: in the registry.
        model: the model.
        until: the last day, WIB, on which it may serve; None for ever.
    """

    version: str
    model: RiskModel
    until: date | None


def champion(uri: str, kept: Path) -> Registered:
    """Return the champion of the registry, or the one fetched last when it is away.

    Args:
        uri: of the MLflow store.
        kept: the folder for what was fetched.

    Raises:
        Unavailable: there is no champion, there or here (``no-champion``).
        BadInput, FingerprintMismatch: as `models.artefact.load`.
    """
    try:
        folder = _fetch(uri, kept, CHAMPION)
    except (MlflowException, SQLAlchemyError, OSError) as error:
        folder = _last(kept)
        log.warning("registry away (%s); %s goes on", type(error).__name__, folder.name)
    return _registered(folder)


def challenger(uri: str, kept: Path) -> Registered | None:
    """Return the challenger of the registry; None when there is none, or it cannot be had or used.

    It answers nobody, so whatever is wrong with it is logged and no more.

    Args:
        uri: of the MLflow store.
        kept: the folder for what is fetched.
    """
    try:
        return _registered(_fetch(uri, kept, CHALLENGER))
    except Exception as error:  # noqa: BLE001  the champion serves, whatever is wrong with it
        log.info("no challenger: %s", type(error).__name__)
        return None


def _registered(folder: Path) -> Registered:
    version = folder.name.partition("-")[0]
    return Registered(version, artefact.load(folder), _until(folder))


def _until(folder: Path) -> date | None:
    """Return the day kept beside a model; what is no day is over, so that no slip lets it serve."""
    try:
        said = (folder / OVERRIDE_UNTIL).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        log.warning("%s of version %s is no day", OVERRIDE_UNTIL, folder.name.partition("-")[0])
        return date.min


def _fetch(uri: str, kept: Path, alias: str) -> Path:
    """Fetch a version unless it is here; its folder is called ``<version>-<run id>``."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    # MLflow would try for minutes; what was fetched last is here at once.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    _reach(uri)
    client = mlflow.MlflowClient(uri, uri)
    version = client.get_model_version_by_alias(NAME, alias)
    folder = kept / f"{version.version}-{version.run_id}"
    if not folder.exists():
        mlflow.set_tracking_uri(uri)
        kept.mkdir(parents=True, exist_ok=True)
        fetched = mlflow.artifacts.download_artifacts(f"models:/{NAME}/{version.version}")
        making = kept / f".{folder.name}"
        shutil.rmtree(making, ignore_errors=True)
        shutil.copytree(Path(fetched) / "data" / FOLDER, making)
        _write(making / OVERRIDE_UNTIL, version.tags.get(OVERRIDE_UNTIL, ""))
        making.rename(folder)
    # An override may have been given, prolonged or withdrawn since.
    _write(folder / OVERRIDE_UNTIL, version.tags.get(OVERRIDE_UNTIL, ""))
    _write(kept / CURRENT, folder.name)
    return folder


def _write(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    making = file.with_name(f".{file.name}")
    making.write_text(text, encoding="utf-8")
    making.replace(file)


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
