"""A risk model on disk: LightGBM's own text and a JSON manifest, never a pickle.

A folder holds ``trees.txt`` and ``manifest.json``. The manifest carries the
hash of the trees, everything else a `RiskModel` is made of, and the catalogue's
features; `load` refuses a folder whose parts do not belong together, a manifest
of another format, and a model trained with another catalogue of features.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final, Literal

import pydantic

from features.catalogue import NAMES, fingerprint
from features.errors import BadInput, FingerprintMismatch
from models.calibration import Calibration, Platt
from models.novelty import Novelty
from models.reference import Reference
from models.risk import Identity, RiskModel

NAME: Final = "lumbung-risk"
"""The name under which the model is registered; training and service meet there."""

CHAMPION: Final = "champion"
"""The alias of the version that serves."""

PREVIOUS: Final = "previous"
"""The alias of the version that served before the champion; a roll-back exchanges the two."""

CHALLENGER: Final = "challenger"
"""The alias of the version that scores beside it, in shadow."""

OVERRIDE_UNTIL: Final = "override_until"
"""The tag with the last day (ISO 8601, WIB) on which a version may serve despite a red gate."""

FOLDER: Final = "risk"
"""The model's folder within what is registered."""

TREES: Final = "trees.txt"
MANIFEST: Final = "manifest.json"
FORMAT: Final = 2
"""Of the manifest. A model of another format is not read but trained anew."""


class Manifest(pydantic.BaseModel):
    """What ``manifest.json`` says."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    format: Literal[2]
    features: tuple[str, ...]
    trees_sha256: str
    scaling: Platt
    calibration: Calibration
    priors: dict[str, pydantic.FiniteFloat]
    identity: Identity
    novelty: Novelty | None = None
    reference: Reference | None = None


def save(model: RiskModel, folder: Path) -> None:
    """Write a model into *folder*, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = Manifest(
        format=FORMAT,
        features=NAMES,
        trees_sha256=_sha256(model.text),
        scaling=model.scaling,
        calibration=model.calibration,
        priors=dict(model.priors),
        identity=model.identity,
        novelty=model.novelty,
        reference=model.reference,
    )
    (folder / TREES).write_text(model.text, encoding="utf-8")
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def load(folder: Path) -> RiskModel:
    """Read a model back, checked.

    Raises:
        BadInput: a part is missing, unreadable or changed (``bad-model``).
        FingerprintMismatch: the model was trained with another catalogue (``other-catalogue``).
    """
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
        text = (folder / TREES).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise _bad_model(folder, f"{type(error).__name__}: {error}") from error
    if _sha256(text) != manifest.trees_sha256:
        raise _bad_model(folder, f"a {TREES} whose hash is not the one in {MANIFEST}")
    _refuse_other_catalogue(manifest, folder)
    return RiskModel(
        text,
        manifest.scaling,
        manifest.calibration,
        manifest.identity,
        manifest.priors,
        manifest.novelty,
        manifest.reference,
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _bad_model(folder: Path, found: str) -> BadInput:
    return BadInput(
        found=found,
        expected=f"{MANIFEST} and {TREES} as `lumbung train` wrote them",
        hint="Fetch the model again from the registry, or train it anew.",
        code="bad-model",
        where=folder.name,
    )


def _refuse_other_catalogue(manifest: Manifest, folder: Path) -> None:
    if manifest.identity.fingerprint == fingerprint() and manifest.features == NAMES:
        return
    raise FingerprintMismatch(
        found=f"a model trained with catalogue {manifest.identity.fingerprint}",
        expected=f"catalogue {fingerprint()}, which this release computes",
        hint="Serve the model with the release it was trained with, or train it anew.",
        code="other-catalogue",
        where=folder.name,
    )
