"""What is kept of a training run in MLflow: the only module of training that knows it.

One run holds parameters, figures with intervals, gates, the model card, tables,
pictures and the model (`training.run`); the model is registered as `NAME`, and
the alias ``champion`` names the version that serves.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import mlflow
import numpy as np
import pandas as pd
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema

from features.catalogue import NAMES
from features.errors import BadInput
from models import artefact
from models.artefact import CHAMPION, FOLDER, NAME, PREVIOUS
from models.risk import RiskModel
from training.gates.gate import Gate, red
from training.promotion import Override, allow, red_gate, today
from training.run import Run

EXPERIMENT: Final = NAME
RED_GATES: Final = "red_gates"
GATES: Final = "gates.json"
"""The file of a run that holds what each gate found."""

SHIPPED: Final = ("features", "models")
"""The packages a saved model carries along, so that any MLflow client can open it."""


@dataclass(frozen=True)
class Kept:
    """Where a run went: its id, and the registered version of its model."""

    run_id: str
    version: int


@dataclass(frozen=True)
class Taken:
    """What is kept of a registered version, beside the files of its run.

    Args:
        version: its number.
        run_id: of the run that made it.
        params, metrics: of that run, by name.
        tags: of the version; those of an override among them.
        gates: code → what it found; empty where the run met none.
    """

    version: int
    run_id: str
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    gates: Mapping[str, Gate]


class Tracker:
    """An MLflow store.

    Args:
        uri: the tracking and registry URI, such as ``sqlite:///var/mlflow.db``.
        artefacts: the folder for models and pictures, when the experiment is new.
    """

    def __init__(self, uri: str, artefacts: Path) -> None:
        # Telemetry would send facts about this machine elsewhere.
        os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
        os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
        logging.getLogger("mlflow").setLevel(logging.WARNING)
        self._client = mlflow.MlflowClient(uri, uri)
        self._uri = uri
        self._artefacts = artefacts

    def keep(self, model: RiskModel, run: Run) -> Kept:
        """Log a run and register its model."""
        mlflow.set_tracking_uri(self._uri)
        with mlflow.start_run(experiment_id=self._experiment()) as logged:
            mlflow.log_params({**run.params, **asdict(model.identity), "digest": model.digest})
            mlflow.log_metrics(dict(run.metrics))
            mlflow.log_dict({gate.code: asdict(gate) for gate in run.gates}, GATES)
            for name, text in run.texts.items():
                mlflow.log_text(text, name)
            for name, picture in run.pictures.items():
                mlflow.log_figure(picture, name)
            red_codes = ",".join(gate.code for gate in red(run.gates))
            registered = self._register(_log_model(model), logged.info.run_id, red_codes)
        return Kept(logged.info.run_id, registered)

    def _experiment(self) -> str:
        found = self._client.get_experiment_by_name(EXPERIMENT)
        if found is not None:
            return str(found.experiment_id)
        if self._uri.startswith("http"):
            # A server keeps files where it was told to; ours would be out of its reach.
            return self._client.create_experiment(EXPERIMENT)
        self._artefacts.mkdir(parents=True, exist_ok=True)
        return self._client.create_experiment(EXPERIMENT, self._artefacts.resolve().as_uri())

    def _register(self, model_uri: str, run_id: str, red_codes: str) -> int:
        if not self._client.search_registered_models(f"name = '{NAME}'"):
            self._client.create_registered_model(NAME)
        tags = {RED_GATES: red_codes}
        made = self._client.create_model_version(NAME, model_uri, run_id, tags)
        return int(made.version)

    def promote(
        self, version: int, alias: str = CHAMPION, override: Override | None = None
    ) -> None:
        """Give *version* an alias; a champion has no red gate, or an override of each.

        The override is written on the version as tags, and into ``overrides/`` of its run.

        Raises:
            BadInput: there is no such version (``no-version``), or the override does not say what
                it must (``bad-override``).
            Refused: one of its gates is red, or its gates are not known (``red-gate``), or one is
                red that nobody may override (``never-overridden``).
            MlflowException: the store itself is in trouble.
        """
        found = self._version(version)
        if alias == CHAMPION:
            allow(version, self._stopped(version, found), override, today())
            self._record(found, override)
            self._step_down(version)
        self._client.set_registered_model_alias(NAME, alias, str(version))

    def roll_back(self) -> int:
        """Make the version before the champion again, and return it; each was allowed at its time.

        Raises:
            BadInput: no version served before (``no-version``).
            MlflowException: the store itself is in trouble.
        """
        before = self._named(PREVIOUS)
        if before is None:
            raise BadInput(
                found=f"no version of {NAME} that served before",
                expected="two that were promoted, one after the other",
                hint="Name the version that is to serve: lumbung promote VERSION.",
                code="no-version",
            )
        self._step_down(before)
        self._client.set_registered_model_alias(NAME, CHAMPION, str(before))
        return before

    def take(self, version: int | None, folder: Path) -> Taken:
        """Copy the files of a version's run into *folder*, and return what else is kept of it.

        Args:
            version: which; the champion where it is None.
            folder: is made.

        Raises:
            BadInput: there is no such version, or no champion (``no-version``).
            MlflowException: the store itself is in trouble.
        """
        number = self._named(CHAMPION) if version is None else version
        if number is None:
            raise BadInput(
                found=f"no {CHAMPION} of {NAME}",
                expected="one, or a version by its number",
                hint="Make one: lumbung promote VERSION.",
                code="no-version",
            )
        found = self._version(number)
        run = self._client.get_run(str(found.run_id))
        folder.mkdir(parents=True)
        self._client.download_artifacts(str(found.run_id), "", str(folder))
        file = folder / GATES
        kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        gates = {code: Gate(**gate) for code, gate in kept.items()}
        said = run.data
        return Taken(number, run.info.run_id, said.params, said.metrics, found.tags, gates)

    def _step_down(self, next_one: int) -> None:
        """Remember the champion as the one before, unless it is the next one too."""
        now = self._named(CHAMPION)
        if now is not None and now != next_one:
            self._client.set_registered_model_alias(NAME, PREVIOUS, str(now))

    def _named(self, alias: str) -> int | None:
        try:
            named = self._client.get_registered_model(NAME).aliases.get(alias)
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            return None
        return None if named is None else int(named)

    def _version(self, version: int) -> ModelVersion:
        try:
            return self._client.get_model_version(NAME, str(version))
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            raise BadInput(
                found=f"no version {version} of {NAME}",
                expected="a version that `lumbung train` registered",
                hint="`lumbung train` prints the version it made.",
                code="no-version",
            ) from error

    def _stopped(self, version: int, found: ModelVersion) -> list[Gate]:
        """Return the red gates of a version, with what they found."""
        if RED_GATES not in found.tags:
            raise red_gate(version, "not known")
        codes = [code for code in found.tags[RED_GATES].split(",") if code]
        if not codes:
            return []
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(self._client.download_artifacts(str(found.run_id), GATES, scratch))
            kept = json.loads(file.read_text(encoding="utf-8"))
        return [Gate(**kept[code]) for code in codes]

    def _record(self, found: ModelVersion, override: Override | None) -> None:
        if override is None:
            return
        now = datetime.now(UTC)
        kept = {**override.tags(), "version": int(found.version), "recorded_at": now.isoformat()}
        self._client.log_dict(str(found.run_id), kept, f"overrides/{now:%Y%m%dT%H%M%S%f}.json")
        for name, value in override.tags().items():
            self._client.set_model_version_tag(NAME, str(found.version), name, value)


def _log_model(model: RiskModel) -> str:
    """Log the model with the active run; return its URI."""
    here = Path(artefact.__file__).parents[1]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / FOLDER
        artefact.save(model, folder)
        logged = mlflow.pyfunc.log_model(
            name=FOLDER,
            loader_module="models.pyfunc",
            data_path=str(folder),
            code_paths=[str(here / package) for package in SHIPPED],
            signature=ModelSignature(inputs=Schema([ColSpec(DataType.double, n) for n in NAMES])),
            input_example=pd.DataFrame([np.ones(len(NAMES))], columns=list(NAMES)),
            pip_requirements=_requirements(),
        )
    return str(logged.model_uri)


def _requirements() -> list[str]:
    """Return what the packages in `SHIPPED` import, at the versions of this environment."""
    return [f"{name}=={version(name)}" for name in ("lightgbm", "numpy", "pandas", "pydantic")]
