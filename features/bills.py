"""Features of the bills a business pays: electricity first, then all others.

A bill counts by the day it was issued, a prepaid one by the day it was bought. Neither
the tariff nor any subsidy enters: they speak of how poor a household is.
"""

from __future__ import annotations

import numpy as np

from features.feature import feature
from features.known import Known
from features.lateness import DAYS_LATE, judged, late
from features.months import average, monthly, spread
from features.rows import Floats, Rows, given, ratio

NO_BILLS = "no bills on record"
NONE_DUE = "no bill of the window has fallen due or been paid"
OTHERS = ("water", "telecom", "rent", "bpjs_health", "bpjs_work", "pbb")


def _power(known: Known) -> Rows:
    return known.bills.where(kind="electricity")


def _power_used(known: Known) -> Rows:
    return _power(known).known("quantity")


def _others(known: Known) -> Rows:
    return known.bills.where(kind=OTHERS)


@feature("ratio", -1, "R33", missing="no use billed in the 90 days before the last 90", high=3.0)
def power_trend(known: Known) -> Floats:
    """KWh of the last 90 days ÷ kWh of the 90 days before, at most 3."""
    used = _power_used(known)
    before = used.last(180).before(90).sum("quantity")
    return np.minimum(ratio(used.last(90).sum("quantity"), before), 3.0)


@feature("ratio", 1, "R33", missing="fewer than three months on record, or no use billed")
def power_variation(known: Known) -> Floats:
    """Standard deviation ÷ mean of monthly kWh, over the last twelve months on record.

    On record by the electricity bills that state a quantity.
    """
    used = _power_used(known)
    grid = monthly(used, used, 12, "quantity")
    return ratio(spread(grid), average(grid))


@feature("days", 1, "R16", missing="no prepaid electricity", high=180.0, days_to_change=60)
def longest_power_gap(known: Known) -> Floats:
    """Longest time without a purchase of prepaid electricity, within the last 180 days.

    As `longest_gap_days` counts it.
    """
    power = _power(known)
    return power.keep(power["prepaid"] > 0).longest_gap(180)


@feature("share", 1, "R15", missing=NONE_DUE, days_to_change=90)
def power_late_share(known: Known) -> Floats:
    """Electricity bills paid late, or late by now ÷ those paid or fallen due, of the last year."""
    bills = judged(_power(known).last(365))
    return ratio(bills.keep(bills[DAYS_LATE] > 0).count(), bills.count())


@feature("days", 1, "R15", missing=NONE_DUE, days_to_change=90)
def power_days_late(known: Known) -> Floats:
    """Mean of the days electricity bills were paid late, or are late by now, of the last year.

    Over those paid or fallen due; in time counts as zero.
    """
    return judged(_power(known).last(365)).mean(DAYS_LATE)


@feature("share", 1, "R29", missing=NONE_DUE, days_to_change=90)
def bill_late_share(known: Known) -> Floats:
    """Other bills paid late, or late by now ÷ those paid or fallen due, of the last year."""
    bills = judged(_others(known).last(365))
    return ratio(bills.keep(bills[DAYS_LATE] > 0).count(), bills.count())


@feature("days", 1, "R29", missing=NONE_DUE, days_to_change=90)
def bill_days_late(known: Known) -> Floats:
    """Mean of the days other bills were paid late, or are late by now, of the last year."""
    return judged(_others(known).last(365)).mean(DAYS_LATE)


@feature("months", -1, "R29", missing="no bill on record has a day to be paid", high=24.4)
def months_paid_on_time(known: Known) -> Floats:
    """Months of thirty days since the latest bill that was late; since the first when none was.

    Over all bills of two years that were paid or have fallen due, by the day they were issued.
    """
    bills = judged(known.bills)
    since_late = late(known.bills).days_since_last()
    return np.where(np.isnan(since_late), bills.days_since_first(), since_late) / 30


@feature("share", 1, "R29", missing="no bill of the window has fallen due", days_to_change=30)
def unpaid_bill_share(known: Known) -> Floats:
    """Amount of bills fallen due and not paid ÷ amount of bills fallen due, of the last year."""
    due = known.bills.last(365).known("due_at")
    due = due.keep(due["due_at"] > 0)
    return ratio(due.keep(np.isnan(due["paid_at"])).sum("amount"), due.sum("amount"))


@feature("count", 1, "R29", missing=NO_BILLS)
def services_cut_off(known: Known) -> Floats:
    """Bills of the last two years for which the service was cut off."""
    return given(known.bills, known.bills.known("cut_off_at").count())


@feature("days", 1, "R29", missing="no telephone credit bought", high=90.0, days_to_change=30)
def longest_top_up_gap(known: Known) -> Floats:
    """Longest time without a purchase of telephone credit, within the last 90 days."""
    telecom = known.bills.where(kind="telecom")
    return telecom.keep(telecom["prepaid"] > 0).longest_gap(90)


@feature("count", -1, "R29", missing="no social insurance bill on record", high=12.0)
def social_insurance_months(known: Known) -> Floats:
    """Months of the last twelve in which a social insurance bill (BPJS) was issued and paid."""
    bpjs = known.bills.where(kind=("bpjs_health", "bpjs_work"))
    paid = bpjs.known("paid_at")
    months = paid.having("one", np.ones(paid.segment.size)).months("one", 12)
    return given(bpjs, np.count_nonzero(months, axis=1).astype(np.float64))


@feature("share", -1, "R29", missing="no land and building tax has fallen due or been paid")
def tax_on_time_share(known: Known) -> Floats:
    """Land and building taxes paid in time ÷ those paid or fallen due, of two years."""
    taxes = judged(known.bills.where(kind="pbb"))
    return ratio(taxes.keep(taxes[DAYS_LATE] <= 0).count(), taxes.count())
