"""What other cut-offs would do: how many would be approved, and how groups would fare.

Each cut-off is put to the same applicants. It changes who is approved, not who comes nor how their
loans go, so it says what a line does, and chooses none. No interval is corrected for how many
cut-offs are looked at.

Numbers told at two cut-offs tell how many lie between them. A cut-off is left out where that would
be fewer than ten of a group, or of those of whom nothing is told. Nothing at all is where fewer
than ten lack the figure: shares would tell of how many they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from audit.cells import few
from audit.fairness import measures
from audit.fairness.at_same_risk import risk
from audit.fairness.cases import NOT_TOLD, Cases
from audit.fairness.estimate import Estimate, mean, quantile, share
from audit.fairness.flagged import Told, flagged
from audit.fairness.measures import Gap, OfLevels
from audit.fairness.published import Place
from audit.fairness.study import Plan
from features.rows import Flags, Floats

Figure = Literal["probability", "score"]

CUTS: Final = 9
"""Cut-offs looked at: the tenths of all applicants."""

STEPS: Final[dict[Figure, float]] = {"probability": 0.01, "score": 5.0}
"""What a cut-off is rounded to, so that it is nobody's own figure."""

MANY: Final = 100
"""Applications of the smallest group that is looked at: ten between two cut-offs, about."""

CUT: Final = "cut"
"""What those whose figure is known are called among the numbers that may be told."""

BASES: Final[dict[OfLevels, str]] = {measures.IMPACT: "decided", measures.OPPORTUNITY: "good"}
"""Measure → the base whose number has to be one that may be told."""


@dataclass(frozen=True)
class Line:
    """What a cut-off would do to all.

    Args:
        cut: the probability up to which, or the points from which on, one is approved.
        approved: share of all applications.
        expected: share of bad loans expected of those approved; None without probabilities.
    """

    cut: float
    approved: Estimate
    expected: Estimate | None


@dataclass(frozen=True)
class Would:
    """How a group would fare at a cut-off: levels and gap as the measure has them."""

    place: Place
    cut: float
    measure: OfLevels
    found: Gap


@dataclass(frozen=True)
class Band:
    """How a group was answered among those of one risk, between two cut-offs.

    Args:
        place: the group.
        least: of the figure, from which on; None where there is none.
        most: up to which; None likewise.
        found: shares approved as they are, of the group and of the others of that risk.
    """

    place: Place
    least: float | None
    most: float | None
    found: Gap


@dataclass(frozen=True)
class CutOffs:
    """What other cut-offs would do.

    Args:
        figure: what is cut.
        lines: of all applications, the strictest first.
        groups: of each group of enough applications, as far as it may be told.
        bands: the answers there are, between the cut-offs told of a group, the lowest risk first.
    """

    figure: Figure
    lines: tuple[Line, ...]
    groups: tuple[Would, ...]
    bands: tuple[Band, ...] = ()


def cutoffs(cases: Cases, plan: Plan, told: Told) -> CutOffs | None:
    """Return what other cut-offs would do; None where neither probability nor score is known.

    Args:
        cases: the applications; those without the figure or a decision do not count.
        plan: of the study.
        told: which numbers may be told, of the study.
    """
    bare = replace(cases, points={}, named={})
    scored = bare.part(~np.isnan(risk(cases)) & ~np.isnan(cases.approved))
    unscored = (~np.isnan(bare.approved)).sum() - scored.n
    if scored.n < MANY or few(unscored):
        return None
    figure: Figure = "score" if np.isnan(cases.probability).all() else "probability"
    z = quantile((1 + plan.drawing.confidence) / 2)
    sign = 1 if figure == "probability" else -1
    every = np.ones(scored.n, dtype=bool)
    cuts = _kept(scored, _tenths(risk(scored), STEPS[figure]), [every])
    names = [name for name in cases.groups if name not in plan.within]
    may = told | flagged(bare, {CUT: ~np.isnan(risk(bare))}, [(name,) for name in names], told)
    groups = [one for name in names for one in _groups(scored, name, cuts, may, z)]
    bands = tuple(_bands(scored, groups, sign, z))
    lines = (_line(scored, cut, sign, z) for cut in cuts)
    signed = tuple(replace(one, cut=sign * one.cut) for one in groups)
    return CutOffs(figure, tuple(lines), signed, bands)


