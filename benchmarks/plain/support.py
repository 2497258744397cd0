"""Features of training and mentoring, in pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.plain.seen import Found, by_application, count, given, last, stated

COLUMNS = ("form", "hours", "attended", "certificate", "action", "done_at")


def features(support: pd.DataFrame) -> Found:
    """Return the features of the support."""
    support_365 = last(support, 365)
    told = stated(support_365, "attended")
    came = told[told["attended"] > 0]
    hours = by_application(came)["hours"]
    silent = (count(came) > 0) & (hours.count() == 0)
    certified = stated(support, "certificate")
    visits = last(support[support["form"].isin(("mentoring", "visit"))], 180)
    visits = stated(visits, "attended")
    agreed = stated(support_365, "action")
    done = agreed.assign(done=agreed["done_at"] < agreed["as_of"])
    return {
        "training_hours": given(
            count(told), np.where(silent, np.nan, np.minimum(hours.sum(), 40.0))
        ),
        "attendance_share": by_application(told)["attended"].mean(),
        "certificates": given(count(certified), by_application(certified)["certificate"].sum()),
        "mentor_visits": given(count(visits), by_application(visits)["attended"].sum()),
        "actions_done_share": by_application(done)["done"].mean(),
    }
