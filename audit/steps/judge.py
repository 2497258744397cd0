"""Judging what a candidate would lead to, as the case itself was judged.

The whole model, the whole policy and every product: nothing is promised that was not
computed so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np

from audit.result import Judged, Kind, raised, result_of
from audit.steps.candidate import Candidate
from audit.steps.case import ORDER, Case, offered
from features.catalogue import NAMES
from features.rows import Floats
from matching.many import held
from matching.offer import Reach

HISTORY: Final = NAMES.index("history_months")


Reached = tuple[tuple[str, ...], Reach]
"""The products within whose cut-offs a candidate fits, the cheapest first, and what all come to."""

NOT_ASKED: Final[Reached] = ((), "fits")


class Outcome(NamedTuple):
    """What a candidate would lead to.

    Args:
        candidate: it.
        vector: (features,) that it gives.
        score: whole points.
        found: what the result follows from.
        reached: what the products come to; not asked where the risk decides alone.
        kind: the result.
        signals: what they would say; empty while they stay as they are.
    """

    candidate: Candidate
    vector: Floats
    score: int
    found: Judged
    reached: Reached
    kind: Kind
    signals: Mapping[str, float | None] = MappingProxyType({})

    @property
    def offers(self) -> tuple[str, ...]:
        """Return the products that would be offered, the cheapest first."""
        return offered(self.kind, self.reached[0])

    @property
    def rank(self) -> tuple[float, ...]:
        """Return what outcomes are ordered by, the best first."""
        one = self.candidate
        better = -ORDER.index(self.kind)
        return (better, one.effort, one.days, -len(self.offers), -one.gentleness)


class Judge:
    """Judges outcomes as the case itself was."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._policy = case.rules.policy

    def outcomes(self, candidates: Sequence[Candidate], vectors: Floats) -> list[Outcome]:
        """Return what k candidates come to, the signals as they are now.

        Args:
            candidates: k of them.
            vectors: (k, features) that they give.
        """
        if not candidates:
            return []
        model, partner = self.case.rules.model, self.case.made.partner_id
        risks, points = model.judged(vectors, partner)
        scores = np.rint(points).astype(np.int64).tolist()
        found = self._found(vectors, risks)
        reached = self._reached(candidates, found, risks)
        kinds = [self._kind(*one) for one in zip(found, reached, strict=True)]
        told = zip(candidates, vectors, scores, found, reached, kinds, strict=True)
        return [Outcome(*one) for one in told]

    def _found(self, vectors: Floats, risks: Floats) -> list[Judged]:
        """Return what each result follows from, beside the products."""
        novelty, hands = self.case.rules.model.novelty, self.case.made.raised
        unlike = [()] * len(vectors) if novelty is None else novelty.farthest(vectors)
        told = [None if math.isnan(risk) else risk for risk in risks.tolist()]
        figures = zip(told, vectors[:, HISTORY].tolist(), unlike, strict=True)
        return [Judged(*one, hands) for one in figures]

    def _reached(
        self, candidates: Sequence[Candidate], found: Sequence[Judged], risks: Floats
    ) -> list[Reached]:
        """Return what the products come to: what is too risky is not yet, whatever these are."""
        out: list[Reached] = [NOT_ASKED] * len(candidates)
        asked = [row for row, one in enumerate(found) if self._kind(one, NOT_ASKED) != "not_yet"]
        if asked:
            offering = self.case.rules.offering(self.case.day)
            applicants = [candidates[row].applicant for row in asked]
            come_to = held(applicants, offering, risks=risks[asked])
            for row, places, bars in zip(asked, come_to.ranked(), come_to.open, strict=True):
                fits = tuple(offering.products[place].product_id for place in places)
                out[row] = fits, "fits" if fits else "open" if bars.any() else "shut"
        return out

    def _kind(self, found: Judged, reached: Reached) -> Kind:
        return result_of(found, reached[1], self._policy).kind

    def seen(self, outcome: Outcome, signals: Mapping[str, float | None]) -> Outcome:
        """Return the outcome as it is with what the signals would say; nothing where they stay.

        A hand that is raised now stays raised, whatever the signals would say: what lowers them is
        for a person to find out, and no promise tells it.
        """
        if not signals:
            return outcome
        hands = (*self.case.made.raised, *raised(signals, self._policy))
        found = replace(outcome.found, hands=hands)
        kind = self._kind(found, outcome.reached)
        return outcome._replace(found=found, kind=kind, signals=signals)

    def helps(self, outcome: Outcome) -> bool:
        """Return whether an outcome betters the case, and not by what only asks for a look.

        Who is unlike goes to a person: to become so is no progress, and nobody is told to. Nor is
        a look promised for a hand alone, which may no longer be raised once the step is done.
        """
        found, kinds = outcome.found, [outcome.kind]
        if found.hands:
            kinds.append(self._kind(replace(found, hands=()), outcome.reached))
        if found.unlike and not self.case.made.unlike:
            kinds.append(self._kind(replace(found, unlike=()), outcome.reached))
            kinds.append(self._kind(replace(found, unlike=(), hands=()), outcome.reached))
        fits = outcome.reached[0]
        return all(self.case.bettered_by(kind, offered(kind, fits)) for kind in kinds)
