"""What MLflow's registry names, fetched to disk.

The service imports no MLflow: `mlflow_tables` and `mlflow_server` read of its store what is asked
here, and know nothing else of it. `serving.rules.fetched` reads what is there, and
`serving.rules.followed` says when to look.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import httpx2
from sqlalchemy.exc import SQLAlchemyError

from features.errors import BadInput, Refused, Unavailable
from models.artefact import FOLDER, MANIFEST, NAME, OVERRIDE_UNTIL, TREES
from models.risk import RiskModel
from serving.rules.fetched import DIGEST, model_of, read, write
from serving.rules.mlflow_server import Server
from serving.rules.mlflow_tables import Tables
from serving.rules.named import DASH, Named, Store

GATES: Final = "gates.json"
ALTERNATIVES: Final = "tables/alternatives.csv"
REPORTED: Final[tuple[str, ...]] = (GATES, ALTERNATIVES)
"""Files of a run that officials are told of."""

log = logging.getLogger(__name__)


def named(uri: str, alias: str) -> Named | None:
    """Return what an alias of the registry names; None where it names nothing.

    Raises:
        Unavailable: the registry is away (``registry-away``).
    """
    with _reaching(uri) as store:
        return store.alias(alias)


def version(uri: str, number: int) -> Named:
    """Return a version of the registry.

    Raises:
        BadInput: there is none of that number (``no-version``).
        Unavailable: the registry is away (``registry-away``).
    """
    with _reaching(uri) as store:
        found = store.version(str(number))
    if found is None:
        raise BadInput(
            found=f"no version {number} of {NAME}",
            expected="a version that `lumbung train` registered",
            hint="`lumbung train` prints the version it made.",
            code="no-version",
        )
    return found


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
            with _reaching(uri) as store:
                _download(store, wanted, whole)
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
    with _reaching(uri) as store:
        its = store.version(version)
        if its is None:
            return {}, {}
        there = {name: store.of_run(its.run_id, name) for name in REPORTED}
        texts = {name: text.decode() for name, text in there.items() if text is not None}
        return store.params(its.run_id), texts


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
    with _reaching(uri) as store:
        return [
            one
            for one in sorted(store.versions(), key=lambda one: one.version != first)
            if store.params(one.run_id).get("digest") == digest
        ]


@contextlib.contextmanager
def _reaching(uri: str) -> Iterator[Store]:
    """Give the store behind a URI; raises Unavailable (``registry-away``) when it is away."""
    try:
        by_http = uri.startswith(("http://", "https://"))
        with contextlib.closing(Server(uri) if by_http else Tables(uri)) as store:
            yield store
    except (httpx2.HTTPError, SQLAlchemyError, OSError) as error:
        raise Unavailable(
            found=f"the registry away ({type(error).__name__})",
            expected="an MLflow server, or the database of one with its files on this machine",
            hint="Look at LUMBUNG_MLFLOW_URI; what was fetched last goes on meanwhile.",
            code="registry-away",
        ) from error


def _download(store: Store, wanted: Named, folder: Path) -> None:
    folder.mkdir()
    for name in (MANIFEST, TREES):
        (folder / name).write_bytes(store.of_version(wanted.version, f"data/{FOLDER}/{name}"))
    digest = store.params(wanted.run_id).get("digest", "none")
    (folder / DIGEST).write_text(digest, encoding="utf-8")


def _move(whole: Path, folder: Path) -> None:
    """Put a whole folder in its place; another process may have been faster."""
    try:
        whole.rename(folder)
    except OSError:
        if not (folder / DIGEST).exists():
            shutil.rmtree(folder)
            whole.rename(folder)
