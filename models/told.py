"""What is told of feature vectors where nothing is decided: to MLflow's clients, to validators."""

from __future__ import annotations

from typing import Any

from features.rows import Floats
from models.reasons import CODES, take_apart
from models.risk import RiskModel
from models.scale import grade


def columns(model: RiskModel, vectors: Floats) -> dict[str, list[Any]]:
    """Return, by name, a column of one value per feature vector.

    ``probability_of_default`` of the loans fitted on, with no lender's shift in it; ``score`` in
    whole points; ``grade``; and ``base`` with the whole points of each reason code, which add up
    to the score.

    Args:
        model: the model.
        vectors: (n, features) in the catalogue's order, NaN where missing.
    """
    probability = model.probability(vectors).tolist()
    apart = take_apart(model, vectors)
    return {
        "probability_of_default": probability,
        "score": [points.score for points in apart],
        "grade": [grade(p) for p in probability],
        "base": [points.base for points in apart],
        **{code: [points.by_reason[code] for points in apart] for code in CODES},
    }
