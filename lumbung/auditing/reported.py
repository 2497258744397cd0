"""The report of an audit, made of decisions that were read."""

from __future__ import annotations

import numpy as np

from audit.fairness.cases import NOT_TOLD
from audit.fairness.given import remaining
from audit.fairness.measures import ENOUGH
from audit.fairness.report import Remaining, Report
from audit.fairness.study import Plan, Study, study
from audit.origins.origins import origins
from audit.origins.proxies import Proxy, proxies
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
        proxies=_proxies(decisions, found),
    )


def _remaining(decisions: Decisions, found: Study) -> dict[tuple[str, str], Remaining | None]:
    """Return what remains of the gap of each group of one attribute that may be told of."""
    cases = decisions.cases
    whole = ~np.isnan(decisions.columns).any(axis=1) & ~np.isnan(cases.approved)
    made = {}
    for attribute, group in _alone(decisions, found):
        told: Flags = whole & (cases.groups[attribute] != NOT_TOLD)
        mine = cases.groups[attribute][told] == group
        enough = min(mine.sum(), (~mine).sum()) >= ENOUGH
        denied, columns = 1 - cases.approved[told], decisions.columns[told]
        confidence = found.plan.drawing.confidence
        made[attribute, group] = remaining(denied, mine, columns, confidence) if enough else None
    return made


def _proxies(decisions: Decisions, found: Study) -> tuple[Proxy, ...]:
    """Return how well the features tell each group that may be told of."""
    if decisions.traits is None:
        return ()
    wanted, plan = _alone(decisions, found), found.plan
    return proxies(decisions.traits, decisions.cases.groups, wanted, plan.error, plan.drawing)


def _alone(decisions: Decisions, found: Study) -> list[tuple[str, str]]:
    """Return each attribute and group that may be told of."""
    places = [one.place for one in found.counted if one.base == "decided"]
    return [
        (table[0], group[0])
        for table, group in places
        if len(table) == 1 and group and table[0] not in decisions.within
    ]
