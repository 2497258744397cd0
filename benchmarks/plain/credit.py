"""Features of the credit register, in pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.joined import MONTH
from benchmarks.plain.seen import (
    Array,
    Found,
    by_application,
    count,
    given,
    last,
    oldest,
    ratio,
    stated,
)

COLUMNS = (
    "report_id",
    "occurred_at",
    "kind",
    "facility",
    "lender_kind",
    "outstanding",
    "instalment",
    "days_past_due",
    "collectability",
    "status",
    "restructured",
)

DOUBTFUL = 3
"""Collectability from which a loan counts as bad with the lender."""


def features(credit: pd.DataFrame, income: pd.Series | Array, instalment: Array) -> Found:
    """Return the features of the register.

    Args:
        credit: its rows.
        income: (n,) median monthly income of the payments.
        instalment: (n,) one month's repayment of the loan asked, before interest.
    """
    reports = credit[credit["kind"] == "month"]
    reports_92 = last(reports, 92)
    in_order = stated(reports, "facility").sort_values(["occurred_at", "report_id"])
    loans = in_order.drop_duplicates(["application", "facility"], keep="last")
    loans_92 = last(loans, 92)
    owed = loans_92["status"].isna() & (loans_92["outstanding"] != 0)
    standing = loans_92[(loans_92["status"] == "running") | owed]
    nameless = (count(reports_92) > 0) & (count(stated(reports_92, "facility")) == 0)

    online = standing[standing["lender_kind"] == "p2p"]
    lost = reports["status"] == "written_off"
    told = reports[lost | reports["collectability"].notna()]
    doubtful = reports[lost | (reports["collectability"] >= DOUBTFUL)]
    judged = stated(reports, "days_past_due")
    latest_late = by_application(judged[judged["days_past_due"] > 0])["age"].min()
    inquiries = last(credit[credit["kind"] == "inquiry"], 90)
    ended, terms = stated(loans, "status"), stated(loans, "restructured")
    of_named: Found = {
        "running_loans": count(standing),
        "running_online_loans": count(online),
        "debt_to_income": ratio(_of_all(standing, "outstanding"), income),
        "debt_service_share": ratio(_of_all(standing, "instalment") + instalment, income),
    }
    return {
        "worst_days_past_due": by_application(last(reports, 365))["days_past_due"].max(),
        "days_past_due_now": by_application(standing)["days_past_due"].max(),
        "doubtful_months": given(count(told), count(doubtful)),
        "months_since_arrears": latest_late.fillna(oldest(judged)) / MONTH,
        **{
            name: given(count(credit), np.where(nameless, np.nan, values))
            for name, values in of_named.items()
        },
        "loans_repaid": given(count(ended), count(ended[ended["status"] == "repaid"])),
        "loans_restructured": given(count(terms), by_application(terms)["restructured"].sum()),
        "inquiries": given(count(credit), count(inquiries)),
    }


def _of_all(loans: pd.DataFrame, name: str) -> pd.Series:
    """Return (n,) the sum of a column; NaN where one of the loans does not state it."""
    groups = by_application(loans)
    amounts = groups[name]
    sums: pd.Series = amounts.sum().where(amounts.count() == groups.size())
    return sums
