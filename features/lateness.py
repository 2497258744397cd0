"""How late something due was paid, or is by now.

What is due and not yet late is not judged. What is unpaid after its day is late by the
days that have passed.
"""

from __future__ import annotations

import numpy as np

from features.lazy import shared
from features.rows import Rows

DAYS_LATE = "days_late"


@shared
def judged(owed: Rows) -> Rows:
    """Keep what was paid or has fallen due, with the column ``days_late``, zero or more.

    Args:
        owed: rows with ``due_at`` and ``paid_at``, as days before the application.
    """
    due = owed.known("due_at")
    unpaid = np.isnan(due["paid_at"])
    late = np.where(unpaid, due["due_at"], due["due_at"] - due["paid_at"])
    settled = due.having(**{DAYS_LATE: np.maximum(late, 0.0)})
    return settled.keep(~unpaid | (due["due_at"] > 0))


@shared
def late(owed: Rows) -> Rows:
    """Keep what was paid late, or is late by now."""
    rows = judged(owed)
    return rows.keep(rows[DAYS_LATE] > 0)
