"""How an earlier loan goes from month to month: paid, in arrears, eased, written off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.rows import Flags, Floats, Ints
from training.simulated.columns import logistic

AGAIN: Final = 1.5
"""Added to the log-odds that a month is missed where the one before left arrears."""

CURES: Final = 0.65
"""Chance that all arrears are made good in a month that is not missed."""

EASED_FROM, EASED = 3, 0.15
"""From so many months late on, the chance each month that the terms are eased."""

LOST_FROM: Final = 9
"""Months late at which a loan is written off."""


@dataclass(frozen=True)
class Course:
    """How loans went, (n, loans, months) each, at the end of each month.

    Args:
        due: instalments due so far, never above the tenor; below zero before the loan began.
            Where the terms are eased, what is in arrears falls due after all others.
        arrears: instalments due and not paid.
        late: months the oldest of them is late.
        eased: whether the terms were eased by then.
        lost: whether the loan was written off by then.
    """

    due: Ints
    arrears: Ints
    late: Ints
    eased: Flags
    lost: Flags


def course(odds: Floats, since: Ints, tenor: Ints, random: np.random.Generator) -> Course:
    """Draw how loans go. A loop over months, since each follows from the one before.

    A month that is missed leaves its instalment in arrears. In another everything in arrears is
    made good with probability `CURES`, and one more instalment than is due is paid otherwise.

    Args:
        odds: (n, months) log-odds that a month is missed where none is in arrears.
        since: (n, loans, months) months since the loan began.
        tenor: (n, loans) months.
        random: the stream.
    """
    due, arrears, late = (np.zeros_like(since) for _ in range(3))
    eased, lost = (np.zeros(since.shape, dtype=np.bool_) for _ in range(2))
    asked = np.clip(since[:, :, 0] - 1, 0, tenor)
    behind, age = np.zeros_like(tenor), np.zeros_like(tenor)
    gone = np.zeros(tenor.shape, dtype=np.bool_)
    for m in range(since.shape[2]):
        u, v, w = random.random((3, *tenor.shape))
        new = ((since[:, :, m] > 0) & (asked < tenor)).astype(np.int64)
        missed = (u < logistic(odds[:, m, None] + AGAIN * (behind > 0))) & (behind + new > 0)
        missed |= gone
        behind = np.where(missed, behind + new, np.where(v < CURES, 0, np.maximum(behind - 1, 0)))
        age = np.where(behind > 0, age + missed, 0)
        eases = (age >= EASED_FROM) & (w < EASED) & ~gone
        asked = asked + new - np.where(eases, behind, 0)
        behind, age = np.where(eases, 0, behind), np.where(eases, 0, age)
        gone = gone | (age >= LOST_FROM)
        due[:, :, m] = np.where(since[:, :, m] < 0, -1, asked)
        arrears[:, :, m], late[:, :, m] = behind, age
        eased[:, :, m], lost[:, :, m] = eased[:, :, m - 1] | eases, gone
    return Course(due, arrears, late, eased, lost)
