"""Features of training and mentoring, in pandas."""

from __future__ import annotations

import numpy as np

from benchmarks.fused.seen import Array, Seen, ratio


def features(support: Seen) -> dict[str, Array]:
    """Return the features of the support."""
    year = support.last(365)
    told = support.stated("attended")
    came = told & (support["attended"] == 1)
    visits = support.last(180) & support.one_of("form", "mentoring", "visit") & told
    agreed = year & support.stated("action")
    stated = support.stated("hours")
    sums = support.totals(
        told=(year & told) * 1.0,
        came=(year & came) * 1.0,
        stated=(year & came & stated) * 1.0,
        hours=np.where(year & came & stated, support["hours"], 0.0),
        certificates_told=support.stated("certificate") * 1.0,
        certificates=np.nan_to_num(support["certificate"]),
        visits_told=visits * 1.0,
        visits=(visits & came) * 1.0,
        agreed=agreed * 1.0,
        done=(agreed & (support["done_at"] < support["as_of"])) * 1.0,
    )
    silent = (sums["told"] == 0) | ((sums["came"] > 0) & (sums["stated"] == 0))
    return {
        "training_hours": np.where(silent, np.nan, np.minimum(sums["hours"], 40.0)),
        "attendance_share": ratio(sums["came"], sums["told"]),
        "certificates": np.where(sums["certificates_told"] > 0, sums["certificates"], np.nan),
        "mentor_visits": np.where(sums["visits_told"] > 0, sums["visits"], np.nan),
        "actions_done_share": ratio(sums["done"], sums["agreed"]),
    }
