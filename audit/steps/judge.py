"""Judging what a candidate would lead to, as the case itself was judged.

The whole model, the whole policy and every product: nothing is promised that was not
computed so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from audit.result import Judged, Kind, raised, result_of
from audit.steps.candidate import Candidate
from audit.steps.case import ORDER, Case, offered
from features.catalogue import NAMES
from features.rows import Floats
from matching.applicant import Applicant
from matching.offer import Reach, fitting, match
from matching.product import Product

HISTORY: Final = NAMES.index("history_months")


@dataclass(frozen=True)
class Outcome:
    """What a candidate would lead to.

    Args:
        candidate: it.
        vector: (features,) that it gives.
        probability: of default, 0 … 1; None where the rules decide.
        score: whole points.
        unlike: the features that would make the applicant unlike those the model knows.
        kind: the result.
        offers: the products that would be offered, the cheapest first.
        signals: what they would say; empty while they stay as they are.
    """

    candidate: Candidate
    vector: Floats
    probability: float | None
    score: int
    unlike: tuple[str, ...]
    kind: Kind = "not_yet"
    offers: tuple[str, ...] = ()
    signals: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def rank(self) -> tuple[float, ...]:
        """Return what outcomes are ordered by, the best first."""
        one = self.candidate
        better = -ORDER.index(self.kind)
        return (better, one.effort, one.days, -len(self.offers), -one.gentleness)


class Judge:
    """Judges outcomes as the case itself was; what the matcher has said is not asked again."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._fitting: dict[Applicant, tuple[Product, ...]] = {}

    def outcomes(self, candidates: Sequence[Candidate], found: Floats) -> list[Outcome]:
        """Return what k candidates come to in figures; nothing is judged yet.

        Args:
            candidates: k of them.
            found: (k, features) the vectors they give.
        """
        if not candidates:
            return []
        model, partner = self.case.rules.model, self.case.made.partner_id
        risks, points = model.judged(found, partner)
        told = [None if math.isnan(risk) else risk for risk in risks.tolist()]
        scores = np.rint(points).astype(np.int64).tolist()
        unlike = [()] * len(found) if model.novelty is None else model.novelty.farthest(found)
        return [Outcome(*one) for one in zip(candidates, found, told, scores, unlike, strict=True)]

    def judged(self, outcome: Outcome, seen: Mapping[str, float | None]) -> Outcome:
        """Return the outcome with its result and offers.

        A hand that is raised now stays raised, whatever the signals would say: what lowers them is
        for a person to find out, and no promise tells it.

        Args:
            outcome: in figures.
            seen: what the signals would say; empty where they stay as they are.
        """
        policy = self.case.rules.policy
        hands = (*self.case.made.raised, *(raised(seen, policy) if seen else ()))
        months = float(outcome.vector[HISTORY])
        judged = Judged(outcome.probability, months, outcome.unlike, hands)
        kind, offers = result_of(judged, "fits", policy).kind, tuple[str, ...]()
        if kind != "not_yet":  # what is too risky is not yet, whatever the products
            offers = self._offers(outcome)
            reach: Reach = "fits" if offers else self._without_offers(outcome)
            kind = result_of(judged, reach, policy).kind
        return replace(outcome, kind=kind, offers=offered(kind, offers), signals=seen)

    def helps(self, outcome: Outcome) -> bool:
        """Return whether a judged outcome betters the case, and not by being unlike those known.

        Who is unlike goes to a person: to become so is no progress, and nobody is told to.
        """
        ways = [outcome]
        if outcome.unlike and not self.case.made.unlike:
            ways.append(self.judged(replace(outcome, unlike=()), outcome.signals))
        return all(self.case.bettered_by(one.kind, one.offers) for one in ways)

    def _offers(self, outcome: Outcome) -> tuple[str, ...]:
        """Return the products that fit within their lenders' cut-offs, the cheapest first."""
        applicant, risk = outcome.candidate.applicant, outcome.probability
        return tuple(
            product.product_id
            for product in self._fit(applicant)
            if product.max_pd is None or (risk is not None and risk <= product.max_pd)
        )

    def _fit(self, applicant: Applicant) -> tuple[Product, ...]:
        if applicant not in self._fitting:
            rules = self.case.rules
            self._fitting[applicant] = fitting(
                applicant, rules.products, on=self.case.day, examples=rules.examples
            )
        return self._fitting[applicant]

    def _without_offers(self, outcome: Outcome) -> Reach:
        """Return what the matcher says of an applicant whom no product fits."""
        applicant, rules = outcome.candidate.applicant, self.case.rules
        products = rules.products
        if applicant.wholly_known and outcome.probability is not None:
            unknown = applicant.held_products is None
            products = tuple(p for p in products if unknown and p.exclusive_with)
        asked = replace(applicant, probability_of_default=outcome.probability)
        return match(asked, products, on=self.case.day, examples=rules.examples).reach
