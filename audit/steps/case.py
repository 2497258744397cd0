"""A case as it stands: what a search for next steps starts from, and holds its finds against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from audit.days import wib
from audit.decision import Decision
from audit.result import Kind
from audit.rules import Rules
from features.rows import Floats

ORDER: Final[tuple[Kind, ...]] = ("not_yet", "human_review", "eligible")
"""The results, each better than the one before."""


@dataclass(frozen=True)
class Case:
    """What was found of one application.

    Args:
        made: the decision, whatever its next steps.
        vector: (1, features), NaN where missing.
        rules: those of its day.
    """

    made: Decision
    vector: Floats
    rules: Rules

    @property
    def day(self) -> date:
        """Return the day of the decision, WIB."""
        return wib(self.made.decided_at)

    @property
    def offered(self) -> tuple[str, ...]:
        """Return the products that are really open."""
        return offered(self.made.result.kind, [one.product_id for one in self.made.offers])

    def bettered_by(self, kind: Kind, offers: Sequence[str]) -> bool:
        """Return whether a result is better, or as good with more products and none lost."""
        better = ORDER.index(kind) - ORDER.index(self.made.result.kind)
        if better == 0:
            return set(self.offered) < set(offers)
        return better > 0


def offered(kind: Kind, products: Sequence[str]) -> tuple[str, ...]:
    """Return the products that a result leaves open, in their order: none if *not yet*."""
    return () if kind == "not_yet" else tuple(products)
