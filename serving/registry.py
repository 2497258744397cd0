"""The champion and the challenger, fetched from MLflow: the only module of serving that knows it.

What was fetched last is kept on disk, the day its override ends beside it, so
the service starts and goes on when the registry is away.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import mlflow
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError

from features.errors import BadInput, Refused, Unavailable
from models import artefact
from models.artefact import CHALLENGER, CHAMPION, FOLDER, NAME, OVERRIDE_UNTIL
from models.risk import RiskModel

CURRENT: Final = "current"
"""The file that names the folder fetched last."""

DASH: Final = "-"
"""Between version and run in the name of a folder."""

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


def of_digest(uri: str, homes: Sequence[Path], version: str, digest: str) -> RiskModel | None:
    """Return a model of the registry by its digest, whether it still serves or long does not.

    Args:
        uri: of the MLflow store; it is asked only for what is not here.
        homes: the folders for what was fetched; what is fetched now goes to the first.
        version: where to look first.
        digest: of the model.

    Returns:
        None where no version of this release's catalogue has the digest, or the registry is away.
    """
    here = [folder for home in homes for folder in home.glob(f"[0-9]*{DASH}*")]
    here.sort(key=lambda folder: not folder.name.startswith(version + DASH))
    for folder in here:
        if (model := _with(folder, digest)) is not None:
            return model
    try:
        folders = _fetched_by(uri, homes[0], version, digest)
        return next((one for one in (_with(f, digest) for f in folders) if one is not None), None)
    except (MlflowException, SQLAlchemyError, OSError) as error:
        log.warning("registry away (%s); not looked for there", type(error).__name__)
        return None


def _with(folder: Path, digest: str) -> RiskModel | None:
    """Return the model of a folder if it has a digest; None of what cannot be read, too."""
    try:
        model = artefact.load(folder)
    except (BadInput, Refused):
        return None
    return model if model.digest == digest else None


def _fetched_by(uri: str, kept: Path, first: str, digest: str) -> Iterator[Path]:
    """Fetch the versions whose run says that the model has a digest, one after another."""
    client = _client(uri)
    known = client.search_model_versions(f"name='{NAME}'")
    for version in sorted(known, key=lambda one: str(one.version) != first):
        run = client.get_run(str(version.run_id))
        if run.data.params.get("digest") == digest:
            yield _download(uri, kept, version)


def _registered(folder: Path) -> Registered:
    version = folder.name.partition(DASH)[0]
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
        log.warning("%s of version %s is no day", OVERRIDE_UNTIL, folder.name.partition(DASH)[0])
        return date.min


def _fetch(uri: str, kept: Path, alias: str) -> Path:
    """Fetch the version with an alias unless it is here; from now on it is the last."""
    version = _client(uri).get_model_version_by_alias(NAME, alias)
    folder = _download(uri, kept, version)
    # An override may have been given, prolonged or withdrawn since.
    _write(folder / OVERRIDE_UNTIL, version.tags.get(OVERRIDE_UNTIL, ""))
    _write(kept / CURRENT, folder.name)
    return folder


def _client(uri: str) -> mlflow.MlflowClient:
    """Return a client of the registry, once it is sure that it can be reached."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    # MLflow would try for minutes; what was fetched last is here at once.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    _reach(uri)
    return mlflow.MlflowClient(uri, uri)


def _download(uri: str, kept: Path, version: ModelVersion) -> Path:
    """Fetch a version unless it is here; its folder is called ``<version>-<run id>``."""
    folder = kept / f"{version.version}{DASH}{version.run_id}"
    if not folder.exists():
        mlflow.set_tracking_uri(uri)
        kept.mkdir(parents=True, exist_ok=True)
        fetched = mlflow.artifacts.download_artifacts(f"models:/{NAME}/{version.version}")
        making = kept / f".{folder.name}"
        shutil.rmtree(making, ignore_errors=True)
        shutil.copytree(Path(fetched) / "data" / FOLDER, making)
        _write(making / OVERRIDE_UNTIL, version.tags.get(OVERRIDE_UNTIL, ""))
        making.rename(folder)
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
