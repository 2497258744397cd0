"""The audits of a period: of its decisions, and of the loans whose end became known in it.

Decisions and outcomes belong to different periods, so they are audited apart: of a decision nothing
is told of how its loan ends, and of the loans that ended all that takes an outcome to see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

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

PAIR: Final = ("gender", "kecamatan")
"""What is looked at together, where both are known."""


def of_decisions(of: Gathered, lenders: Mapping[str, str], drawing: Drawing = USUAL) -> Report:
    """Return the audit of decisions, as if no loan had ended.

    Args:
        of: the decisions of a period.
        lenders: id → name.
        drawing: how samples are drawn.
    """
    every = _named(of, lenders)
    asked = tuple(one for one in MEASURES if one not in OF_OUTCOMES)
    return _report(replace(every, bad=np.full(every.n, np.nan)), asked, drawing)


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


def _named(of: Gathered, lenders: Mapping[str, str]) -> Cases:
    """Return decisions as cases, kecamatan and lenders by their names."""
    every = cases(of)
    places = {code: one.name for code, one in KECAMATAN.items()}
    named = {
        name: np.array([known.get(str(one), str(one)) for one in every.groups[name]], dtype=np.str_)
        for name, known in (("kecamatan", places), ("lender", lenders))
    }
    return replace(every, groups={**every.groups, **named})
