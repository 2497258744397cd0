"""The report of an audit, made of decisions that were read."""

from __future__ import annotations

import numpy as np

from audit.fairness.cases import NOT_TOLD
from audit.fairness.given import remaining
from audit.fairness.measures import ENOUGH
from audit.fairness.report import Remaining, Report
from audit.fairness.study import Plan, Study, study
from audit.origins.origins import origins
from features.rows import Flags
from lumbung.auditing.decisions import Decisions


def report(decisions: Decisions, plan: Plan, title: str, digest: str) -> Report:
    """Return the audit of decisions.

    Args:
        decisions: as read.
        plan: what to look at.
        title: what they are.
        digest: of their file.
    """
    found = study(decisions.cases, plan)
    return Report(
        title=title,
        digest=digest,
        left_out=decisions.left_out,
        given=decisions.given,
        study=found,
        remaining=_remaining(decisions, found) if decisions.given else {},
        origins=origins(decisions.cases, found),
    )


def _remaining(decisions: Decisions, found: Study) -> dict[tuple[str, str], Remaining | None]:
    """Return what remains of the gap of each group of one attribute that may be told of."""
    cases = decisions.cases
    whole = ~np.isnan(decisions.columns).any(axis=1) & ~np.isnan(cases.approved)
    made = {}
    for (table, group), base in ((one.place, one.base) for one in found.counted):
        if base != "decided" or len(table) > 1 or not group or table[0] in decisions.within:
            continue
        told: Flags = whole & (cases.groups[table[0]] != NOT_TOLD)
        mine = cases.groups[table[0]][told] == group[0]
        enough = min(mine.sum(), (~mine).sum()) >= ENOUGH
        denied, columns = 1 - cases.approved[told], decisions.columns[told]
        confidence = found.plan.drawing.confidence
        made[table[0], group[0]] = remaining(denied, mine, columns, confidence) if enough else None
    return made
