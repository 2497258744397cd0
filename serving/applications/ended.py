"""How a loan ended, and when that was known here, by the reports of its lender.

By the standing target of training (`training.target.STANDARD`): *bad* within twelve months of
disbursement is 90 days past due or more, written off or eased in distress; *good* is less than 30
days; what lies between is neither, and a loan that is too young is not judged, whatever it came to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from serving.applications.repayments import Report, Reported

INDETERMINATE: Final = 30
"""Days past due from which on a loan is not good either."""

WINDOW: Final = timedelta(days=365)
"""For how long a loan is watched from disbursement."""

MONTH: Final = WINDOW / 12


@dataclass(frozen=True)
class Ended:
    """What is known of a loan. Times are UTC.

    Args:
        disbursed_at: when it was paid out.
        months: on book up to the latest report, of 365 ÷ 12 days.
        bad: whether it ended badly; None where it is too young, or neither good nor bad.
        defaulted_at: when it was first in default, however young; None where it was not.
        final_at: when it was first known here how it ended; None while it is not. Reports that come
            late count when they come, so no period that is over changes.
    """

    disbursed_at: datetime
    months: float
    bad: bool | None
    defaulted_at: datetime | None
    final_at: datetime | None


def ended(reports: Sequence[Reported]) -> Ended:
    """Return what is known of a loan.

    Args:
        reports: on it, at least one, in the order in which they came.
    """
    final_at, last = None, reports[0]
    for one in reports:
        last = last if one.report.as_of < last.report.as_of else one
        if final_at is None and bad(last.report) is not None:
            final_at = one.reported_at
    said = last.report
    judged = bad(said)
    return Ended(
        disbursed_at=said.disbursed_at,
        months=(said.as_of - said.disbursed_at) / MONTH,
        bad=judged,
        defaulted_at=said.defaulted_at or _first_bad(reports) if said.bad else None,
        final_at=None if judged is None else final_at,
    )


def bad(said: Report) -> bool | None:
    """Return whether a loan ended badly; None where it is too young, or neither good nor bad."""
    if said.censored:
        return None
    days = said.worst_days_past_due
    if said.bad or said.restructured:
        late = said.defaulted_at is not None and said.defaulted_at >= said.disbursed_at + WINDOW
        return None if late else True
    return False if days is not None and days < INDETERMINATE else None


def _first_bad(reports: Sequence[Reported]) -> datetime | None:
    """Return the earliest time of which a report says that the loan was in default."""
    return min((one.report.as_of for one in reports if one.report.bad), default=None)
