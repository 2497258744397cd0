"""Features of what suppliers ask and how they are paid, in pandas."""

from __future__ import annotations

import pandas as pd

from benchmarks.joined import DAY, MONTH
from benchmarks.plain.lateness import with_lateness
from benchmarks.plain.seen import (
    Found,
    by_application,
    by_party,
    codes,
    concentration,
    last,
    of_parties,
    ratio,
    stated,
    trend,
)

COLUMNS = ("supplier", "amount", "due_at", "paid_at", "disputed")


def features(invoices: pd.DataFrame) -> Found:
    """Return the features of the invoices."""
    invoices = with_lateness(invoices).assign(supplier=codes(invoices["supplier"]))
    invoices_365 = last(invoices, 365)
    judged = stated(invoices_365, "days_late")
    judged_by = by_application(
        judged.assign(
            weighted=judged["days_late"] * judged["amount"], on_time=judged["days_late"] <= 0
        )
    )
    due = invoices_365[invoices_365["is_past"]]
    named = invoices[invoices["supplier"] >= 0]
    ages = by_party(named, "supplier")["age"]
    first_of_recent = ages.max()[ages.min() <= 365 * DAY]
    suppliers = by_party(last(named, 365), "supplier")["amount"].sum()
    return {
        "supplier_days_late": ratio(judged_by["weighted"].sum(), judged_by["amount"].sum()),
        "supplier_on_time_share": judged_by["on_time"].mean(),
        "supplier_overdue_share": ratio(
            by_application(due[~due["is_paid"]])["amount"].sum(),
            by_application(due)["amount"].sum(),
        ),
        "purchase_trend": trend(invoices, "amount"),
        "supplier_tenure_months": of_parties(first_of_recent).max() / MONTH,
        "supplier_concentration": concentration(suppliers),
        "disputed_share": by_application(invoices_365)["disputed"].mean(),
    }
