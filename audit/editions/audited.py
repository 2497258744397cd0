"""The audits of a period: of its decisions, and of the loans whose end became known in it.

Decisions and outcomes belong to different periods, so they are audited apart: of a decision nothing
is told of how its loan ends, and of the loans that ended all that takes an outcome to see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from audit.cells import few
from audit.editions.counts import Counts
from audit.editions.proxied import proxied
from audit.editions.sections import Kind
from audit.fairness import measures
from audit.fairness.cases import Cases
from audit.fairness.draws import USUAL, Drawing
from audit.fairness.measures import ENOUGH, MEASURES
from audit.fairness.report import Report
from audit.fairness.study import Plan, study
from audit.gathered import Gathered, cases
from audit.origins.origins import origins
from features.places import KECAMATAN

OF_OUTCOMES: Final = (
    measures.OPPORTUNITY,
    measures.FALSE_POSITIVE,
    measures.CALIBRATION,
    measures.RANKING,
)
"""Measures that take an outcome."""

LOOKED: Final[tuple[Kind, ...]] = ("review", "objection")
"""Cases in which a person may override what was recommended."""

PAIR: Final = ("gender", "kecamatan")
"""What is looked at together, where both are known."""


def of_decisions(
    of: Gathered, lenders: Mapping[str, str], counts: Counts, drawing: Drawing = USUAL
) -> Report:
    """Return the audit of decisions, as if no loan had ended.

    Args:
        of: the decisions of a period.
        lenders: id → name.
        counts: what is told of all of them (`audit.editions.told`).
        drawing: how samples are drawn.
    """
    every = _as_counted(_named(of, lenders), of, counts)
    asked = tuple(one for one in MEASURES if one not in OF_OUTCOMES)
    found = _report(replace(every, bad=np.full(every.n, np.nan)), asked, drawing)
    return replace(found, proxies=proxied(of, every.groups, found.study, drawing))


def of_outcomes(
    of: Gathered, lenders: Mapping[str, str], drawing: Drawing = USUAL
) -> Report | None:
    """Return the audit of loans that ended; None where they are too few. Arguments as above."""
    every = _named(of, lenders)
    ended = replace(every, points={}, named={})  # told of with their decisions
    return None if every.n < ENOUGH else _report(ended, OF_OUTCOMES, drawing)


def _report(of: Cases, asked: tuple[measures.Measure, ...], drawing: Drawing) -> Report:
    tables = [PAIR] if set(PAIR) <= set(of.groups) else [tuple(of.groups)[:2]]
    found = study(of, Plan(tables=tables, measures=asked, drawing=drawing))
    return Report("", "", 0, (), found, {}, origins(of, found))


def _as_counted(every: Cases, of: Gathered, counts: Counts) -> Cases:
    """Return decisions without what the counts hide of all: what groups tell adds up to it.

    A person looked at those that the counts say went to one, and at no other.
    """
    hidden = {name.partition(":")[0] for name, number in counts.items() if number is None}
    waiting = _cases(counts, ("review",), ("waiting", "overdue"))
    answered = _cases(counts, LOOKED, ("in_time", "late"))
    looked = counts["stage:human_review"] is not None and "review" not in hidden
    told = {
        ("probability", "score"): "model" not in hidden,
        ("offers", "price"): "offers" not in hidden,
        ("reviewed",): looked,
        ("hours",): looked and not few(abs(np.isnan(every.hours).sum() - waiting)),
        ("overridden",): looked
        and "objection" not in hidden
        and not few(abs((~np.isnan(every.overridden)).sum() - answered)),
    }
    to_person = (of.result == "human_review").astype(np.float64)
    bare = {name: np.full(every.n, np.nan) for of, it in told.items() if not it for name in of}
    return replace(
        every,
        **{"reviewed": to_person, **bare},
        points={} if "model" in hidden else every.points,
        named={
            code: of for code, of in every.named.items() if counts[f"reason:{code}"] is not None
        },
    )


def _cases(counts: Counts, kinds: Sequence[Kind], states: Sequence[str]) -> int:
    return sum(counts[f"{kind}:{state}"] or 0 for kind in kinds for state in states)


def _named(of: Gathered, lenders: Mapping[str, str]) -> Cases:
    """Return decisions as cases, kecamatan and lenders by their names."""
    every = cases(of)
    places = {code: one.name for code, one in KECAMATAN.items()}
    named = {
        name: np.array([known.get(str(one), str(one)) for one in every.groups[name]], dtype=np.str_)
        for name, known in (("kecamatan", places), ("lender", lenders))
    }
    return replace(every, groups={**every.groups, **named})
