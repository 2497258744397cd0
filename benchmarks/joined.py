"""The point-in-time join in pandas: which records were known before which application."""

from __future__ import annotations

import numpy as np
import pandas as pd

DAY = 86_400_000_000
MONTH = 30 * DAY
HISTORY = 730 * DAY


def joined(applications: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Return one row per application and record of its business that was known before it.

    In any order, with the columns ``application`` (0 … n-1), ``as_of`` and ``age`` (microseconds
    from the record to the application).

    Args:
        applications: ``business_id`` and ``as_of``, one row each.
        records: the rows of a source.
    """
    businesses = pd.Index(applications["business_id"])
    if businesses.is_unique and businesses.size:  # the usual case, with a faster way than to merge
        application = businesses.get_indexer(records["business_id"])
    else:
        asked = applications[["business_id"]].assign(application=np.arange(len(applications)))
        records = records.merge(asked, on="business_id")
        application = records["application"].to_numpy()
    as_of = applications["as_of"].to_numpy()[application]
    age = as_of - records["occurred_at"].to_numpy()
    known = (application >= 0) & (records["known_at"].to_numpy() < as_of)
    rows = records.assign(application=application, as_of=as_of, age=age)
    seen: pd.DataFrame = rows[known & (age > 0) & (age <= HISTORY)]
    return seen
