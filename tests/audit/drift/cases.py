"""Made-up applicants and loans, and the reference that a model of them would carry."""

from __future__ import annotations

import numpy as np

from audit.drift.seen import Asked, Judged
from features.rows import Floats
from models import scale
from models.calibration import Platt
from models.reference import Reference
from tests.conftest import made_up_vectors, table_of
from training.fitting.reference import reference

FIRST = 20089
"""1 January 2025, in days since 1970."""


def asked(n: int, seed: int) -> Asked:
    """Return applicants of made-up numbers."""
    return Asked(made_up_vectors(n, seed), points(judged(n, seed).probability))


def points(probability: Floats) -> Floats:
    """Return the score that stands for a probability."""
    return scale.points(np.log(probability))


def judged(n: int, seed: int, worse: float = 1.0, months: int = 12) -> Judged:
    """Return loans decided over some months from 2025 on, of which a tenth go bad, times *worse*.

    Each is said to go bad as often as it does but for that; the order has an AUC of about 0.7.
    """
    random = np.random.default_rng([seed, 2])
    said = np.minimum(0.1 * np.exp(random.normal(size=n) * 0.8 - 0.32), 0.5)
    return Judged(
        probability=said,
        bad=(random.random(n) < said * worse).astype(np.float64),
        decided=np.sort(random.integers(FIRST, FIRST + 30 * months, n)),
    )


def trained(n: int = 3000, seed: int = 2) -> Reference:
    """Return what a model trained on such applicants would carry."""
    loans = judged(n, seed)
    table = table_of(made_up_vectors(n, seed), loans.bad.astype(np.int64))
    return reference(table, np.log(loans.probability), Platt(0.0, 1.0))
