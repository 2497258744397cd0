"""What can be done about the business's papers."""

from __future__ import annotations

import numpy as np

from features.known import Known
from features.profile import business_number
from features.rows import Rows
from features.steps.edits import added
from features.steps.step import NOW, step


@step("profile", business_number, horizons=(14,), effort=2)
def get_business_number(known: Known, days: int) -> Rows | None:
    """The business, known to have none, has its number (NIB) today."""
    del days
    if business_number(known)[0] != 0:
        return None
    return added(known.profile, np.array([NOW]), known_at=NOW, nib=1.0)
