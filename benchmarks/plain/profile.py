"""Features of the business itself, in pandas."""

from __future__ import annotations

import pandas as pd

from benchmarks.joined import MONTH
from benchmarks.plain.seen import Found, by_application

COLUMNS = ("profile_id", "occurred_at", "started_at", "employees", "nib")


def features(profile: pd.DataFrame) -> Found:
    """Return the features of the profile: the latest statement of each."""
    rows = profile.sort_values(["occurred_at", "profile_id"])
    rows = rows.assign(began=(rows["as_of"] - rows["started_at"]) / MONTH)
    statements = by_application(rows)  # the last of a group is its last that is not missing
    return {
        "business_age_months": statements["began"].last().clip(lower=0.0),
        "employees": statements["employees"].last(),
        "business_number": statements["nib"].last(),
    }
