"""What a decision needs of whatever scores: a risk model has it, and so have the rules."""

from __future__ import annotations

from typing import Protocol

from features.rows import Floats
from models.novelty import Novelty
from models.risk import Identity


class Scorer(Protocol):
    """Feature vectors in, points out that can be taken apart.

    Every method takes feature vectors, (n, number of features) in the catalogue's order, NaN
    where missing, and answers with one row per vector.
    """

    @property
    def identity(self) -> Identity:
        """Return what it was made of, and for which catalogue."""

    @property
    def digest(self) -> str:
        """Return SHA-256 over all that scores: equal scorers have equal digests."""

    @property
    def novelty(self) -> Novelty | None:
        """Return what tells applicants unlike those it learned from; None where nothing does."""

    def probability(self, vectors: Floats, partner: str | None = None) -> Floats:
        """Return (n,) the calibrated probability of default, 0 … 1; NaN where it knows none."""

    def judged(self, vectors: Floats, partner: str | None = None) -> tuple[Floats, Floats]:
        """Return what `probability` and `points` say, at the price of one of them."""

    def contributions(self, vectors: Floats) -> Floats:
        """Return (n, features + 1) log-odds by feature, the base last; see `models.scale`."""

    def points(self, vectors: Floats) -> Floats:
        """Return (n,) the score in points, not rounded."""
