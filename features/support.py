"""Features of training and mentoring: what the business came to and did with it.

Small weights by intent: who is invited is not chance, and organisers keep the lists.
"""

from __future__ import annotations

import numpy as np

from features.feature import feature
from features.known import Known
from features.rows import Floats, given, ratio

NOBODY_TOLD = "not invited in the window, or nobody told"
MOST_HOURS = 40.0


@feature("ratio", -1, "R32", missing=NOBODY_TOLD, high=MOST_HOURS, days_to_change=90)
def training_hours(known: Known) -> Floats:
    """Hours of events the business came to in the last year, at most 40.

    An event it is known to have missed has none. One without hours stated does not count, and
    where it came only to such, nothing is known.
    """
    told = known.support.last(365).known("attended")
    came = told.keep(told["attended"] > 0)
    stated = came.known("hours")
    silent = (came.count() > 0) & (stated.count() == 0)
    hours = np.minimum(stated.sum("hours"), MOST_HOURS)
    return given(told, np.where(silent, np.nan, hours))


@feature("share", -1, "R32", missing="of no event of the last year it is known", days_to_change=90)
def attendance_share(known: Known) -> Floats:
    """Events the business came to ÷ events of which it is known, in the last year."""
    told = known.support.last(365).known("attended")
    return ratio(told.sum("attended"), told.count())


@feature("count", -1, "R32", missing=NOBODY_TOLD, days_to_change=90)
def certificates(known: Known) -> Floats:
    """Events of the last two years that ended with a certificate."""
    told = known.support.known("certificate")
    return given(told, told.sum("certificate"))


@feature("count", -1, "R32", missing=NOBODY_TOLD, days_to_change=60)
def mentor_visits(known: Known) -> Floats:
    """Mentoring and visits the business took part in, in the last 180 days."""
    told = known.support.last(180).where(form=("mentoring", "visit")).known("attended")
    return given(told, told.sum("attended"))


@feature("share", -1, "R32", missing="nothing was agreed in the last year", days_to_change=60)
def actions_done_share(known: Known) -> Floats:
    """What was agreed and seen done ÷ what was agreed, at events of the last year."""
    agreed = known.support.last(365).known("action")
    return ratio(agreed.known("done_at").count(), agreed.count())
