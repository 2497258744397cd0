"""What is looked at: applicants of a period, loans old enough to judge, and loans of any age.

Nothing in it names anybody. Days are whole days since 1970, of Batang.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from audit.days import EPOCH, MICROSECOND, microseconds
from features.errors import BadInput
from features.rows import DAY, Floats, Ints
from features.season import hijri_year


@dataclass(frozen=True)
class Asked:
    """Applicants of a period.

    Args:
        vectors: (n, features) in the catalogue's order, NaN where missing.
        points: (n,) the score that the model gave, NaN where another or none did.
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
