"""A risk model: feature vectors in, calibrated log-odds of default out.

The trees give a margin; calibration (Platt, 1999) makes of it the log-odds of
default, ``intercept + slope · margin``. Being linear, it keeps what is exact
about SHAP on the margin: the contributions of the features add up to the
log-odds, and so, on the scale of points, to the score.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import asdict, dataclass

import lightgbm
import numpy as np

from features.catalogue import FEATURES
from features.rows import Floats
from models import scale
from models.novelty import Novelty


@dataclass(frozen=True)
class Platt:
    """A calibration linear in the margin; the slope is above zero, so the order is kept."""

    intercept: float
    slope: float


@dataclass(frozen=True)
class Identity:
    """Which model this is, of which data it was made, and for which catalogue.

    Args:
        fingerprint: of the catalogue the model was trained with.
        currency: of the money its features speak of, ISO 4217.
        data_set: the name of the data it was trained on.
        data_digest: SHA-256 of that data's files.
        simulated: whether that data was simulated.
        trained_until: the latest ``as_of`` it was fitted on, ISO 8601.
    """

    fingerprint: str
    currency: str
    data_set: str
    data_digest: str
    simulated: bool
    trained_until: str


@dataclass(frozen=True)
class RiskModel:
    """LightGBM trees with their calibration.

    Every method takes feature vectors, (n, number of features) in the catalogue's order, NaN
    where missing, and answers with one row per vector.

    Args:
        text: the trees in LightGBM's own text format.
        calibration: from margin to log-odds of default.
        identity: which model this is.
        novelty: what tells applicants unlike those trained on; None where nothing does.
    """

    text: str
    calibration: Platt
    identity: Identity
    novelty: Novelty | None = None

    @functools.cached_property
    def trees(self) -> lightgbm.Booster:
        """Return the trees, read from the text: training and service hold the very same ones."""
        return lightgbm.Booster(model_str=self.text)

    @functools.cached_property
    def digest(self) -> str:
        """Return SHA-256 over all of the model: equal models have equal digests."""
        said = {**asdict(self.identity), **asdict(self.calibration), "trees": self.text}
        if self.novelty is not None:
            said["novelty"] = asdict(self.novelty)
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def log_odds(self, vectors: Floats) -> Floats:
        """Return (n,) calibrated log-odds of default, ln(PD ÷ (1 - PD))."""
        if not len(vectors):
            return np.empty(0)
        margin = self.trees.predict(vectors, raw_score=True, num_threads=1)
        return self.calibration.intercept + self.calibration.slope * np.asarray(margin)

    def probability(self, vectors: Floats) -> Floats:
        """Return (n,) the calibrated probability of default, 0 … 1."""
        return probability_of(self.log_odds(vectors))

    def contributions(self, vectors: Floats) -> Floats:
        """Return (n, features + 1) exact SHAP values on the calibrated log-odds.

        The last column is the expected log-odds; each row adds up to `log_odds`. A value above
        zero raises the risk. Source: Lundberg et al., *Nature Machine Intelligence* 2, 2020.
        """
        if not len(vectors):
            return np.empty((0, len(FEATURES) + 1))
        shap = self.trees.predict(vectors, pred_contrib=True, num_threads=1)
        out: Floats = self.calibration.slope * np.asarray(shap)
        out[:, -1] += self.calibration.intercept
        return out

    def points(self, vectors: Floats) -> Floats:
        """Return (n,) the score in points, not rounded; see `models.scale`."""
        return scale.points(self.log_odds(vectors))


def probability_of(log_odds: Floats) -> Floats:
    """Return the probability of default that log-odds stand for."""
    return 1.0 / (1.0 + np.exp(-log_odds))
