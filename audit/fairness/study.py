"""A study of decisions: which groups fare how, and how surely, as far as it may be told.

Whatever a report shows of groups stands in here, and nothing that would give somebody away.

Gaps are told with their own interval; whether a gap is *shown* looks at all of the study's
comparisons together (Holm), so that of groups treated alike hardly one study in twenty shows any.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Final, Literal

import numpy as np

from audit.fairness.cases import NOT_TOLD, Cases
from audit.fairness.draws import USUAL, Drawing
from audit.fairness.estimate import Estimate, quantile
from audit.fairness.flagged import Told, flagged
from audit.fairness.measures import MEASURES, TOLERATED, Gap, Measure
from audit.fairness.needs import COUNTS, KNOWN, NEEDS, flags
from audit.fairness.published import COUNTED, Place, Table, bases, published
from audit.fairness.significance import among, detectable, holm, needed, p_value
from audit.fairness.widest import Widest, widest

Verdict = Literal["beyond", "worse", "better", "not_shown", "insufficient", "hidden"]
"""Of a comparison: a gap shown beyond what is tolerated, shown to be worse or better for the
group, not shown, not compared for want of data, or not told because a number would give somebody
away."""

NOTHING: Final = Gap(None, None, None, -1)

GAPS: Final = (0.05, 0.10, 0.15)
"""Gaps in shares approved, of which it is told how many applications it takes to see them."""


@dataclass(frozen=True)
class Plan:
    """What a study looks at.

    Args:
        tables: of which attributes together the groups are listed; none for all pairs.
        measures: what is measured.
        within: what is no protected attribute, such as a lender or a time: in each of its groups
            the groups of each attribute are compared by themselves.
        references: attribute → the group others are compared with; else all the others.
        tolerated: measure → the gap up to which nothing is said.
        error: how often at most a gap is shown that is none, all comparisons together.
        drawing: how samples are drawn; its confidence is that of every interval.
    """

    tables: Sequence[Table] = ()
    measures: Sequence[Measure] = MEASURES
    within: Sequence[str] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    tolerated: Mapping[Measure, float] = field(default_factory=lambda: TOLERATED)
    error: float = 0.05
    drawing: Drawing = USUAL

    def tables_of(self, cases: Cases) -> list[Table]:
        """Return each attribute, the pairs asked for or else all, and each within the others."""
        names = [name for name in cases.groups if name not in self.within]
        alone: list[Table] = [(name,) for name in cases.groups]
        inner: list[Table] = [(of, name) for of in self.within for name in names]
        return alone + (list(self.tables) or list(combinations(names, 2))) + inner


@dataclass(frozen=True)
class Counted:
    """Applications of a group: how many of a base, and what share was approved."""

    place: Place
    base: str
    n: int
    approved: float


@dataclass(frozen=True)
class Comparison:
    """What one measure says of one group; levels, gap and more are None where not told.

    Args:
        place: the table and the group.
        against: the group it is compared with; empty for all the others.
        measure: how.
        found: levels and gap, with intervals.
        p: two-sided p-value of the gap by itself; corrected: among all of the study.
        tolerated: the gap up to which nothing is said; None where any is told.
        visible: the gap that samples of this size show in four of five cases.
        verdict: what to make of it.
    """

    place: Place
    against: str
    measure: Measure
    found: Gap = NOTHING
    p: float | None = None
    corrected: float | None = None
    tolerated: float | None = None
    visible: float | None = None
    verdict: Verdict = "hidden"


@dataclass(frozen=True)
class Needed:
    """How many applications of a group it takes to see a gap in shares approved, in 4 of 5 cases.

    Args:
        place: the group; n: how many there are.
        of: gap → how many it takes; those that the share of the others leaves no room for missing.
    """

    place: Place
    n: int
    of: Mapping[float, int]


@dataclass(frozen=True)
class Study:
    """All that a report tells.

    Args:
        applications: how many were studied.
        plan: what was asked.
        told: which numbers may be told, of all that the tables of the plan hold.
        counted: numbers of groups that may be told.
        compared: every comparison, by table, group and measure.
        widest: of each attribute by itself.
        needed: sizes it takes.
        hidden: how many groups of how many in all tables are not told of.
    """

    applications: int
    plan: Plan
    told: Told
    counted: tuple[Counted, ...]
    compared: tuple[Comparison, ...]
    widest: tuple[Widest, ...]
    needed: tuple[Needed, ...]
    hidden: tuple[int, int]


def study(cases: Cases, plan: Plan) -> Study:
    """Return what may be told of the decisions.

    Args:
        cases: the applications.
        plan: what to look at.
    """
    tables = plan.tables_of(cases)
    counts = published(cases, tables, plan.within)
    told = counts | flagged(cases, flags(cases, plan.measures), tables, counts, plan.within)
    compared = comparisons(replace(cases, points={}, named={}), tables, plan, told)
    counted = tuple(_counted(cases, counts))
    places = {one.place for one in compared}
    return Study(
        applications=cases.n,
        plan=plan,
        told=told,
        counted=counted,
        compared=compared,
        widest=tuple(widest(_only(cases, told), drawing=plan.drawing)),
        needed=tuple(_needed(counted, plan)),
        hidden=(sum((place, "decided") not in told for place in places), len(places)),
    )


def comparisons(
    cases: Cases,
    tables: Sequence[Table],
    plan: Plan,
    told: Told,
    needs: Mapping[Measure, tuple[str, ...]] = NEEDS,
) -> tuple[Comparison, ...]:
    """Return the comparisons of tables by a plan's measures, corrected for how many they are.

    Args:
        cases: the applications.
        tables: the attributes whose groups are compared.
        plan: how; its own tables are not looked at.
        told: which numbers may be told.
        needs: measure → the numbers without which it is not told of a group.
    """
    tested = [one for table in tables for one in _of_table(table, cases, plan, told, needs)]
    return tuple(_judged(tested, plan.error))


@dataclass(frozen=True)
class _Tested:
    """A comparison that is not judged yet.

    Args:
        one: the comparison.
        beyond: the p-value of what is tolerated.
        sides: who is compared with whom; the same for a group and for its mirror image.
    """

    one: Comparison
    beyond: float = 1.0
    sides: Hashable = None


def _of_table(
    table: Table,
    cases: Cases,
    plan: Plan,
    told: Told,
    needs: Mapping[Measure, tuple[str, ...]],
) -> Iterator[_Tested]:
    """Yield the comparisons of a table, bare where a number they would give away is not told."""
    against = plan.references.get(table[0], "") if len(table) == 1 else ""
    inner = len(table) > 1 and table[0] in plan.within
    for group in _groups(cases, table):
        if group == (against,):
            continue
        mine = cases.within(table, group)
        if against:
            others = cases.within(table, (against,))
        else:
            others = cases.within(table, group[:1] if inner else ()) & ~mine
        beside = ((against,),) if against else ((group[0],),) if inner else ()
        numbers = {(table, group), *((table, of) for of in beside)}
        sides = cases.part(mine), cases.part(others)
        both = frozenset({mine.tobytes(), others.tobytes()})
        for measure in plan.measures:
            bare = Comparison((table, group), against, measure)
            counts = {"decided", *needs.get(measure, ())}
            may = {(place, base) for place in numbers for base in counts} <= told
            one = _compared(bare, sides, plan) if may else _Tested(bare)
            yield replace(one, sides=(measure.name, both))


def _compared(bare: Comparison, sides: tuple[Cases, Cases], plan: Plan) -> _Tested:
    """Return one comparison that may be told."""
    measure = bare.measure
    z = quantile((1 + plan.drawing.confidence) / 2)
    found = measure.compare(*sides, z)
    if measure not in COUNTS:
        found = replace(found, counted=-1)
    gap, tolerated = found.gap, plan.tolerated.get(measure)
    if gap is None:
        return _Tested(replace(bare, found=found, verdict="insufficient"))

    def at(reach: float) -> Estimate:
        again = measure.compare(*sides, reach).gap
        if again is None:
            raise AssertionError("whether there is enough data does not depend on the interval")
        return again

    one = replace(
        bare,
        found=found,
        p=p_value(at, measure.equal),
        tolerated=tolerated,
        visible=detectable(gap, measure.equal, z, ratio=measure.equal == 1),
        verdict="not_shown",
    )
    past = tolerated is not None and gap.value < tolerated
    return _Tested(one, p_value(at, tolerated) if past and tolerated is not None else 1.0)


def _judged(tested: Sequence[_Tested], error: float) -> Iterator[Comparison]:
    """Yield the comparisons, their p-values corrected for how many there are."""
    able = [at for at, of in enumerate(tested) if of.one.p is not None]
    whose = [tested[at].sides for at in able]
    unequal = dict(zip(able, among([tested[at].one.p or 0.0 for at in able], whose), strict=True))
    # Past what is tolerated there is one side only, and no mirror image.
    beyond = dict(zip(able, holm([tested[at].beyond for at in able]), strict=True))
    for at, of in enumerate(tested):
        gap = of.one.found.gap
        if at not in unequal or gap is None:
            yield of.one
            continue
        verdict: Verdict = "not_shown"
        if unequal[at] < error:
            verdict = "worse" if gap.value < of.one.measure.equal else "better"
        if beyond[at] < error:
            verdict = "beyond"
        yield replace(of.one, corrected=float(unequal[at]), verdict=verdict)


def _counted(cases: Cases, told: Told) -> Iterator[Counted]:
    """Yield the numbers that may be told, in the order of their places."""
    made = bases(cases)
    for place, base in sorted(told):
        table, group = place
        rows = made[base] & cases.within(table, group)
        if rows.any():
            yield Counted(place, base, int(rows.sum()), float(cases.approved[rows].mean()))


def _needed(counted: Sequence[Counted], plan: Plan) -> Iterator[Needed]:
    """Yield how many applications it takes to see gaps, of groups of one attribute."""
    z = quantile((1 + plan.drawing.confidence) / 2)
    decided = {one.place: one for one in counted if one.base == "decided"}
    for place, one in decided.items():
        table, group = place
        if len(table) > 1 or not group:
            continue
        every = decided[table, ()]
        rest = every.n - one.n
        share = (every.approved * every.n - one.approved * one.n) / rest if rest else 0.0
        sizes = {gap: needed(gap, share, rest / one.n, z) for gap in GAPS if gap <= share <= 1}
        if sizes:
            yield Needed(place, one.n, sizes)


def _only(cases: Cases, told: Told) -> Cases:
    """Return the cases with the groups that may be told of; in others nobody is.

    A figure of which it may not be told of how many of each of them it is known is known of nobody.
    """
    groups, unsure = {}, set[str]()
    for name, of in cases.groups.items():
        table: Table = (name,)
        shown = [
            group
            for group in _groups(cases, table)
            if {((table, group), base) for base in COUNTED} <= told
        ]
        groups[name] = np.where(np.isin(of, [one for (one,) in shown]), of, NOT_TOLD)
        unsure |= {flag for flag in KNOWN for group in shown if ((table, group), flag) not in told}
    nothing: Any = np.full(cases.n, np.nan)
    bare = dict.fromkeys((figure for flag in unsure for figure in KNOWN[flag]), nothing)
    return replace(cases, groups=groups, **bare)


def _groups(cases: Cases, table: Table) -> list[tuple[str, ...]]:
    """Return the groups of a table that somebody is in, in order."""
    told = cases.within(table)
    rows = zip(*(cases.groups[name][told] for name in table), strict=True)
    return sorted({tuple(map(str, row)) for row in rows})
