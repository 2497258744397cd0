"""What MLflow's registry names, fetched and kept on disk: the only module of serving that knows it.

What is kept has its digest and the day its override ends beside it, so the service starts
and goes on when the registry is away. `serving.followed` says when to look.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import mlflow
from mlflow.exceptions import MlflowException
from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError

from features.errors import BadInput, Refused, Unavailable
from models import artefact
from models.artefact import CHAMPION, FOLDER, NAME, OVERRIDE_UNTIL
from models.risk import RiskModel

CURRENT: Final = "current"
"""The file that names the folder used last."""

DIGEST: Final = "digest"
"""The file with the digest that the registry gives of the model it lies beside."""

DASH: Final = "-"
"""Between version and run in the name of a folder."""

DATABASES: Final = ("mssql", "mysql", "postgresql", "sqlite")
"""What MLflow keeps a store in, where its URI is not of a server."""

NO_SUCH: Final = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
"""How MLflow says that there is no such model, and no such alias."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Registered:
    """A registered model.

    Args:
        version: in the registry.
        model: the model.
        until: the last day, WIB, on which it may serve; None for ever.
        name: of its folder, ``<version>-<run id>``; empty where it was not fetched.
    """

    version: str
    model: RiskModel
    until: date | None
    name: str = ""


@dataclass(frozen=True)
class Named:
    """What an alias names.

    Args:
        version: in the registry.
        run_id: of the run that made it.
        until: the tag that says until when it may serve; empty for ever.
    """

    version: str
    run_id: str
    until: str

    @property
    def folder(self) -> str:
        """Return what its folder is called."""
        return f"{self.version}{DASH}{self.run_id}"


def named(uri: str, alias: str) -> Named | None:
    """Return what an alias of the registry names; None where it names nothing.

    Raises:
        Unavailable: the registry is away (``registry-away``).
    """
    with _reaching(uri) as client:
        try:
            found = client.get_model_version_by_alias(NAME, alias)
        except MlflowException as error:
            if error.error_code in NO_SUCH:
                return None
            raise
        said = found.tags.get(OVERRIDE_UNTIL, "")
        return Named(str(found.version), str(found.run_id), said)


def fetch(uri: str, kept: Path, wanted: Named) -> Path:
    """Return the folder of a version, fetched unless it is here; it is whole and checked, or not.

    Args:
        uri: of the MLflow store.
        kept: the folder for what is fetched.
        wanted: which.

    Raises:
        Unavailable: the registry is away (``registry-away``).
        BadInput, FingerprintMismatch: as `read`.
    """
    folder = kept / wanted.folder
    if not (folder / DIGEST).exists():
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept, prefix=".") as making:
            whole = Path(making) / wanted.folder
            with _reaching(uri) as client:
                _download(client, uri, wanted, whole)
            read(whole)
            _move(whole, folder)
    # An override may have been given, prolonged or withdrawn since.
    _write(folder / OVERRIDE_UNTIL, wanted.until)
    return folder


def read(folder: Path) -> Registered:
    """Read what was fetched.

    Raises:
        BadInput: as `models.artefact.load`, or it is not the model the registry told of
            (``bad-model``).
        FingerprintMismatch: as `models.artefact.load`.
    """
    model = artefact.load(folder)
    try:
        said = (folder / DIGEST).read_text(encoding="utf-8").strip()
    except OSError:
        said = "none"
    if model.digest != said:
        raise BadInput(
            found=f"a model of digest {model.digest[:16]}",
            expected=f"the digest that its run has in the registry: {said[:16]}",
            hint="Fetch the model again from the registry, or train it anew.",
            code="bad-model",
            where=folder.name,
        )
    return Registered(folder.name.partition(DASH)[0], model, until_of(folder), folder.name)


def use(kept: Path, name: str) -> None:
    """Say which folder is used, for a start while the registry is away."""
    _write(kept / CURRENT, name)


def last(kept: Path) -> Registered:
    """Return what was used last.

    Raises:
        Unavailable: nothing was (``no-champion``).
        BadInput, FingerprintMismatch: as `read`.
    """
    try:
        folder = kept / (kept / CURRENT).read_text(encoding="utf-8")
    except OSError as error:
        raise Unavailable(
            found="no champion in the registry, and none fetched before",
            expected=f"a version of {NAME} with the alias {CHAMPION}",
            hint="Train and promote one: `lumbung train`, then `lumbung promote`.",
            code="no-champion",
        ) from error
    return read(folder)


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
        for wanted in _of_digest(uri, version, digest):
            if (model := _with(fetch(uri, homes[0], wanted), digest)) is not None:
                return model
    except (Unavailable, BadInput, Refused) as error:
        log.warning("%s; no model from there", error.found)
    return None


def _with(folder: Path, digest: str) -> RiskModel | None:
    """Return the model of a folder if it has a digest; None of what cannot be read, too."""
    try:
        model = artefact.load(folder)
    except (BadInput, Refused):
        return None
    return model if model.digest == digest else None


def _of_digest(uri: str, first: str, digest: str) -> list[Named]:
    """Return the versions whose run says that the model has a digest, *first* before all others."""
    with _reaching(uri) as client:
        known = client.search_model_versions(f"name='{NAME}'")
        return [
            Named(str(one.version), str(one.run_id), one.tags.get(OVERRIDE_UNTIL, ""))
            for one in sorted(known, key=lambda one: str(one.version) != first)
            if client.get_run(str(one.run_id)).data.params.get("digest") == digest
        ]


def until_of(folder: Path) -> date | None:
    """Return the last day, WIB, on which a fetched model may serve; None for ever.

    What is no day is over, so that no slip lets it serve.
    """
    try:
        said = (folder / OVERRIDE_UNTIL).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        log.warning("%s of version %s is no day", OVERRIDE_UNTIL, folder.name.partition(DASH)[0])
        return date.min


@contextlib.contextmanager
def _reaching(uri: str) -> Iterator[mlflow.MlflowClient]:
    """Give a client of the registry; raises Unavailable (``registry-away``) when it is."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    # MLflow would try for minutes; what was fetched last is here at once.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    try:
        _reach(uri)
        yield mlflow.MlflowClient(uri, uri)
    except (MlflowException, SQLAlchemyError, OSError) as error:
        raise Unavailable(
            found=f"the registry away ({type(error).__name__})",
            expected="an MLflow store that answers",
            hint="Look at LUMBUNG_MLFLOW_URI; what was fetched last goes on meanwhile.",
            code="registry-away",
        ) from error


def _download(client: mlflow.MlflowClient, uri: str, wanted: Named, folder: Path) -> None:
    mlflow.set_tracking_uri(uri)
    fetched = mlflow.artifacts.download_artifacts(f"models:/{NAME}/{wanted.version}")
    shutil.copytree(Path(fetched) / "data" / FOLDER, folder)
    run = client.get_run(wanted.run_id)
    (folder / DIGEST).write_text(run.data.params.get("digest", "none"), encoding="utf-8")


def _move(whole: Path, folder: Path) -> None:
    """Put a whole folder in its place; another process may have been faster."""
    try:
        whole.rename(folder)
    except OSError:
        if not (folder / DIGEST).exists():
            shutil.rmtree(folder)
            whole.rename(folder)


def _write(file: Path, text: str) -> None:
    """Write a file whole or not at all; nothing where it says so already."""
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return
    making = file.with_name(f".{file.name}-{os.getpid()}")
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
