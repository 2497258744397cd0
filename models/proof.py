"""A model proven before it serves: it scores, it explains, and its points add up."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.catalogue import NAMES
from features.errors import BadInput
from features.rows import Floats
from models import scale
from models.scorer import Scorer

CLOSE: Final = 1e-6
"""Points by which a score may differ from the sum of its parts."""


def prove(model: Scorer) -> None:
    """Score and explain made-up applicants, which also makes ready all that is made at first use.

    Raises:
        BadInput: it cannot score, a probability is none, or the points do not add up
            (``bad-model``).
    """
    vectors = np.array([np.full(len(NAMES), value) for value in (np.nan, 0.0, 1.0)])
    try:
        probability, points = model.judged(vectors)
        parts = scale.points(model.contributions(vectors).sum(axis=1))
    except ValueError as error:
        raise _wrong(f"a model that cannot score ({type(error).__name__})") from error
    if not _probable(probability):
        raise _wrong("a probability of default that is none")
    if not np.allclose(points, parts, rtol=0, atol=CLOSE):
        raise _wrong("points that do not add up")
    _ = model.digest


def _probable(probability: Floats) -> bool:
    return bool(((probability >= 0) & (probability <= 1)).all())


def _wrong(found: str) -> BadInput:
    return BadInput(
        found=found,
        expected="a model as `lumbung train` made it",
        hint="Let the version before serve (`lumbung rollback`), and train this one anew.",
        code="bad-model",
    )
