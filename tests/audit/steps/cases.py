"""A scorer that can be read off, and cases that it judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from audit.days import microseconds
from audit.decide import assess
from audit.decision import Application
from audit.result import Policy
from audit.rules import Rules
from audit.steps.case import Case
from features.catalogue import NAMES, fingerprint
from features.known import Known
from features.rows import Floats
from features.sources import SOURCES
from matching.product import Product
from models import scale
from models.risk import Identity
from tests.audit.cases import APPLICATION, AS_OF, STAMP, history, records_of, rules
from tests.features.cases import AS_OF as HAND_MADE
from tests.features.cases import columns
from tests.features.oracle.words import Row
from tests.matching.cases import product

IDENTITY = Identity(fingerprint(), "IDR", "none", "none", simulated=False, trained_until="never")


@dataclass(frozen=True)
class Plain:
    """Log-odds of default = base + Σ weight · value, missing as 0: what is said can be checked."""

    base: float
    weights: Mapping[str, float] = field(default_factory=dict)
    identity: Identity = IDENTITY
    digest: str = "plain"
    novelty: Any = None

    def contributions(self, vectors: Floats) -> Floats:
        weights = np.array([self.weights.get(name, 0.0) for name in NAMES])
        base = np.full((len(vectors), 1), self.base)
        return np.hstack([np.nan_to_num(vectors) * weights, base])

    def log_odds(self, vectors: Floats) -> Floats:
        out: Floats = self.contributions(vectors).sum(axis=1)
        return out

    def probability(self, vectors: Floats, partner: str | None = None) -> Floats:
        del partner
        return 1 / (1 + np.exp(-self.log_odds(vectors)))

    def judged(self, vectors: Floats, partner: str | None = None) -> tuple[Floats, Floats]:
        return self.probability(vectors, partner), self.points(vectors)

    def points(self, vectors: Floats) -> Floats:
        return scale.points(self.log_odds(vectors))


def judged(
    model: Plain,
    application: Application = APPLICATION,
    more: Mapping[str, list[Row]] | None = None,
    **changed: Any,
) -> tuple[Case, Known]:
    """Return the case of a business of 200 days, with rows of further sources.

    Args:
        model: what scores.
        application: what is asked.
        more: source → rows, as `tests.features.cases.row` makes them.
        changed: in the rules; the policy of the house and one product of any amount if not said.
    """
    usual: dict[str, Any] = {"policy": Policy(lines={}), "products": (any_amount(),)}
    in_force: Rules = rules(model, **usual | changed)
    records = records_of(history(200))
    for source, rows in (more or {}).items():
        made = columns(SOURCES[source], [_of_the_business(source, row) for row in rows])
        records[source] = {**made, "business_id": np.zeros(len(rows), dtype=np.int64)}
    return assess(application, records, in_force, STAMP)


def _of_the_business(source: str, row: Row) -> Row:
    """Return the row moved to before `tests.audit.cases.AS_OF`."""
    shift = microseconds(AS_OF) - HAND_MADE
    times = {c.name for c in SOURCES[source].columns if c.kind == "time"}
    return {k: v + shift if k in times and v is not None else v for k, v in row.items()}


def any_amount(**changed: Any) -> Product:
    """Return a product of any amount up to 50 million and up to 60 months."""
    usual = {"amount_min": 1, "amount_max": 50_000_000, "tenor_min": 1, "tenor_max": 60, "fees": []}
    return product(**{**usual, **changed})


def asking(**changed: Any) -> Application:
    """Return the application but for what is *changed*."""
    return replace(APPLICATION, **changed)
