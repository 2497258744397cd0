"""Points by published rules: the comparison for every model, and what decides without one.

No rule was learned from data. Each gives points for a range of one feature, its
sign by the catalogue's direction; what is missing gives none. The points were
set by judgement, as lenders set those of an expert scorecard (Siddiqi, *Credit
Risk Scorecards*, 2006, chapter 3), and nobody calibrated them: the score orders
applicants, and stands for no probability of default.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np

from features.catalogue import NAMES, fingerprint
from features.rows import Floats
from models import scale
from models.risk import Identity

VERSION: Final = "rules"
"""What stands for the model's version in a decision by the rules."""


@dataclass(frozen=True)
class Rule:
    """Points for the ranges of one feature.

    Args:
        feature: its name in the catalogue.
        bounds: the values at which the next range begins, rising.
        points: of each range, one more than bounds; the first is for values below every bound.
    """

    feature: str
    bounds: tuple[float, ...]
    points: tuple[int, ...]


RULES: Final = (
    Rule("history_months", (3, 6, 12), (-20, -8, 0, 8)),
    Rule("active_day_share", (0.2, 0.5), (-12, 0, 8)),
    Rule("longest_gap_days", (7, 30), (4, 0, -15)),
    Rule("months_without_income", (1, 2), (4, -8, -20)),
    Rule("spending_to_income", (0.8, 1), (8, 0, -12)),
    Rule("overdrawn_share", (0.01, 0.1), (5, 0, -12)),
    Rule("power_late_share", (0.05, 0.25), (5, 0, -10)),
    Rule("bill_late_share", (0.05, 0.25), (6, 0, -12)),
    Rule("worst_days_past_due", (1, 30, 90), (10, 0, -15, -40)),
    Rule("days_past_due_now", (1, 30), (0, -12, -35)),
    Rule("debt_service_share", (0.3, 0.5), (6, 0, -18)),
    Rule("income_cover", (1.5, 3), (-18, 0, 8)),
)
"""No rule asks for an amount of money, so they hold in any currency."""


def points(vectors: Floats) -> Floats:
    """Return (n,) the score by the rules, of (n, features) in the catalogue's order.

    It is `models.scale.BASE` for an applicant of whom nothing is known; more is better.
    """
    total: Floats = scale.BASE + _points(vectors).sum(axis=1)
    return total


def _points(vectors: Floats) -> Floats:
    """Return (n, features) whole points by feature, 0 where it is missing or has no rule."""
    out = np.zeros(vectors.shape)
    for rule in RULES:
        place = NAMES.index(rule.feature)
        values = vectors[:, place]
        given = np.array(rule.points, dtype=np.float64)
        reached = np.searchsorted(rule.bounds, values, side="right")
        out[:, place] = np.where(np.isnan(values), 0.0, given[reached.clip(max=len(rule.bounds))])
    return out


@dataclass(frozen=True)
class RulesOnly:
    """The rules in the place of a risk model; see `models.scorer.Scorer`.

    Args:
        currency: of the money that the decisions speak of, ISO 4217.
    """

    currency: str = "IDR"
    novelty = None

    @functools.cached_property
    def identity(self) -> Identity:
        """Return an identity that names no data: there were none."""
        return Identity(
            fingerprint=fingerprint(),
            currency=self.currency,
            data_set="none",
            data_digest="none",
            simulated=False,
            trained_until="never",
        )

    @functools.cached_property
    def digest(self) -> str:
        """Return SHA-256 over the rules and the catalogue they read."""
        said = [fingerprint(), [asdict(rule) for rule in RULES]]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def probability(self, vectors: Floats, partner: str | None = None) -> Floats:
        """Return (n,) NaN: the rules know no probability of default, whoever the lender is."""
        del partner
        return np.full(len(vectors), np.nan)

    def judged(self, vectors: Floats, partner: str | None = None) -> tuple[Floats, Floats]:
        """Return what `probability` and `points` say."""
        return self.probability(vectors, partner), self.points(vectors)

    def contributions(self, vectors: Floats) -> Floats:
        """Return (n, features + 1) the points as log-odds on `models.scale`, the base last."""
        base = np.full((len(vectors), 1), scale.OFFSET - scale.BASE)
        return np.hstack([-_points(vectors), base]) / scale.FACTOR

    def points(self, vectors: Floats) -> Floats:
        """Return (n,) the score by the rules, whole points."""
        return points(vectors)
