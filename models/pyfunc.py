"""The calling convention by which any MLflow client opens a saved model.

MLflow looks in a model's loader module for ``_load_pyfunc`` and calls
``predict`` on what it returns; this module meets that convention and imports no
MLflow. What it opens is the very `RiskModel` the service uses.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from features.catalogue import NAMES
from models import artefact
from models.risk import RiskModel
from models.told import columns


class Scorer:
    """A risk model that takes and gives data frames."""

    def __init__(self, model: RiskModel) -> None:
        self._model = model

    def predict(self, frame: pd.DataFrame, params: dict[str, object] | None = None) -> pd.DataFrame:
        """Return one row per feature vector, as `models.told.columns` says.

        Args:
            frame: one column per feature of the catalogue, by name; NaN where missing.
            params: not used; part of the convention.
        """
        del params
        vectors = frame[list(NAMES)].to_numpy(dtype=np.float64)
        return pd.DataFrame(columns(self._model, vectors), index=frame.index)


def _load_pyfunc(path: str) -> Scorer:
    return Scorer(artefact.load(Path(path)))
