"""From which day on a fact that nobody can change counts no longer, by reason code.

A fact of the past grows too old (`features.expiry`), records grow long enough to be judged
without a person, and a business grows old enough for a scheme. All of it holds if nothing
new happens, and no day is told too early: what ends within a day counts for that whole day.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from audit.days import wib
from audit.decision import Decision
from audit.result import Policy
from features.expiry import PASTS, Past, days_left
from features.known import Known
from models.reasons import Points

SHORT_RECORDS: Final = "R05"

_PASTS: Final[Mapping[str, Sequence[Past]]] = {
    code: [past for past in PASTS if past.feature.reason == code]
    for code in dict.fromkeys(past.feature.reason for past in PASTS)
}
"""Reason code → its facts, in the order of the catalogue."""


def until_of(known: Known, made: Decision, policy: Policy) -> dict[str, date]:
    """Return reason code → the day, WIB, from which on its fact counts no longer.

    Where several features state facts of a code, all of them count no longer by then. A code has
    no day where what moved the score most the way the code did is no such fact.

    Args:
        known: what was known of the one application.
        made: the decision on it.
        policy: how long records must be.
    """
    as_of = made.application.as_of
    days = {**_facts(known, made.points), **_short_records(known, policy)}
    return {code: _day_after(as_of, left) for code, left in days.items()} | _too_young(made)


def _day_after(as_of: datetime, days: float) -> date:
    return wib(as_of + timedelta(days=days)) + timedelta(days=1)


def _facts(known: Known, points: Points) -> dict[str, float]:
    """Return code → days until the last of its facts counts no longer."""
    facts = {}
    for code, pasts in _PASTS.items():
        names = [past.feature.name for past in pasts]
        if points.leading.get(code, names[0]) in names:
            left = [float(days[0]) for days in days_left(known, pasts).values()]
            facts[code] = max((days for days in left if not math.isnan(days)), default=math.nan)
    return {code: days for code, days in facts.items() if not math.isnan(days)}


def _short_records(known: Known, policy: Policy) -> dict[str, float]:
    """Return in how many days the payments on record reach back as far as the policy asks."""
    days = policy.fewest_months * 30 - float(known.payments.days_since_first()[0])
    return {SHORT_RECORDS: days} if days > 0 else {}


def _too_young(made: Decision) -> dict[str, date]:
    """Return code → the first day on which the business is old enough for one more product."""
    started = made.application.business.started_on
    days: dict[str, date] = {}
    for unfit in made.unfit if started else ():
        for reason in unfit.reasons:
            if (reason.field, reason.op) == ("months_running", "at_least") and started:
                day = months_after(started, int(str(reason.required)))
                days[reason.code] = min(day, days.get(reason.code, day))
    return days


def months_after(start: date, months: int) -> date:
    """Return the first day by which so many whole months have passed since *start*.

    Where that month has no such day it is the first of the next: a month from 31 January has
    passed on 1 March. At most the last day there is.
    """
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    if year > date.max.year:
        return date.max
    if start.day > calendar.monthrange(year, month + 1)[1]:
        return date(year, month + 2, 1)
    return date(year, month + 1, start.day)
