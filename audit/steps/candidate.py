"""What could be done in a case: candidates, of which nobody knows yet whether they help.

Three kinds: something done about the records (`features.steps`), another request, and a
paper brought. None of them touches a fact that is not in a person's hands.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from audit.applicant import with_month
from audit.decision import Act
from audit.steps.case import Case
from features.flow import ordinary_month
from features.known import Known
from features.steps.catalogue import STEPS
from features.steps.step import Step
from matching.applicant import Applicant
from matching.offer import Unfit
from matching.reason import Reason

REQUEST: Final = "request"
"""Stands among the names of sources for what is asked."""

ASK_CODES: Final = ("R02", "R23", "R01")
"""The reasons that another request answers to."""

SHARES: Final = (0.85, 0.7, 0.5, 0.35, 0.2)
"""Of the amount asked: what else is tried, before `FINER` finds the largest."""

FINER: Final = 8
"""Into so many parts the way to the next larger amount is cut once an amount has been found."""

LEAST: Final = 100_000
"""Amounts are whole multiples of this, minor units: nobody asks for Rp4,137,219."""

TENORS: Final = (6, 12, 18, 24, 36, 48, 60)
"""The usual months to repay."""

PAPERS: Final[Mapping[str, int]] = {"ktp": 0, "kk": 0, "sku": 7, "nib": 14, "npwp": 14}
"""Paper that anyone can have → in how many days. Who has no title of land or of a vehicle cannot be
told to get one; nor is a group's letter or a membership among them, since others decide on it."""

ISSUED: Final[Mapping[str, str]] = {"get_business_number": "nib", "attend_training": "training"}
"""Step → the paper that comes of it."""

MOST_ACTS: Final = 3


@dataclass(frozen=True)
class Candidate:
    """Something that could be done.

    Args:
        acts: what, each by name.
        effort: of all acts.
        codes: the reasons it answers to.
        applicant: as the matcher would know it, its risk left aside.
        changed: the sources it changes, and `REQUEST` where it asks for something else.
        known: what would be known, had it been done; None where no records change.
        gentleness: among candidates of the same acts the larger one asks less of a person.
        reads: the sources it goes by, beside those it changes.
        parts: what each of several candidates done together changes; none of a single one.
    """

    acts: tuple[Act, ...]
    effort: int
    codes: tuple[str, ...]
    applicant: Applicant
    changed: frozenset[str] = frozenset()
    known: Known | None = field(default=None, compare=False)
    gentleness: float = 0.0
    reads: frozenset[str] = frozenset()
    parts: tuple[frozenset[str], ...] = ()

    @functools.cached_property
    def names(self) -> frozenset[str]:
        """Return what is done, whatever the days, the amounts and the order."""
        return frozenset(act.document or act.name for act in self.acts)

    @property
    def days(self) -> int:
        """Return how long it takes."""
        return max(act.days for act in self.acts)


def about_records(case: Case, known: Known) -> Iterator[Candidate]:
    """Give every step that finds something to change in the records, over the longest of its times.

    None that leads to a paper which is held already, where one is enough.
    """
    held = PAPERS.keys() & (case.made.applicant.documents or ())
    for step in STEPS:
        if ISSUED.get(step.name) not in held:
            yield from _done(case, known, step, step.horizons[-1:])


def _done(case: Case, known: Known, step: Step, horizons: Iterable[int]) -> Iterator[Candidate]:
    for days in horizons:
        rows = step(known, days)
        if rows is not None:
            after = known.having({step.source: rows})
            yield Candidate(
                acts=(Act(step.name, days),),
                effort=step.effort,
                codes=step.codes,
                applicant=_after(step, case.made.applicant, after),
                changed=frozenset({step.source}),
                known=after,
                gentleness=-days,
                reads=step.reads,
            )


def _after(step: Step, applicant: Applicant, known: Known) -> Applicant:
    """Return the applicant after a step: with the paper it leads to, or another ordinary month."""
    if step.source == "payments":
        return with_month(applicant, ordinary_month(known))
    paper = ISSUED.get(step.name)
    if paper is None or applicant.documents is None:
        return applicant
    return applicant.having(documents=applicant.documents | {paper})


def about_request(case: Case) -> Iterator[Candidate]:
    """Give smaller amounts, and longer tenors within what some product allows."""
    asked = case.made.applicant
    amounts, tenors = _amounts(asked.amount), _tenors(case)
    yield from (_asking(asked, amount, asked.tenor_months) for amount in amounts)
    yield from (_asking(asked, asked.amount, tenor) for tenor in tenors)


