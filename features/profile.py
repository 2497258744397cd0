"""Features of the business itself, as its latest statement of each has it."""

from __future__ import annotations

import numpy as np

from features.feature import feature
from features.known import Known
from features.rows import Floats


@feature("months", -1, "R06", missing="nobody stated when the business began")
def business_age_months(known: Known) -> Floats:
    """Months of thirty days since the business began; 0 when it is yet to begin."""
    began: Floats = known.profile.known("started_at").latest("started_at")
    return np.maximum(began, 0.0) / 30


@feature("count", 0, "R06", missing="nobody stated how many work there")
def employees(known: Known) -> Floats:
    """People who work in the business, the owner included."""
    return known.profile.known("employees").latest("employees")


@feature("count", -1, "R17", missing="not known", high=1.0, days_to_change=14)
def business_number(known: Known) -> Floats:
    """1 when the business has a business number (NIB), 0 when not."""
    return known.profile.known("nib").latest("nib")
