"""What can be done about loans that stand."""

from __future__ import annotations

import numpy as np

from features.credit import days_past_due_now, standing
from features.known import Known
from features.rows import Rows
from features.steps.edits import added
from features.steps.step import NOW, step

CURRENT = 1.0
"""The collectability of a loan that is paid in time."""


@step("credit", days_past_due_now, horizons=(30,), effort=4)
def clear_arrears(known: Known, days: int) -> Rows | None:
    """Every loan that stands and is late is reported as current, with as much owed as before."""
    del days
    loans = standing(known)
    late = loans.keep(loans["days_past_due"] > 0)
    if not late.any:
        return None
    same = ("kind", "facility", "lender_kind", "started_at", "ends_at", "limit", "outstanding")
    stated = {name: late[name] for name in (*same, "instalment", "status", "restructured")}
    return added(
        known.credit,
        np.full(late.age.size, NOW),
        known_at=NOW,
        days_past_due=0.0,
        collectability=CURRENT,
        **stated,
    )
