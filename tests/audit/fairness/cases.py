"""Made-up applications for the tests of the audit."""

from __future__ import annotations

import numpy as np

from audit.fairness.cases import Cases


def made_up(n: int = 600, seed: int = 0) -> Cases:
    """Return applications of two groups and of some who did not tell, weighted, some unanswered."""
    random = np.random.default_rng(seed)
    probability = random.uniform(0.02, 0.6, n)
    ended = random.random(n)
    return Cases.of(
        {"gender": random.choice(["female", "male", ""], n, p=[0.4, 0.5, 0.1])},
        probability=probability,
        approved=(probability < 0.3).astype(np.float64),
        bad=np.where(ended < 0.2, np.nan, random.random(n) < probability),
        denied=np.where(ended > 0.9, np.nan, random.random(n) < probability),
        records=random.integers(0, 200, n).astype(np.float64),
        price=np.where(probability < 0.4, random.uniform(0.06, 0.5, n), np.nan),
        offers=random.integers(0, 6, n).astype(np.float64),
        hours=random.exponential(20, n),
        reviewed=(random.random(n) < 0.4).astype(np.float64),
        overridden=np.where(random.random(n) < 0.6, random.random(n) < 0.3, np.nan),
        weights=random.uniform(0.5, 2, n),
    )
