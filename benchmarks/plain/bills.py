"""Features of the bills a business pays, in pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.joined import MONTH
from benchmarks.plain import months
from benchmarks.plain.lateness import with_lateness
from benchmarks.plain.seen import (
    Array,
    Found,
    by_application,
    by_party,
    count,
    day,
    given,
    last,
    longest_gap,
    of_parties,
    oldest,
    ratio,
    stated,
    trend,
    variation,
)

COLUMNS = ("kind", "prepaid", "amount", "quantity", "due_at", "paid_at", "cut_off_at")

INSURANCE = ("bpjs_health", "bpjs_work")


def features(bills: pd.DataFrame) -> Found:
    """Return the features of the bills."""
    bills = with_lateness(bills).assign(day=day(bills))
    kind, prepaid = bills["kind"], bills["prepaid"] > 0
    power, telecom = bills[kind == "electricity"], bills[(kind == "telecom") & prepaid]
    power_used = stated(power, "quantity")
    judged, bills_365 = stated(bills, "days_late"), last(bills, 365)
    judged_365 = stated(bills_365, "days_late").assign(late=lambda rows: rows["days_late"] > 0)
    is_power = judged_365["kind"] == "electricity"
    power_judged, others_judged = (
        by_application(judged_365[which]) for which in (is_power, ~is_power)
    )

    latest_late = by_application(judged[judged["days_late"] > 0])["age"].min()
    due = bills_365[bills_365["is_past"]]
    cut_off = bills[bills["cut_off_at"] < bills["as_of"]]
    taxes = judged[judged["kind"] == "pbb"]
    return {
        "power_trend": trend(power_used, "quantity"),
        "power_variation": _power_variation(power_used),
        "longest_power_gap": longest_gap(power[power["prepaid"] > 0], 180),
        "power_late_share": power_judged["late"].mean(),
        "power_days_late": power_judged["days_late"].mean(),
        "bill_late_share": others_judged["late"].mean(),
        "bill_days_late": others_judged["days_late"].mean(),
        "months_paid_on_time": latest_late.fillna(oldest(judged)) / MONTH,
        "unpaid_bill_share": ratio(
            by_application(due[~due["is_paid"]])["amount"].sum(),
            by_application(due)["amount"].sum(),
        ),
        "services_cut_off": given(count(bills), count(cut_off)),
        "longest_top_up_gap": longest_gap(telecom, 90),
        "social_insurance_months": given(
            count(bills[kind.isin(INSURANCE)]), _insured(bills_365[bills_365["is_paid"]])
        ),
        "tax_on_time_share": by_application(taxes.assign(on_time=taxes["days_late"] <= 0))[
            "on_time"
        ].mean(),
    }


def _power_variation(used: pd.DataFrame) -> Array:
    billed, bought = last(used[used["prepaid"] <= 0], 365), used[used["prepaid"] > 0]
    days = of_parties(by_party(billed, "day")["quantity"].sum())
    by_month = months.variation(months.monthly(bought, "quantity", oldest(bought)))
    return np.where(days.count() >= months.ENOUGH, variation(days), by_month)


def _insured(paid: pd.DataFrame) -> Array:
    """Return (n,) days with a paid bill of health or work, whichever has more, at most 12."""
    health, work = (by_application(paid[paid["kind"] == kind])["day"] for kind in INSURANCE)
    days: Array = np.minimum(np.maximum(health.nunique(), work.nunique()), 12.0)
    return days
