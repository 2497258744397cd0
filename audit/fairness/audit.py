"""The audit: every measure of every group of every protected attribute.

A group is compared with the *rest* of those who told, not with the best group: of
fifteen equal groups the best looks better than it is. Not told is no group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audit.fairness.cases import NOT_TOLD, Cases
from audit.fairness.estimate import Z95
from audit.fairness.measures import MEASURES, Gap, Measure


@dataclass(frozen=True)
class Finding:
    """What one measure says of one group: insufficient data where ``found.gap`` is None.

    Args:
        attribute: the protected attribute.
        group: one of its values.
        measure: how the gap was measured.
        found: levels and gap, each with its interval.
    """

    attribute: str
    group: str
    measure: Measure
    found: Gap

    def row(self) -> dict[str, str | float | None]:
        """Return the finding as one flat row for a table; None where it is not told."""
        levels = {"": self.found.gap, "group_": self.found.group, "rest_": self.found.rest}
        figures = {
            f"{level}{bound}": None if of is None else getattr(of, bound)
            for level, of in levels.items()
            for bound in ("value", "low", "high")
        }
        counted = None if self.found.counted < 0 else self.found.counted
        said = {"attribute": self.attribute, "group": self.group, "measure": self.measure.name}
        return {**said, "counted": counted, "equal": self.measure.equal, **figures}


def audit(cases: Cases, measures: Sequence[Measure] = MEASURES, z: float = Z95) -> list[Finding]:
    """Return the findings of all measures, by attribute, group and measure.

    Args:
        cases: the applications.
        measures: what to measure.
        z: how many standard errors each interval reaches either way; 95% when not given. One
            interval in twenty misses its gap: see `training.gates.fairness` for many at once.
    """
    findings = []
    for attribute, groups in cases.groups.items():
        for name in sorted({str(group) for group in np.unique(groups)} - {NOT_TOLD}):
            group = cases.part(groups == name)
            rest = cases.part((groups != name) & (groups != NOT_TOLD))
            findings += [
                Finding(attribute, name, measure, measure.compare(group, rest, z))
                for measure in measures
            ]
    return findings
