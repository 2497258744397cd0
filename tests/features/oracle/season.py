"""The feature of the Hijri year, once more, given how long that year was.

How long it was is held against the calendar itself in `tests.features.test_season`.
"""

from __future__ import annotations

import math

import numpy as np

from features.season import hijri_year
from tests.features.oracle.payments import earned
from tests.features.oracle.words import DAY, NAN, Seen, money, quotient, recomputes


@recomputes
def income_on_hijri_year(seen: Seen) -> float:
    year = float(hijri_year(np.array([seen.application["as_of"]]))[0])
    if math.isnan(year):
        return NAN
    shift = int(year)
    oldest = max((seen.age(payment) for payment in seen.payments), default=0)
    before = money(earned(seen.between(shift, shift + 90)))
    if oldest < (shift + 90) * DAY or not before:
        return NAN
    return min(1.5, max(0.5, quotient(money(earned(seen.last(90))), before)))
