"""Features of the bills a business pays, in pandas."""

from __future__ import annotations

import numpy as np

from benchmarks.fused.lateness import lateness
from benchmarks.fused.months import ENOUGH, on_record, variation
from benchmarks.fused.seen import QUARTER, QUARTER_BEFORE, YEAR, Array, Seen, ratio
from benchmarks.joined import DAY

INSURANCE = ("bpjs_health", "bpjs_work")
OTHERS = ("water", "telecom", "rent", "pbb", *INSURANCE)


def features(bills: Seen) -> dict[str, Array]:
    """Return the features of the bills."""
    how = lateness(bills)
    power, others, tax, telecom = (
        bills.one_of("kind", *kinds) for kinds in (("electricity",), OTHERS, ("pbb",), ("telecom",))
    )
    late, prepaid, amount = how.days > 0, bills["prepaid"] > 0, bills["amount"]
    used = power & bills.stated("quantity")
    kwh = np.where(used, bills["quantity"], 0.0)
    sums = bills.sums(
        kwh=kwh,
        bought=kwh * prepaid,
        power_judged=(power & how.judged) * 1.0,
        power_late=(power & late) * 1.0,
        power_days=power * how.days,
        others_judged=(others & how.judged) * 1.0,
        others_late=(others & late) * 1.0,
        others_days=others * how.days,
        due=amount * how.past,
        unpaid=amount * (how.past & ~how.paid),
        cut_off=(bills["cut_off_at"] < bills["as_of"]) * 1.0,
        taxes=(tax & how.judged) * 1.0,
        taxes_late=(tax & late) * 1.0,
        insured=bills.one_of("kind", *INSURANCE) * 1.0,
    )
    year = {name: grid[:, YEAR].sum(axis=1) for name, grid in sums.items()}
    ever = {name: grid.sum(axis=1) for name, grid in sums.items()}
    trend = ratio(sums["kwh"][:, QUARTER].sum(1), sums["kwh"][:, QUARTER_BEFORE].sum(1))
    age = bills["age"] / DAY
    since = bills.smallest(
        late=np.where(late, age, np.nan), first=-np.where(how.judged, age, np.nan)
    )
    on_time = np.where(np.isnan(since["late"]), -since["first"], since["late"]) / 30
    return {
        "power_trend": np.minimum(trend, 3.0),
        "power_variation": _power_variation(bills, used, prepaid, sums["bought"]),
        "longest_power_gap": bills.keep(power & prepaid).longest_gap(180),
        "power_late_share": ratio(year["power_late"], year["power_judged"]),
        "power_days_late": ratio(year["power_days"], year["power_judged"]),
        "bill_late_share": ratio(year["others_late"], year["others_judged"]),
        "bill_days_late": ratio(year["others_days"], year["others_judged"]),
        "months_paid_on_time": on_time,
        "unpaid_bill_share": ratio(year["unpaid"], year["due"]),
        "services_cut_off": np.where(bills.any, ever["cut_off"], np.nan),
        "longest_top_up_gap": bills.keep(telecom & prepaid).longest_gap(90),
        "social_insurance_months": np.where(ever["insured"] > 0, _insured(bills, how.paid), np.nan),
        "tax_on_time_share": ratio(ever["taxes"] - ever["taxes_late"], ever["taxes"]),
    }


def _power_variation(bills: Seen, used: Array, prepaid: Array, bought: Array) -> Array:
    billed = bills.keep(used & ~prepaid & bills.last(365))
    days = billed.days(kwh=billed["quantity"])
    by_month = variation(on_record(bought, bills.keep(used & prepaid).oldest, 12))
    return np.where(days.counts() >= ENOUGH, days.variation("kwh"), by_month)


def _insured(bills: Seen, paid: Array) -> Array:
    """Return (n,) days of the last 365 with a paid bill of health or work, whichever has more."""
    recent = bills.keep(paid & bills.last(365))
    days = recent.days(**{kind: recent.one_of("kind", kind) * 1.0 for kind in INSURANCE})
    health, work = days.totals(**{kind: (days[kind] > 0) * 1.0 for kind in INSURANCE}).values()
    return np.minimum(np.maximum(health, work), 12.0)
