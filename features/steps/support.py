"""What can be done with training and mentoring."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.known import Known
from features.rows import DAY, Rows
from features.sources import SUPPORT
from features.steps.edits import added, altered
from features.steps.step import NOW, step
from features.support import (
    actions_done_share,
    attendance_share,
    certificates,
    mentor_visits,
    training_hours,
)

_FORM: Final = SUPPORT.column("form").values.index
CLASS_HOURS: Final = 16.0
"""Two days, the length of a usual class."""
VISIT_HOURS: Final = 2.0


@step("support", training_hours, attendance_share, certificates, horizons=(90,), effort=3)
def attend_training(known: Known, days: int) -> Rows | None:
    """One class of sixteen hours, attended to the end and certified, half-way through the days."""
    return _attended(known.support, np.array([days / 2]), "class", CLASS_HOURS, certificate=1.0)


@step("support", mentor_visits, horizons=(60, 90), effort=2)
def take_mentoring(known: Known, days: int) -> Rows | None:
    """Two visits of a mentor of two hours, at the beginning of the days and at their end."""
    when = np.array([days - 1.0, 1.0])
    return _attended(known.support, when, "mentoring", VISIT_HOURS, certificate=0.0)


@step("support", actions_done_share, horizons=(60,), effort=2)
def do_what_was_agreed(known: Known, days: int) -> Rows | None:
    """Everything agreed with a mentor within a year is done and seen done today."""
    del days
    events = known.support
    undone = (events.age <= 365 * DAY) & ~np.isnan(events["action"]) & np.isnan(events["done_at"])
    return altered(events, undone, done_at=NOW) if undone.any() else None


def _attended(events: Rows, when: np.ndarray, form: str, hours: float, certificate: float) -> Rows:
    return added(
        events,
        when,
        known_at=when,
        programme=0.0,
        form=_FORM(form),
        hours=hours,
        attended=1.0,
        certificate=certificate,
    )
