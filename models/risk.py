"""A risk model: feature vectors in; a score and a probability of default out.

The trees give a margin, and two ways lead on from it. The *scaling* is a line:
it keeps what is exact about SHAP on the margin, so the contributions of the
features add up to the score. The *calibration* may bend, and with the shift of a
lender it gives the probability. A score is the person's; a probability is a
portfolio's (docs/decisions/0004 and 0019).
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import asdict, dataclass, field

import numpy as np

from features.catalogue import FEATURES
from features.rows import Floats
from models import scale
from models.calibration import Calibration, Platt
from models.novelty import Novelty
from models.patterns import Patterns, tabulated
from models.priors import Priors, shift_of
from models.reference import Reference
from models.trees import Trees


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
    """LightGBM trees with their scaling and their calibration.

    Every method takes feature vectors, (n, number of features) in the catalogue's order, NaN
    where missing, and answers with one row per vector.

    Args:
        text: the trees in LightGBM's own text format.
        scaling: from margin to the log-odds that the score stands for.
        calibration: from margin to the log-odds of default; the scaling itself where that is best.
        identity: which model this is.
        priors: portfolio → shift of the log-odds of default; the score knows none.
        novelty: what tells applicants unlike those trained on; None where nothing does.
        reference: what it was trained on, counted; None of a model older than that.
    """

    text: str
    scaling: Platt
    calibration: Calibration
    identity: Identity
    priors: Priors = field(default_factory=dict)
    novelty: Novelty | None = None
    reference: Reference | None = None

    @functools.cached_property
    def trees(self) -> Patterns | Trees:
        """Return what answers for the trees of the text: tables, or the trees themselves.

        The margin has the same bits either way, and SHAP the same but for the last ones.
        """
        return tabulated(self.text, len(FEATURES)) or Trees(self.text)

    @functools.cached_property
    def digest(self) -> str:
        """Return SHA-256 over all parts: equal models have equal digests."""
        said = {
            "trees": self.text,
            "scaling": asdict(self.scaling),
            "calibration": asdict(self.calibration),
            "identity": asdict(self.identity),
            "priors": dict(self.priors),
            "novelty": None if self.novelty is None else asdict(self.novelty),
        }
        if self.reference is not None:  # kept decisions name older models by the digest without
            said["reference"] = asdict(self.reference)
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def margin(self, vectors: Floats) -> Floats:
        """Return (n,) the trees' own answer, which neither scaling nor calibration has touched."""
        if not len(vectors):
            return np.empty(0)
        return self.trees.margin(vectors)

    def log_odds(self, vectors: Floats, partner: str | None = None) -> Floats:
        """Return (n,) calibrated log-odds of default, ln(PD ÷ (1 - PD)).

        Args:
            vectors: of features.
            partner: whose portfolio, a partner's id or ``partner/product``; one that the model
                has no shift for, and None, get the probability of the loans fitted on.
        """
        return self.calibration.log_odds(self.margin(vectors)) + shift_of(self.priors, partner)

    def probability(self, vectors: Floats, partner: str | None = None) -> Floats:
        """Return (n,) the calibrated probability of default, 0 … 1, as `log_odds` says."""
        return probability_of(self.log_odds(vectors, partner))

    def judged(self, vectors: Floats, partner: str | None = None) -> tuple[Floats, Floats]:
        """Return what `probability` and `points` say, from one margin."""
        margin = self.margin(vectors)
        log_odds = self.calibration.log_odds(margin) + shift_of(self.priors, partner)
        return probability_of(log_odds), scale.points(self.scaling.log_odds(margin))

    def contributions(self, vectors: Floats) -> Floats:
        """Return (n, features + 1) exact SHAP values on the log-odds the score stands for.

        The last column is their expected value; each row, put on the scale of points, adds up to
        `points`. A value above zero lowers the score. Source: Lundberg et al., *Nature Machine
        Intelligence* 2, 2020.
        """
        if not len(vectors):
            return np.empty((0, len(FEATURES) + 1))
        out: Floats = self.scaling.slope * self.trees.contributions(vectors)
        out[:, -1] += self.scaling.intercept
        return out

    def points(self, vectors: Floats) -> Floats:
        """Return (n,) the score in points, not rounded, the same for every lender."""
        return scale.points(self.scaling.log_odds(self.margin(vectors)))


def probability_of(log_odds: Floats) -> Floats:
    """Return the probability of default that log-odds stand for."""
    return 1.0 / (1.0 + np.exp(-log_odds))