def _tenths(risks: Floats, step: float) -> list[float]:
    """Return the cut-offs between the tenths, rounded, each once, that part anybody."""
    tenths = np.quantile(risks, np.arange(1, CUTS + 1) / (CUTS + 1))
    rounded = np.unique(np.round(np.round(tenths / step) * step, 6)).tolist()
    return [cut for cut in rounded if risks.min() <= cut < risks.max()]


def _line(cases: Cases, cut: float, sign: int, z: float) -> Line:
    of = risk(cases) <= cut
    chances, weights = cases.probability[of], cases.weights[of]
    approved = share(of.astype(np.float64), cases.weights, z)
    return Line(sign * cut, approved, mean(chances, weights, z) if sign > 0 else None)


def _groups(
    cases: Cases, name: str, cuts: Sequence[float], told: Told, z: float
) -> Iterator[Would]:
    """Yield how the groups of an attribute would fare."""
    there = cases.groups[name] != NOT_TOLD
    for measure, base in BASES.items():
        among = there & measure.counts(cases)
        groups, left = _apart(cases.groups[name], among, name, told, {"decided", CUT, base})
        parts = [*groups.values(), left]
        # Beside those who count, those who do not could be found.
        own = [cases.groups[name] == of for of in groups]
        none = ~np.logical_or.reduce([*own, ~there])
        others = [there & ~among & of for of in (*own, none)]
        for cut in _kept(cases, cuts, [*parts, *others]):
            would = replace(cases, approved=(risk(cases) <= cut).astype(np.float64))
            for group, mine in groups.items():
                sides = would.part(mine), would.part(among & ~mine)
                found = replace(measure.compare(*sides, z), counted=-1)
                yield Would(((name,), (group,)), cut, measure, found)


def _bands(cases: Cases, groups: Sequence[Would], sign: int, z: float) -> Iterator[Band]:
    """Yield how each group was answered between the cut-offs that are told of it."""
    risks = risk(cases)
    own = [one for one in groups if one.measure is measures.IMPACT]
    for table, group in dict.fromkeys(one.place for one in own):
        there = cases.within(table)
        mine = cases.within(table, group)
        cuts = [one.cut for one in own if one.place == (table, group)]
        for low, high in pairwise([-np.inf, *cuts, np.inf]):
            inside = (risks > low) & (risks <= high)
            sides = cases.part(mine & inside), cases.part(there & ~mine & inside)
            found = replace(measures.PARITY.compare(*sides, z), counted=-1)
            ends = sorted(sign * end for end in (low, high))
            least, most = (end if np.isfinite(end) else None for end in ends)
            yield Band((table, group), least, most, found)


def _apart(
    of: np.ndarray, among: Flags, name: str, told: Told, bases: set[str]
) -> tuple[dict[str, Flags], Flags]:
    """Return the groups that are looked at, and who is in none of them: nobody, or many."""
    names, sizes = np.unique(of[among], return_counts=True)
    order = np.argsort(-sizes, kind="stable")
    able = {
        str(names[at]): among & (of == names[at])
        for at in order
        if sizes[at] >= MANY and {(((name,), (str(names[at]),)), base) for base in bases} <= told
    }
    left = among & ~np.isin(of, list(able))
    while able and 0 < left.sum() < MANY:
        _, smallest = able.popitem()
        left = left | smallest
    return dict(sorted(able.items())), left


def _kept(cases: Cases, cuts: Sequence[float], parts: Sequence[Flags]) -> list[float]:
    """Return the cut-offs between which there are nobody or ten of each part.

    Nor may one lie so near the answers there are that what it changes would be about fewer.
    """
    risks, yes = risk(cases), cases.approved == 1
    edges = [-np.inf]
    for cut in cuts:
        inside, changed = (risks > edges[-1]) & (risks <= cut), (risks <= cut) != yes
        if not any(
            few((part & of).sum())
            for part in parts
            for of in (inside, changed & yes, changed & ~yes)
        ):
            edges.append(cut)
    while len(edges) > 1 and any(few((part & (risks > edges[-1])).sum()) for part in parts):
        edges.pop()
    return edges[1:]
