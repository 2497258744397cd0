"""What is kept of a training run in MLflow: the only module of training that knows it.

One run holds parameters, figures with intervals, gates, a picture and the
model; the model is registered as `NAME`, and the alias ``champion`` names the
version that serves.
"""

from __future__ import annotations

import logging
import os
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import mlflow
import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Picture
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema

from features.catalogue import NAMES
from features.errors import BadInput, Refused
from models import artefact
from models.artefact import CHAMPION, FOLDER, NAME
from models.risk import RiskModel
from training.evaluate import Figure
from training.gates.gate import Gate, red

EXPERIMENT: Final = NAME
RED_GATES: Final = "red_gates"
SHIPPED: Final = ("features", "models")
"""The packages a saved model carries along, so that any MLflow client can open it."""


@dataclass(frozen=True)
class Kept:
    """Where a run went: its id, and the registered version of its model."""

    run_id: str
    version: int


class Tracker:
    """An MLflow store.

    Args:
        uri: the tracking and registry URI, such as ``sqlite:///var/mlflow.db``.
        artefacts: the folder for models and pictures, when the experiment is new.
    """

    def __init__(self, uri: str, artefacts: Path) -> None:
        # Telemetry would send facts about this machine elsewhere.
        os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
        logging.getLogger("mlflow").setLevel(logging.WARNING)
        self._client = mlflow.MlflowClient(uri, uri)
        self._uri = uri
        self._artefacts = artefacts

    def keep(
        self,
        model: RiskModel,
        params: dict[str, str | int | float],
        figures: dict[str, Figure],
        gates: list[Gate],
        picture: Picture,
    ) -> Kept:
        """Log a run and register its model."""
        mlflow.set_tracking_uri(self._uri)
        with mlflow.start_run(experiment_id=self._experiment()) as run:
            mlflow.log_params({**params, **asdict(model.identity), "digest": model.digest})
            mlflow.log_metrics(_metrics(figures))
            mlflow.log_dict({gate.code: asdict(gate) for gate in gates}, "gates.json")
            mlflow.log_figure(picture, "validation.png")
            red_codes = ",".join(gate.code for gate in red(gates))
            registered = self._register(_log_model(model), run.info.run_id, red_codes)
        return Kept(run.info.run_id, registered)

    def _experiment(self) -> str:
        found = self._client.get_experiment_by_name(EXPERIMENT)
        if found is not None:
            return str(found.experiment_id)
        self._artefacts.mkdir(parents=True, exist_ok=True)
        return self._client.create_experiment(EXPERIMENT, self._artefacts.resolve().as_uri())

    def _register(self, model_uri: str, run_id: str, red_codes: str) -> int:
        if not self._client.search_registered_models(f"name = '{NAME}'"):
            self._client.create_registered_model(NAME)
        tags = {RED_GATES: red_codes}
        made = self._client.create_model_version(NAME, model_uri, run_id, tags)
        return int(made.version)

    def promote(self, version: int) -> None:
        """Make *version* the champion.

        Raises:
            BadInput: there is no such version (``no-version``).
            Refused: one of its gates is red, or its gates are not known (``red-gate``).
            MlflowException: the store itself is in trouble.
        """
        try:
            found = self._client.get_model_version(NAME, str(version))
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            raise BadInput(
                found=f"no version {version} of {NAME}",
                expected="a version that `lumbung train` registered",
                hint="`lumbung train` prints the version it made.",
                code="no-version",
            ) from error
        if stopped := found.tags.get(RED_GATES, "not known"):
            raise Refused(
                found=f"version {version} with red gates {stopped}",
                expected="no red gate",
                hint="See gates.json of its run for what each found.",
                code="red-gate",
            )
        self._client.set_registered_model_alias(NAME, CHAMPION, str(version))


def _metrics(figures: dict[str, Figure]) -> dict[str, float]:
    bounds = {"": "value", "_low": "low", "_high": "high"}
    return {
        f"{name}{suffix}": getattr(figure, bound)
        for name, figure in figures.items()
        for suffix, bound in bounds.items()
    }


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
