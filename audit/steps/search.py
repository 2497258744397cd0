"""The search for next steps: candidates are judged as the case itself was, and the best kept.

What a step promises is what the very same assessment says of the records, the request and
the papers as they would be: the whole model, the whole policy, every product. Nothing is
promised that was not computed so, and a step that changes neither the result nor the
offers is not shown.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from audit.decision import NextStep
from audit.steps import candidate
from audit.steps.candidate import Candidate
from audit.steps.case import Case
from audit.steps.judge import Judge, Outcome
from audit.steps.revised import overlaid, vectors
from features import signals
from features.catalogue import NAMES
from features.known import Known
from features.rows import Floats

MOST_STEPS: Final = 3
MOST_TRIED_TOGETHER: Final = 4
"""Of how many acts, the most helpful alone, any two are tried together; and the first three."""

ABOUT_RISK: Final = frozenset({"risk_above_the_line", "near_the_line"})


def next_steps(case: Case, known: Known) -> tuple[NextStep, ...]:
    """Return at most three steps, the best first; none where nothing was found to help.

    Args:
        case: as it stands.
        known: its records.
    """
    judge = Judge(case)
    singles = list(_singles(case, known))
    starts = np.repeat(case.vector, len(singles), axis=0)
    tried = judge.outcomes(singles, vectors(known, starts, singles))
    helps = _kept(judge, tried)
    if case.made.result.kind != "eligible" and not any(one.kind == "eligible" for one in helps):
        starts, bundles = _bundles(case, tried)
        more = judge.outcomes(bundles, vectors(known, starts, bundles))
        helps = _kept(judge, [*helps, *more])
    gentlest = sorted(_gentlest(judge, known, helps), key=lambda one: one.rank)
    return tuple(_step(case, one) for one in gentlest)


def judged_again(case: Case, steps: Sequence[NextStep]) -> tuple[NextStep, ...]:
    """Return the steps kept with a decision that still help, each with what it leads to now."""
    judge = Judge(case)
    candidates = [Candidate(one.acts, one.effort, one.codes, one.applicant) for one in steps]
    found = np.repeat(case.vector, len(steps), axis=0)
    for row, one in zip(found, steps, strict=True):
        for name, value in one.changed.items():
            row[NAMES.index(name)] = math.nan if value is None else value
    outcomes = zip(judge.outcomes(candidates, found), steps, strict=True)
    seen = [judge.seen(outcome, one.signals) for outcome, one in outcomes]
    return tuple(_step(case, one) for one in seen if judge.helps(one))


def _singles(case: Case, known: Known) -> Iterator[Candidate]:
    """Give what is worth trying: nothing that neither result nor offers can depend on."""
    yield from candidate.about_papers(case)
    if case.made.result.kind != "eligible":
        yield from candidate.about_request(case)
    cut_off = any(unfit.beyond_cut_off for unfit in case.made.unfit)
    if cut_off or ABOUT_RISK & set(case.made.result.causes):
        yield from candidate.about_records(case, known)


def _bundles(case: Case, tried: Sequence[Outcome]) -> tuple[Floats, list[Candidate]]:
    """Return less over a longer time, any two of the most helpful acts, and the first three.

    Returns:
        (k, features) what `audit.steps.revised.vectors` starts from, and the k candidates.
    """
    vector = case.vector[0]
    found = [(vector, one) for one in candidate.both_about_request(case)]
    by_names: dict[frozenset[str], Outcome] = {}
    for one in sorted(tried, key=lambda one: (one.found.probability or 0.0, one.candidate.days)):
        by_names.setdefault(one.candidate.names, one)
    best = list(by_names.values())[:MOST_TRIED_TOGETHER]
    for some in (*itertools.combinations(best, 2), best[: candidate.MOST_ACTS]):
        bundle = candidate.together(case, [one.candidate for one in some])
        if bundle is not None:
            alone = [(one.candidate, one.vector) for one in some]
            found.append((overlaid(vector, alone), bundle))
    starts = np.array([start for start, _ in found]).reshape(-1, vector.size)
    return starts, [one for _, one in found]


def _kept(judge: Judge, outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the best outcomes of different acts that help, their signals looked at too."""
    kept = dict[frozenset[str], Outcome]()
    for outcome in sorted(_helping(judge, outcomes), key=lambda one: one.rank):
        names = outcome.candidate.names
        if len(kept) == MOST_STEPS or any(done <= names for done in kept):
            continue
        seen = judge.seen(outcome, _signals(judge.case, outcome.candidate))
        if judge.helps(seen):
            kept[names] = seen
    return list(kept.values())


def _helping(judge: Judge, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """Give the outcomes that help, the signals as they are now; of the same acts the gentlest.

    Those that ask for more are passed over once an easier one of the same acts is eligible.
    """
    done: set[frozenset[str]] = set()
    for one in sorted(outcomes, key=lambda one: -one.candidate.gentleness):
        if one.candidate.names not in done:
            if one.kind == "eligible":
                done.add(one.candidate.names)
            if judge.helps(one):
                yield one


def _gentlest(judge: Judge, known: Known, helps: Sequence[Outcome]) -> Iterator[Outcome]:
    """Give each outcome with the largest amount, or the shortest time, that comes to the same."""
    case = judge.case
    milder = [candidate.gentler(case, known, one.candidate) for one in helps]
    every = [one for some in milder for one in some]
    starts = np.repeat(case.vector, len(every), axis=0)
    outcomes = iter(judge.outcomes(every, vectors(known, starts, every)))
    for outcome, some in zip(helps, milder, strict=True):
        found = outcome
        for other in itertools.islice(outcomes, len(some)):
            if _comes_to(outcome, other):
                seen = judge.seen(other, _signals(case, other.candidate))
                if _comes_to(outcome, seen) and judge.helps(seen):
                    found = seen
        yield found


def _comes_to(outcome: Outcome, other: Outcome) -> bool:
    """Return whether the other leads to the same result, and to all the products."""
    return other.kind == outcome.kind and set(outcome.offers) <= set(other.offers)


def _signals(case: Case, one: Candidate) -> dict[str, float | None]:
    """Return what the signals would say under a candidate; nothing where they stay.

    Those that read nothing of what it changes say what they say now.
    """
    if one.known is None:
        return {}
    touched = [signal for signal in signals.SIGNALS if one.changed & set(signal.sources)]
    currency = case.rules.model.identity.currency
    return case.made.signals | signals.of_one(one.known, currency, touched)


def _step(case: Case, outcome: Outcome) -> NextStep:
    one = outcome.candidate
    return NextStep(
        acts=one.acts,
        effort=one.effort,
        codes=one.codes,
        applicant=one.applicant.having(probability_of_default=None),
        changed=_changed(case.vector[0], outcome.vector),
        signals=dict(outcome.signals),
        kind=outcome.kind,
        score=outcome.score,
        offers=outcome.offers,
        more=tuple(product for product in outcome.offers if product not in case.offered),
    )


def _changed(old: Floats, new: Floats) -> dict[str, float | None]:
    """Return the features that differ, each with its new value."""
    same = (old == new) | (np.isnan(old) & np.isnan(new))
    return {
        NAMES[place]: None if np.isnan(new[place]) else float(new[place])
        for place in np.flatnonzero(~same).tolist()
    }
