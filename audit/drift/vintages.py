"""Vintages: the share of a cohort of loans that had defaulted by each month on book.

They tell of a turn long before loans are old enough to judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from audit.cells import LEAST
from audit.days import on_book
from audit.drift.comparison import Comparison
from audit.drift.seen import Loans
from audit.fairness.estimate import Z95, Estimate, ratio, wilson
from audit.fairness.significance import p_value
from features.rows import Floats, Ints

MONTHS: Final = 12
"""On book, the last that is looked at."""

EARLIEST: Final = 3
"""Months on book before which a cohort is compared with none."""

UNWATCHED: Final = 0.1
"""Of a cohort, so many that nobody reports on any more do not keep it young."""


def curve(defaulted: Floats, watched: Floats, weights: Floats, months: int = MONTHS) -> Floats:
    """Return (k,) the share in default by month 0, 1 …, as far as every loan was watched.

    Args:
        defaulted: (n,) days from disbursement to default, NaN where there was none.
        watched: (n,) days from disbursement until which a loan was watched.
        weights: (n,) above 0.
        months: the last.
    """
    ends = np.array([on_book(month) for month in range(months + 1)])
    ends = ends[ends <= watched.min()]
    had = defaulted[:, None] < ends
    shares: Floats = weights @ had / weights.sum()
    return shares


@dataclass(frozen=True)
class Vintage:
    """A cohort of loans.

    Args:
        cohort: the first day of the quarter in which they were paid out.
        loans: how many.
        defaulted: month on book → share in default, 0 … 1; of months in which at least `LEAST`
            more were than in the last that is told, and of the first ones in which none was.
    """

    cohort: date
    loans: int
    defaulted: dict[int, float]

    def json(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        shares = [{"month": month, "share": share} for month, share in self.defaulted.items()]
        return {"cohort": self.cohort.isoformat(), "loans": self.loans, "defaulted": shares}


def vintages(of: Loans) -> list[Vintage]:
    """Return the cohorts of `LEAST` loans or more, by quarter of disbursement, in order."""
    quarter = _quarters(of)
    cohorts = ((int(one), np.flatnonzero(quarter == one)) for one in np.unique(quarter))
    return [_vintage(of, one, rows) for one, rows in cohorts if rows.size >= LEAST]


def _quarters(of: Loans) -> Ints:
    months = of.disbursed.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months // 3


def _vintage(of: Loans, quarter: int, rows: Ints) -> Vintage:
    shares = curve(of.defaulted[rows], of.watched[rows], np.ones(rows.size))
    told: dict[int, float] = {}
    last = 0
    for month, share in enumerate(shares):
        had = round(share * rows.size)
        if had == last == 0 or (had - last >= LEAST and rows.size - had >= LEAST):
            told[month], last = float(share), had
    return Vintage(date(1970 + quarter // 4, quarter % 4 * 3 + 1, 1), rows.size, told)


def compared(of: Loans) -> Iterator[Comparison]:
    """Yield the newest cohort of `EARLIEST` months or more against all before it, at one age.

    Nothing where fewer than `LEAST` had defaulted by then on either side.
    """
    quarter = _quarters(of)
    for one in np.unique(quarter)[::-1]:
        age = _age(of.watched[quarter == one])
        if age < EARLIEST:
            continue
        end = on_book(age)
        old = of.watched >= end
        sides = [
            (int((of.defaulted[side] < end).sum()), int(side.sum()))
            for side in (old & (quarter == one), old & (quarter < one))
        ]
        if min(bad for bad, _ in sides) >= LEAST:
            yield _against(sides[0], sides[1])
        return


def _age(watched: Floats) -> int:
    """Return the months on book, `MONTHS` at most, that nearly all of a cohort were watched."""
    ends = [on_book(month) for month in range(1, MONTHS + 1)]
    return int(np.searchsorted(ends, np.quantile(watched, UNWATCHED), "right"))


def _against(mine: tuple[int, int], before: tuple[int, int]) -> Comparison:
    def gap(z: float) -> Estimate:
        now, then = (wilson(bad / n, n, z) for bad, n in (mine, before))
        return ratio(now, then)

    return Comparison("cohort", "", gap(Z95), p_value(gap, 1.0))
