"""A registry with versions that may serve, each of another model of made-up numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import mlflow
import numpy as np

from features.catalogue import FEATURES, fingerprint
from models import artefact
from models.artefact import FOLDER, NAME
from models.risk import Identity, RiskModel
from training.fitting.fit import fit
from training.recipes.recipe import STANDING, trees
from training.run import Run
from training.table import TrainingTable
from training.tracking import Tracker

LOANS = 300
MISSING = 0.1
"""Share of the values that is."""


def register(tracker: Tracker, versions: int, **changed: Any) -> None:
    """Register so many versions, each with trees grown on numbers of its own; none is promoted.

    What is *changed* of a model is of each of them.
    """
    first = fit(_table(0), _identity(), 0)
    for seed in range(versions):
        text = trees(_table(seed), STANDING, seed).model_to_string()
        tracker.keep(replace(first, text=text, **changed), Run({}, {}, [], {}, {}))


def registered(uri: str, versions: int) -> dict[str, RiskModel]:
    """Return the models by version, read from the registry by MLflow itself."""
    mlflow.set_tracking_uri(uri)
    found = {}
    for version in map(str, range(1, versions + 1)):
        folder = Path(mlflow.artifacts.download_artifacts(f"models:/{NAME}/{version}"))
        found[version] = artefact.load(folder / "data" / FOLDER)
    return found


def _table(seed: int) -> TrainingTable:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(LOANS, len(FEATURES)))
    vectors[random.random(vectors.shape) < MISSING] = np.nan
    bad = np.nan_to_num(vectors) @ random.normal(size=len(FEATURES)) > 1
    names = np.arange(LOANS).astype(np.str_)
    return TrainingTable(
        application_ids=names,
        businesses=names,
        partners=np.full(LOANS, ""),
        as_of=np.arange(LOANS, dtype=np.int64),
        amounts=np.full(LOANS, 5e6),
        vectors=vectors,
        bad=bad.astype(int),
        weights=np.ones(LOANS),
        left_out={},
    )


def _identity() -> Identity:
    return Identity(
        fingerprint=fingerprint(),
        currency="IDR",
        data_set="made up",
        data_digest="0" * 64,
        simulated=True,
        trained_until="2026-01-01T00:00:00+00:00",
    )
