"""Scores of a data set: what the service would say of each application, but for offers and result.

An engine brings the records of a business together, and from there on it is the service's own
way: the same features, the same model with the lender's own shift, the same points. A score is
not a decision, so nothing here is kept of one.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl

import features as feature_code
import models as model_code
import training
from features.rows import Floats
from models.reasons import CODES, MOST_REASONS, Apart, apart
from models.risk import RiskModel
from models.scale import grade
from training.engines.kernel import KEYS, SCHEMA, asked_vectors
from training.engines.made import Made

PARTNER: Final = "partner_id"
PROBABILITY: Final = "probability_of_default"
REASONS: Final = tuple(f"reason_{place + 1}" for place in range(MOST_REASONS))

SCORES: Final[dict[str, pl.DataType]] = {
    **{name: SCHEMA[name] for name in KEYS},
    PARTNER: pl.String(),
    PROBABILITY: pl.Float64(),
    "grade": pl.String(),
    "score": pl.Int32(),
    **dict.fromkeys(REASONS, pl.String()),
    "base": pl.Int32(),
    **dict.fromkeys(CODES, pl.Int32()),
    "model_version": pl.String(),
    "model_digest": pl.String(),
}
"""The columns of a table of scores.

Whose row it is and the lender asked, null where none is; the probability of default among that
lender's loans and its grade; the score and its reasons, worst first, null where there are fewer;
``base`` and the points of each code, which add up to the score; and what said so.
"""


def scores(model: RiskModel, version: str) -> Made:
    """Return what an engine makes of a data set by a model.

    Args:
        model: proven; it travels to other processes with what it has made ready.
        version: in the registry.
    """
    told = {"version": version, "digest": model.digest}
    rows = functools.partial(score_rows, model, version)
    return Made("scores", rows, SCORES, told, (feature_code, model_code, training))


def score_rows(model: RiskModel, version: str, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the scores of the applications given, in their order, shaped as `SCORES`.

    Args:
        model: what scores.
        version: of the model.
        tables: as `training.engines.kernel.feature_rows` takes them.
    """
    asked, vectors = asked_vectors(tables)
    probability = _probability(model, vectors, asked[PARTNER]).tolist()
    made = {
        **asked.select(*KEYS, PARTNER).to_dict(),
        PROBABILITY: probability,
        "grade": [grade(one) for one in probability],
        **_points(apart(model, vectors)),
        "model_version": [version] * asked.height,
        "model_digest": [model.digest] * asked.height,
    }
    # Businesses may stand as numbers here, which the engine knows.
    return pl.DataFrame(made, schema_overrides={n: SCORES[n] for n in SCORES if n not in KEYS})


def _probability(model: RiskModel, vectors: Floats, partners: pl.Series) -> Floats:
    """Return (n,) probabilities of default, each of its partner's portfolio."""
    out = np.empty(len(vectors))
    listed = partners.to_list()
    for partner in dict.fromkeys(listed):
        theirs = np.array([one == partner for one in listed])
        out[theirs] = model.probability(vectors[theirs], partner)
    return out


def _points(found: Apart) -> dict[str, pl.Series]:
    """Return the columns of `SCORES` from the score to the points of the last code."""
    codes = pl.Series([*CODES, None])  # the last is that of no more
    named = (codes.gather(places % codes.len()) for places in found.reasons().T)
    whole = (pl.Series(points) for points in found.whole.T)
    return {
        "score": pl.Series(found.scores),
        **dict(zip(REASONS, named, strict=True)),
        **dict(zip(("base", *CODES), whole, strict=True)),
    }
