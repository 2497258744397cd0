"""What MLflow's registry names, fetched to disk: the only module of serving that knows it.

`serving.rules.fetched` reads what is there, and `serving.rules.followed` says when to look.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import mlflow
from mlflow.exceptions import MlflowException
from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError

from features.errors import BadInput, Refused, Unavailable
from models.artefact import FOLDER, NAME, OVERRIDE_UNTIL
from models.risk import RiskModel
from serving.rules.fetched import DASH, DIGEST, model_of, read, write

DATABASES: Final = ("mssql", "mysql", "postgresql", "sqlite")
"""What MLflow keeps a store in, where its URI is not of a server."""

NO_SUCH: Final = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
"""How MLflow says that there is no such model, and no such alias."""

GATES: Final = "gates.json"
ALTERNATIVES: Final = "tables/alternatives.csv"
REPORTED: Final[tuple[str, ...]] = (GATES, ALTERNATIVES)
"""Files of a run that officials are told of."""

log = logging.getLogger(__name__)


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
        BadInput, FingerprintMismatch: as `serving.rules.fetched.read`.
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
    write(folder / OVERRIDE_UNTIL, wanted.until)
    return folder


def report(uri: str, version: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return what the run of a version keeps of it: its parameters, and file → text.

    A version that there is not, and a file that the run has not, are left out.

    Raises:
        Unavailable: the registry is away (``registry-away``).
    """
    with _reaching(uri) as client:
        try:
            run_id = str(client.get_model_version(NAME, version).run_id)
        except MlflowException as error:
            if error.error_code in NO_SUCH:
                return {}, {}
            raise
        there = [
            name
            for name in REPORTED
            if name in {one.path for one in client.list_artifacts(run_id, str(Path(name).parent))}
        ]
        mlflow.set_tracking_uri(uri)
        texts = {name: mlflow.artifacts.load_text(f"runs:/{run_id}/{name}") for name in there}
        return dict(client.get_run(run_id).data.params), texts


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
        if (model := model_of(folder, digest)) is not None:
            return model
    try:
        for wanted in _of_digest(uri, version, digest):
            if (model := model_of(fetch(uri, homes[0], wanted), digest)) is not None:
                return model
    except (Unavailable, BadInput, Refused) as error:
        log.warning("%s; no model from there", error.found)
    return None


def _of_digest(uri: str, first: str, digest: str) -> list[Named]:
    """Return the versions whose run says that the model has a digest, *first* before all others."""
    with _reaching(uri) as client:
        known = client.search_model_versions(f"name='{NAME}'")
        return [
            Named(str(one.version), str(one.run_id), one.tags.get(OVERRIDE_UNTIL, ""))
            for one in sorted(known, key=lambda one: str(one.version) != first)
            if client.get_run(str(one.run_id)).data.params.get("digest") == digest
        ]


@contextlib.contextmanager
def _reaching(uri: str) -> Iterator[mlflow.MlflowClient]:
    """Give a client of the registry; raises Unavailable (``registry-away``) when it is."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
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
