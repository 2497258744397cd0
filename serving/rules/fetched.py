"""What was fetched of the registry, on disk: a folder for each version, whole and checked.

Beside a model lie its digest and the day its override ends, so the service starts and goes on
when the registry is away.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from uuid import uuid4

from features.errors import BadInput, Refused, Unavailable
from models import artefact
from models.artefact import CHAMPION, NAME, OVERRIDE_UNTIL
from models.risk import RiskModel
from serving.rules.named import DASH

CURRENT: Final = "current"
"""The file that names the folder used last."""

DIGEST: Final = "digest"
"""The file with the digest that the registry gives of the model it lies beside."""

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
    write(kept / CURRENT, name)


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


def model_of(folder: Path, digest: str) -> RiskModel | None:
    """Return the model of a folder if it has a digest; None of what cannot be read, too."""
    try:
        model = artefact.load(folder)
    except (BadInput, Refused):
        return None
    return model if model.digest == digest else None


def write(file: Path, text: str) -> None:
    """Write a file whole or not at all; nothing where it says so already."""
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return
    making = file.with_name(f".{file.name}-{uuid4().hex}")  # threads of a process write at once
    making.write_text(text, encoding="utf-8")
    making.replace(file)
