"""How a decision adds up, for machines: from the features to the reasons to the score.

A decision keeps its features and the points of each reason, not those of each feature. These
are computed again where what scored the decision still decides; else they are left out.
"""

from __future__ import annotations

import math

import numpy as np
from pydantic import BaseModel, Field

from audit import decision
from features.catalogue import FEATURES, NAMES
from features.feature import Unit
from models.reasons import by_feature
from models.scorer import Scorer
from serving.api import schemas
from serving.api.answers import answer
from serving.telling.words import said


class FeaturePart(BaseModel):
    """A feature, its value, and by how many points it moved the score."""

    name: str
    label: schemas.Text
    unit: Unit
    value: float | None = Field(description="None where it is not known.")
    points: float | None = Field(description="Not rounded; None where not known any more.")


class ReasonPart(BaseModel):
    """A reason, and the features that it speaks for."""

    code: str
    points: int
    exact: float = Field(description="Before rounding: the sum of its features' points.")
    features: list[FeaturePart]


class Explanation(BaseModel):
    """How a decision adds up. Base and exact points add up to the score before rounding."""

    decision: schemas.Decision
    decides: str = Field(description="Who decides on a loan: the lender's name.")
    base: float | None = Field(description="Not rounded; None where not known any more.")
    parts: list[ReasonPart]
    recomputed: bool = Field(
        description="Whether the points of features are given: what scored still decides."
    )


def explanation(kept: decision.Decision, scorer: Scorer | None, decides: str) -> Explanation:
    """Return how a decision adds up.

    Args:
        kept: the decision.
        scorer: what scored it; None where that is not at hand, and so no feature's points are.
        decides: the name of the lender.
    """
    points = None if scorer is None else _points(kept, scorer)
    return Explanation(
        decision=answer(kept),
        decides=decides,
        base=None if points is None else points[-1],
        parts=[
            ReasonPart(
                code=code,
                points=whole,
                exact=kept.points.exact[code],
                features=_features(kept, code, points),
            )
            for code, whole in kept.points.by_reason.items()
        ],
        recomputed=points is not None,
    )


def _points(kept: decision.Decision, scorer: Scorer) -> list[float]:
    """Return the points of each feature of the catalogue, and last the base."""
    values = (kept.features[name] for name in NAMES)
    vector = np.array([[math.nan if value is None else value for value in values]])
    points: list[float] = by_feature(scorer, vector)[0].tolist()
    return points


def _features(kept: decision.Decision, code: str, points: list[float] | None) -> list[FeaturePart]:
    return [
        FeaturePart(
            name=feature.name,
            label=schemas.Text(**said("features", feature.name)),
            unit=feature.unit,
            value=kept.features[feature.name],
            points=None if points is None else points[place],
        )
        for place, feature in enumerate(FEATURES)
        if feature.reason == code and feature.name in kept.features
    ]
