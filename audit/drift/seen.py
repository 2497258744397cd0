"""What is looked at: applicants of a period, loans old enough to judge, and loans of any age.

Nothing in it names anybody. Days are whole days since 1970, of Batang.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from audit.days import DAYS_A_YEAR, EPOCH, MICROSECOND, WIB, microseconds
from audit.gathered import Gathered
from features.errors import BadInput
from features.rows import DAY, Floats, Ints
from features.season import hijri_year

MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True)
class Asked:
    """Applicants of a period.

    Args:
        vectors: (n, features) in the catalogue's order, NaN where missing.
        points: (n,) the score, whole points, that the model gave, NaN where another or none did.
    """

    vectors: Floats
    points: Floats


@dataclass(frozen=True)
class Judged:
    """Loans whose time of observation ended in a period: bad ones are not known before good ones.

    Args:
        probability: (n,) of default, as it was told, above 0 and below 1.
        bad: (n,) 1 for a loan that went bad within its time of observation, else 0.
        decided: (n,) the day of the decision.
    """

    probability: Floats
    bad: Floats
    decided: Ints


@dataclass(frozen=True)
class Loans:
    """Loans of any age, for their vintages.

    Args:
        disbursed: (n,) the day on which each was paid out.
        defaulted: (n,) days from then to its default, NaN where there was none.
        watched: (n,) days from then until which it was watched.
    """

    disbursed: Ints
    defaulted: Floats
    watched: Floats


def asked(of: Gathered, version: str, since: datetime, until: datetime) -> Asked:
    """Return who asked from an instant up to another, UTC.

    Args:
        of: what is gathered of that time at least.
        version: of the model whose scores count.
        since: the first instant that counts.
        until: the first that no longer does.
    """
    decided = of.decided_at
    mine = of.part((decided >= microseconds(since)) & (decided < microseconds(until)))
    own = (mine.model == version) & (mine.scorer == "champion")
    return Asked(mine.features, np.where(own, mine.score, np.nan))


def judged(of: Gathered, since: datetime, until: datetime) -> Judged:
    """Return the loans whose year from disbursement was over, and their end known, in a period.

    One that went bad early waits for its year, so that a period holds the good of the same age.

    Args:
        of: what is gathered of the period and the two years before it.
        since: the first instant that counts, UTC.
        until: the first that no longer does.
    """
    due = np.fmax(of.ended_at, of.disbursed_at + DAYS_A_YEAR * DAY)
    known = ~np.isnan(of.bad) & ~np.isnan(of.probability) & ~np.isnan(of.ended_at)
    mine = of.part(known & (due >= microseconds(since)) & (due < microseconds(until)))
    return Judged(mine.probability, mine.bad, _day(mine.decided_at))


def loans(of: Gathered, until: datetime) -> Loans:
    """Return all loans that were paid out before an instant, UTC.

    A default is known for good, so a loan in default is watched until then.
    """
    mine = of.part(of.disbursed_at < microseconds(until))
    defaulted = (mine.defaulted_at - mine.disbursed_at) / DAY
    reported = mine.months * DAYS_A_YEAR / MONTHS_A_YEAR
    age = (microseconds(until) - mine.disbursed_at) / DAY
    return Loans(
        disbursed=_day(mine.disbursed_at.astype(np.int64)),
        defaulted=defaulted,
        watched=np.where(np.isnan(defaulted), reported, age),
    )


def _day(instants: Ints) -> Ints:
    """Return the days since 1970 that instants fall on in Batang."""
    return (instants + WIB.utcoffset(None) // MICROSECOND) // DAY


def same_season(since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """Return the same days of the Hijri year before, UTC: Ramadan is held against Ramadan.

    Raises:
        BadInput: the Hijri calendar is not tabulated there (``no-hijri-year``).
    """
    ends = np.array([microseconds(since), microseconds(until)])
    days = hijri_year(ends)
    if np.isnan(days).any():
        raise BadInput(
            found=f"a period from {since:%Y-%m-%d}",
            expected="one between 1927 and 2076",
            hint="Check the dates.",
            code="no-hijri-year",
        )
    first, last = (ends - days.astype(np.int64) * DAY).tolist()
    return EPOCH + first * MICROSECOND, EPOCH + last * MICROSECOND
