"""Loans old enough to judge against what was said of them: how many went bad, and which.

Months and quarters of decision are told together with their neighbours until each holds enough
loans of both kinds, so no number is about few and none can be had by subtraction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Literal

import numpy as np

from audit.cells import LEAST
from audit.drift.comparison import Comparison
from audit.drift.seen import Judged
from audit.fairness.cases import Cases
from audit.fairness.estimate import Z95, Estimate, difference, ratio, wilson
from audit.fairness.ranking import auc
from audit.fairness.significance import p_value
from features.rows import Floats, Ints
from models.reference import Reference

Every = Literal["M", "Q"]

MONTHS: Final[dict[Every, int]] = {"M": 1, "Q": 3}


@dataclass(frozen=True)
class Piece:
    """Loans decided in months that are told together.

    Args:
        first: the first day of the first month.
        last: the first day of the last.
        loans: how many there are.
        bad: how many of them went bad.
        expected: how many that was said to be: the sum of their probabilities.
        calibration: observed ÷ expected, 1 where as many went bad as was said.
        order: AUC, the chance that a bad loan was given a higher probability than a good one.
    """

    first: date
    last: date
    loans: int
    bad: int
    expected: float
    calibration: Estimate
    order: Estimate

    def json(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "loans": self.loans,
            "bad": self.bad,
            "expected": self.expected,
            "calibration": asdict(self.calibration),
            "order": asdict(self.order),
        }


def pieces(of: Judged, every: Every) -> list[Piece]:
    """Return loans by the months or quarters of decision, in order; none where all are too few."""
    month = of.decided.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    step = MONTHS[every]
    return [
        _piece(
            of, rows, int(month[rows].min()) // step * step, int(month[rows].max()) // step * step
        )
        for rows in pooled(month // step, of.bad)
    ]


def pooled(at: Ints, bad: Floats) -> list[Ints]:
    """Return the rows of parts that follow each other in time, each with `LEAST` of both kinds.

    Args:
        at: (n,) when.
        bad: (n,) 1 or 0.
    """
    parts: list[Ints] = []
    waiting = np.empty(0, np.int64)
    for one in np.unique(at):
        waiting = np.concatenate([waiting, np.flatnonzero(at == one)])
        if _enough(bad[waiting]):
            parts, waiting = [*parts, waiting], waiting[:0]
    if parts:
        parts[-1] = np.concatenate([parts[-1], waiting])
    return parts


def _enough(bad: Floats) -> bool:
    return bool(min(bad.sum(), bad.size - bad.sum()) >= LEAST)


def _piece(of: Judged, rows: Ints, first: int, last: int) -> Piece:
    bad, said = of.bad[rows], of.probability[rows]
    return Piece(
        first=_month(first),
        last=_month(last),
        loans=rows.size,
        bad=int(bad.sum()),
        expected=float(said.sum()),
        calibration=observed(bad, said, Z95),
        order=auc(Cases.of({}, probability=said, bad=bad), Z95),
    )


def _month(number: int) -> date:
    return date(1970 + number // 12, number % 12 + 1, 1)


def observed(bad: Floats, said: Floats, z: float) -> Estimate:
    """Return bad loans ÷ the sum of their probabilities, with its interval (Wilson's)."""
    return wilson(float(bad.mean()), bad.size, z).times(bad.size / float(said.sum()))


def compared(reference: Reference | None, of: Judged) -> Iterator[Comparison]:
    """Yield how many went bad and how well they were told apart, against the loans trained on.

    Both sides' chance counts: a model that learned from few bad loans was never sure of how many
    there are. Without a reference the number is held against what was said alone, and the order
    against nothing. Of fewer than `LEAST` good or bad loans nothing is said.
    """
    if not _enough(of.bad):
        return

    def calibration(z: float) -> Estimate:
        now = observed(of.bad, of.probability, z)
        if reference is None:
            return now
        return ratio(now, wilson(reference.bad, reference.loans, z).times(1 / reference.bad))

    yield Comparison("calibration", "", calibration(Z95), p_value(calibration, 1.0))
    if reference is None:
        return
    trained = Estimate(reference.auc, reference.auc_low, reference.auc_high)
    cases = Cases.of({}, probability=of.probability, bad=of.bad)

    def lost(z: float) -> Estimate:
        return difference(_at(trained, z), auc(cases, z))

    yield Comparison("order", "", lost(Z95), p_value(lost, 0.0))


def _at(of: Estimate, z: float) -> Estimate:
    """Return a 95% estimate with an interval of so many standard errors."""
    down, up = of.value - of.low, of.high - of.value
    return Estimate(of.value, of.value - down * z / Z95, of.value + up * z / Z95)
