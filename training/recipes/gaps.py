"""How far groups are apart under a model, for many re-drawn samples at a time.

The audit's own measures (`audit.fairness.measures`) say the same of one sample; here
every figure is a quotient of sums, and the sums of all samples are one product of
matrices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from audit.fairness.audit import audit
from audit.fairness.cases import Cases
from audit.fairness.measures import CALIBRATION, IMPACT, OPPORTUNITY, TOLERATED, Measure
from features.rows import Flags, Floats, ratio

SEARCHED: Final[tuple[Measure, ...]] = (IMPACT, OPPORTUNITY, CALIBRATION)
"""The measures that a choice of model can move, and that speak of its answers."""


@dataclass(frozen=True)
class Compared:
    """The comparisons for which there is enough data, whatever the model.

    Args:
        inside: measure → (n, comparisons) whether an application is of the group.
        rest: measure → (n, comparisons) whether it is of the rest.
    """

    inside: Mapping[Measure, Flags]
    rest: Mapping[Measure, Flags]

    @property
    def any(self) -> bool:
        """Return whether there is something to compare."""
        return any(of.shape[1] for of in self.inside.values())


def comparable(cases: Cases) -> Compared:
    """Return the comparisons that can be made of these applications."""
    able = [one for one in audit(cases, SEARCHED) if one.found.gap is not None]
    sides: tuple[dict[Measure, Flags], ...] = ({}, {})
    for measure in SEARCHED:
        of = [(cases.groups[f.attribute], f.group) for f in able if f.measure is measure]
        nobody = np.zeros((cases.n, 0), dtype=np.bool_)
        sides[0][measure] = np.column_stack([nobody, *(g == name for g, name in of)])
        sides[1][measure] = np.column_stack([nobody, *((g != name) & (g != "") for g, name in of)])
    return Compared(*sides)


def aucs(margin: Floats, bad: Floats, draws: Floats) -> Floats:
    """Return (draws,) AUC of each sample, ties counted half, as `evaluate.auc` of one.

    Args:
        margin: (n,) higher where the risk is.
        bad: (n,) 1 or 0.
        draws: (draws, n) how often each loan counts in each sample; of both kinds some do.
    """
    order = np.argsort(margin, kind="stable")
    ordered, bad, draws = margin[order], bad[order], draws[:, order]
    good = draws * (1 - bad)
    below = np.cumsum(np.column_stack([np.zeros(len(draws)), good]), axis=1)
    left, right = (np.searchsorted(ordered, ordered, side) for side in ("left", "right"))
    pairs = np.sum(draws * bad * (below[:, left] + below[:, right]) / 2, axis=1)
    found: Floats = pairs / ((draws @ bad) * good.sum(axis=1))
    return found


def gaps(cases: Cases, compared: Compared, draws: Floats) -> dict[Measure, Floats]:
    """Return measure → (draws,) its largest gap, in units of what is tolerated.

    0 is no gap, 1 what is tolerated at most, above 1 more than that.

    Args:
        cases: loans that ended, with the model's probabilities.
        compared: the comparisons that count.
        draws: (draws, n) how often each loan counts in each sample, 0 or more.
    """
    good: Floats = 1 - cases.bad
    tops: dict[Measure, Floats] = {
        IMPACT: cases.approved,
        OPPORTUNITY: cases.approved * good,
        CALIBRATION: cases.bad,
    }
    bottoms: dict[Measure, Floats] = {
        IMPACT: np.ones(cases.n),
        OPPORTUNITY: good,
        CALIBRATION: cases.probability,
    }
    found = {}
    for measure in SEARCHED:
        top, bottom = draws * tops[measure], draws * bottoms[measure]
        sides = (compared.inside[measure], compared.rest[measure])
        group, rest = (ratio(top @ side, bottom @ side) for side in sides)
        gap = ratio(group, rest) if measure.equal else group - rest
        short = (measure.equal - gap) / (measure.equal - TOLERATED[measure])
        found[measure] = np.nan_to_num(short, nan=0.0).max(axis=1, initial=0.0)
    return found
