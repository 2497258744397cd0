"""Features of the business itself, in pandas."""

from __future__ import annotations

import numpy as np

from benchmarks.fused.seen import Array, Seen, placed
from benchmarks.joined import DAY


def features(profile: Seen) -> dict[str, Array]:
    """Return the features of the profile: the latest statement of each."""
    rows = profile.rows.sort_values(["occurred_at", "profile_id"])
    rows = rows.assign(began=(rows["as_of"] - rows["started_at"]) / DAY / 30)
    latest = rows.groupby("application")[["began", "employees", "nib"]].last()
    found = placed(latest, profile.n)
    return {
        "business_age_months": np.maximum(found["began"], 0.0),
        "employees": found["employees"],
        "business_number": found["nib"],
    }
