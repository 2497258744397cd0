"""Which reasons are named to whom: how often, by group and by group and kecamatan, told or not.

To how many a reason was named, and to how many it was not, is held against a linear programme as
all other numbers are (`audit.fairness.flagged`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from audit.fairness.cases import Cases
from audit.fairness.estimate import Estimate, share
from audit.fairness.flagged import Told, flagged
from audit.fairness.measures import Measure, OfLevels
from audit.fairness.study import Comparison, Plan, comparisons
from features.rows import Flags

AREA: Final = "kecamatan"
"""The attribute that each of the others is looked at together with."""

MOST: Final = 12
"""Reasons that are looked at: those named most."""


def named(cases: Cases, plan: Plan, told: Told) -> tuple[Comparison, ...]:
    """Return the share of applications that each reason is named to, group against others.

    A gap is others - group: below nought the reason is named to the group more often. Groups of
    one attribute are one family of comparisons, those together with a kecamatan another.

    Args:
        cases: the applications; none is told of where they have no reasons named. Of whom it is
            not known, it counts as not.
        plan: of the study.
        told: which numbers may be told, of the study.
    """
    if not cases.named:
        return ()
    decided = cases.part(~np.isnan(cases.approved))
    flags = {code: np.nan_to_num(of) for code, of in decided.named.items() if np.nansum(of) > 0}
    most = sorted(sorted(flags), key=lambda code: -flags[code].sum())[:MOST]
    decided = replace(decided, points={}, named={code: flags[code] for code in most})
    tables = [of for of in plan.tables_of(decided) if not set(of) & set(plan.within)]
    alone = [of for of in tables if len(of) == 1]
    together = [of for of in tables if len(of) > 1 and AREA in of]
    told_of = {base(code): decided.named[code] == 1 for code in most}
    may = told | flagged(decided, told_of, [*alone, *together], told)
    needs: dict[Measure, tuple[str, ...]] = {_measure(code): (base(code),) for code in sorted(most)}
    asked = replace(plan, measures=list(needs), tolerated={}, references={})
    return tuple(
        one
        for family in (alone, together)
        for one in comparisons(decided, family, asked, may, needs)
    )


def base(code: str) -> str:
    """Return what the applications that a reason was named to are called among the bases."""
    return f"named:{code}"


def _measure(code: str) -> OfLevels:
    def level(cases: Cases, z: float) -> Estimate:
        return share(cases.named[code], cases.weights, z)

    return OfLevels(code, ratio=False, counts=_everyone, level=level, less_is_better=True)


def _everyone(cases: Cases) -> Flags:
    return ~np.isnan(cases.approved)