def gentler(case: Case, known: Known, one: Candidate) -> list[Candidate]:
    """Return the same for a shorter time, or with a larger amount, the gentlest last.

    Between the amount and the next one tried lie at most `FINER`; acts together have none.
    """
    if one.known is not None:
        steps = [step for step in STEPS if (Act(step.name, one.days),) == one.acts]
        return [c for s in steps for c in _done(case, known, s, reversed(s.horizons[:-1]))]
    asked, amount = case.made.applicant, one.applicant.amount
    if amount == asked.amount:
        return []
    above = min((a for a in _amounts(asked.amount) if a > amount), default=asked.amount)
    steps_up = (above - amount) // LEAST
    between = {amount + LEAST * (steps_up * part // FINER) for part in range(1, FINER)}
    tenor = one.applicant.tenor_months
    return [_asking(asked, more, tenor) for more in sorted(between) if amount < more < above]


def both_about_request(case: Case) -> Iterator[Candidate]:
    """Give smaller amounts over the longest tenor."""
    asked = case.made.applicant
    tenors = _tenors(case)
    for amount in _amounts(asked.amount) if tenors else ():
        yield _asking(asked, amount, tenors[-1])


def _asking(asked: Applicant, amount: int, tenor: int) -> Candidate:
    smaller = (Act("smaller_amount", 0, amount=amount),) if amount < asked.amount else ()
    longer = (Act("longer_tenor", 0, tenor_months=tenor),) if tenor > asked.tenor_months else ()
    return Candidate(
        acts=(*smaller, *longer),
        effort=1,
        codes=ASK_CODES,
        applicant=asked.having(amount=amount, tenor_months=tenor),
        changed=frozenset({REQUEST}),
        gentleness=amount / asked.amount - tenor / 1000,
    )


def _amounts(asked: int) -> list[int]:
    """Return smaller amounts, the largest first."""
    tried = (int(asked * share) // LEAST * LEAST for share in SHARES)
    return sorted({amount for amount in tried if 0 < amount < asked}, reverse=True)


def _tenors(case: Case) -> list[int]:
    """Return longer tenors, up to the longest that a product on offer to a business takes."""
    asked, longest = case.made.applicant.tenor_months, case.rules.offering(case.day).longest_tenor
    return [tenor for tenor in TENORS if asked < tenor <= longest]


def about_papers(case: Case) -> Iterator[Candidate]:
    """Give, for each product that only papers keep away, the papers it asks for."""
    asked, seen = case.made.applicant, set()
    for unfit in case.made.unfit:
        papers = _papers(unfit, asked.documents or frozenset())
        if papers and papers not in seen and len(papers) <= MOST_ACTS:
            seen.add(papers)
            yield Candidate(
                acts=tuple(Act("bring_document", PAPERS[p], document=p) for p in papers),
                effort=len(papers),
                codes=tuple(dict.fromkeys(reason.code for reason in unfit.reasons)),
                applicant=asked.having(documents=(asked.documents or frozenset()) | set(papers)),
                gentleness=-sum(PAPERS[p] for p in papers),
            )


def _papers(unfit: Unfit, held: frozenset[str]) -> tuple[str, ...]:
    """Return the papers that would make a product fit; none where something else is in the way."""
    if unfit.beyond_cut_off or any(reason.field != "documents" for reason in unfit.reasons):
        return ()
    wanted = [_wanted(reason, held) for reason in unfit.reasons]
    if None in wanted:
        return ()
    return tuple(dict.fromkeys(paper for papers in wanted for paper in papers or ()))


def _wanted(reason: Reason, held: frozenset[str]) -> tuple[str, ...] | None:
    """Return the papers still to bring for a requirement; None where one is not to be had."""
    named = reason.required if isinstance(reason.required, tuple) else ()
    if reason.op == "has_any":
        had = [paper for paper in named if paper in PAPERS]
        return (min(had, key=PAPERS.__getitem__),) if had else None
    missing = tuple(paper for paper in named if paper not in held)
    return missing if set(missing) <= PAPERS.keys() else None


def together(case: Case, candidates: Sequence[Candidate]) -> Candidate | None:
    """Return candidates done together; None where they are too many, or not free of each other.

    They are free of each other where no two change the same, and none goes by what another changes.

    Args:
        case: as it stands.
        candidates: each of other acts.
    """
    parts = tuple(one.changed for one in candidates)
    acts = tuple(sorted((act for one in candidates for act in one.acts), key=_quickest))
    changed = frozenset[str]().union(*parts)
    read = frozenset[str]().union(*(one.reads for one in candidates))
    if sum(map(len, parts)) > len(changed) or changed & read or len(acts) > MOST_ACTS:
        return None
    applicant = case.made.applicant
    for one in candidates:
        applicant = _moved(case.made.applicant, one.applicant, applicant)
    return Candidate(
        acts=acts,
        effort=sum(one.effort for one in candidates),
        codes=tuple(dict.fromkeys(code for one in candidates for code in one.codes)),
        applicant=applicant,
        changed=changed,
        known=_known(candidates, applicant),
        gentleness=sum(one.gentleness for one in candidates),
        parts=parts,
    )


def _known(candidates: Sequence[Candidate], applicant: Applicant) -> Known | None:
    """Return what would be known under candidates done together; None where no records change."""
    revised = [(one.known, one.changed) for one in candidates if one.known is not None]
    if not revised:
        return None
    rows = {source: known.sources[source] for known, changed in revised for source in changed}
    return revised[0][0].having(rows).asking([applicant.amount], [applicant.tenor_months])


def _quickest(act: Act) -> tuple[int, str]:
    return act.days, act.name


def _moved(old: Applicant, new: Applicant, applicant: Applicant) -> Applicant:
    """Return the applicant with all that is new in *new* against *old*; papers add up."""
    before = vars(old)
    moved = {name: value for name, value in vars(new).items() if value != before[name]}
    held = applicant.documents
    if held is not None or new.documents is not None:
        held = (held or frozenset()) | (new.documents or frozenset())
    return applicant.having(**{**moved, "documents": held})
