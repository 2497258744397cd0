"""A comparison of what is with what was, and what it comes to among all that were made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np

from audit.drift.alarms import Code, Level, Limits
from audit.fairness.estimate import Estimate
from audit.fairness.significance import holm

Measure = Literal["score", "feature", "missing", "calibration", "order", "cohort"]


@dataclass(frozen=True)
class Comparison:
    """What one comparison found.

    Args:
        measure: ``score`` and ``feature`` are stability indices; ``missing`` is the share without
            a value now - then; ``calibration`` observed ÷ expected bad loans, now ÷ then;
            ``order`` AUC then - now; ``cohort`` the share bad of the newest cohort ÷ that of those
            before at the same age.
        what: the feature; empty of what is no feature.
        found: with its interval.
        p: two-sided, by itself.
        in_season: the same, without an interval, against the same Hijri season a year before; None
            where too little is known of it.
        told: whether its figures may be published; not of a share that is of fewer than ten.
    """

    measure: Measure
    what: str
    found: Estimate
    p: float
    in_season: float | None = None
    told: bool = True


@dataclass(frozen=True)
class Finding:
    """A comparison among all that were made.

    Args:
        compared: the comparison.
        p_of_all: its p-value, corrected for how many there are, as `found` says.
        code: of the alarm that it could ring.
        level: how loud it rings; ``season`` where it would, but for a season that is as it was a
            year before; None where it does not.
    """

    compared: Comparison
    p_of_all: float
    code: Code
    level: Level | Literal["season"] | None

    def json(self) -> dict[str, Any]:
        """Return the finding as one flat row, as JSON takes it; figures that are not told null."""
        of = self.compared
        figures = {**asdict(of.found), "in_season": of.in_season, "p": of.p,
                   "p_of_all": self.p_of_all}  # fmt: skip
        return {
            "measure": of.measure,
            "feature": of.what or None,
            **(figures if of.told else dict.fromkeys(figures)),
            "code": self.code,
            "level": self.level,
        }


BY_FEATURE: Final[tuple[Measure, ...]] = ("feature", "missing")
"""Measures of which there is one for each feature; of the others there is one."""


def found(compared: Sequence[Comparison], limits: Limits) -> list[Finding]:
    """Return what comparisons come to: all of them share one chance of a false alarm.

    Half of it is for those by feature, half for the few others: else the many would drown them.
    """
    by_feature = np.array([one.measure in BY_FEATURE for one in compared], dtype=np.bool_)
    p = np.array([one.p for one in compared], dtype=np.float64)
    for part in (by_feature, ~by_feature):
        p[part] = np.minimum(1.0, 2 * holm(p[part].tolist()))
    return [_found(one, float(of), limits) for one, of in zip(compared, p, strict=True)]


def _found(one: Comparison, p: float, limits: Limits) -> Finding:
    code, off = OFF[one.measure](one.found)
    level: Level | Literal["season"] | None = limits.level(code, off, p)
    if level is not None and one.in_season is not None:
        then = abs(one.in_season)
        level = level if then >= limits.of(code).look else "season"
    return Finding(one, p, code, level)


def _size(of: Estimate) -> tuple[Code, Estimate]:
    turned = of if of.value >= 0 else Estimate(-of.value, -of.high, -of.low)
    return "missing-moved", turned


def _calibration(of: Estimate) -> tuple[Code, Estimate]:
    if of.value >= 1:
        return "more-bad", of
    return "fewer-bad", Estimate(*(1 / max(x, 1e-9) for x in (of.value, of.high, of.low)))


OFF: Final[dict[Measure, Callable[[Estimate], tuple[Code, Estimate]]]] = {
    "score": lambda of: ("score-moved", of),
    "feature": lambda of: ("feature-moved", of),
    "missing": _size,
    "calibration": _calibration,
    "order": lambda of: ("order-lost", of),
    "cohort": lambda of: ("cohort-worse", of),
}
"""Measure → which alarm a comparison could ring, and how far off it is in that direction."""
