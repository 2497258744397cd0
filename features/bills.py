"""Features of the bills a business pays: electricity first, then all others.

A bill counts by the day it was issued, a prepaid one by the day it was bought. Neither
the tariff nor any subsidy enters: they speak of how poor a household is.
"""

from __future__ import annotations

import numpy as np

from features.feature import feature
from features.known import Known
from features.lateness import DAYS_LATE, judged, late
from features.lazy import shared
from features.months import ENOUGH_MONTHS, monthly, variation
from features.rows import Floats, Rows, given, ratio

NO_BILLS = "no bills on record"
NONE_DUE = "no bill of the window has fallen due or been paid"
INSURANCE = ("bpjs_health", "bpjs_work")
OTHERS = ("water", "telecom", "rent", *INSURANCE, "pbb")


@shared
def _power(known: Known) -> Rows:
    return known.bills.where(kind="electricity")


def _power_used(known: Known) -> Rows:
    return _power(known).known("quantity")


def _judged(known: Known, kind: str | tuple[str, ...]) -> Rows:
    return judged(known.bills).where(kind=kind)


@feature("ratio", -1, "R33", missing="no use billed in the 90 days before the last 90", high=3.0)
def power_trend(known: Known) -> Floats:
    """KWh of the last 90 days ÷ kWh of the 90 days before, at most 3."""
    used = _power_used(known)
    before = used.last(180).before(90).sum("quantity")
    return np.minimum(ratio(used.last(90).sum("quantity"), before), 3.0)


@feature("ratio", 1, "R33", missing="fewer than three bills or months on record, or no use billed")
def power_variation(known: Known) -> Floats:
    """Standard deviation ÷ mean of the kWh billed, a bill at a time, over the last 365 days.

    Bills of one day count as one. Of power that is paid before use, or where fewer than three days
    have a bill, it is that of monthly kWh over the last twelve months on record: on record by the
    purchases that state a quantity. A bill speaks of a calendar month, and a month of thirty days
    may hold none or two.
    """
    used = _power_used(known)
    billed = used.keep(used["prepaid"] <= 0).last(365).days("quantity")
    bought = used.keep(used["prepaid"] > 0)
    grid = monthly(bought, bought, 12, "quantity")
    by_month = variation(grid)
    return np.where(billed.count() >= ENOUGH_MONTHS, billed.cv("quantity"), by_month)


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
    bills = _judged(known, "electricity").last(365)
    return ratio(bills.keep(bills[DAYS_LATE] > 0).count(), bills.count())


@feature("days", 1, "R15", missing=NONE_DUE, days_to_change=90)
def power_days_late(known: Known) -> Floats:
    """Mean of the days electricity bills were paid late, or are late by now, of the last year.

    Over those paid or fallen due; in time counts as zero.
    """
    return _judged(known, "electricity").last(365).mean(DAYS_LATE)


@feature("share", 1, "R29", missing=NONE_DUE, days_to_change=90)
def bill_late_share(known: Known) -> Floats:
    """Other bills paid late, or late by now ÷ those paid or fallen due, of the last year."""
    bills = _judged(known, OTHERS).last(365)
    return ratio(bills.keep(bills[DAYS_LATE] > 0).count(), bills.count())


@feature("days", 1, "R29", missing=NONE_DUE, days_to_change=90)
def bill_days_late(known: Known) -> Floats:
    """Mean of the days other bills were paid late, or are late by now, of the last year."""
    return _judged(known, OTHERS).last(365).mean(DAYS_LATE)


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


@feature("days", 1, "R35", missing="no telephone credit bought", high=90.0, days_to_change=30)
def longest_top_up_gap(known: Known) -> Floats:
    """Longest time without a purchase of telephone credit, within the last 90 days."""
    telecom = known.bills.where(kind="telecom")
    return telecom.keep(telecom["prepaid"] > 0).longest_gap(90)


@feature("count", -1, "R34", missing="no social insurance bill on record", high=12.0)
def social_insurance_months(known: Known) -> Floats:
    """Bills of social insurance (BPJS) of the last 365 days that were paid, at most 12.

    Of health or of work, whichever has more; bills of one day count as one. They come once a
    calendar month.
    """
    paid = known.bills.last(365).known("paid_at")
    health, work = (paid.where(kind=kind).days().count() for kind in INSURANCE)
    return given(known.bills.where(kind=INSURANCE), np.minimum(np.maximum(health, work), 12.0))


@feature("share", -1, "R29", missing="no land and building tax has fallen due or been paid")
def tax_on_time_share(known: Known) -> Floats:
    """Land and building taxes paid in time ÷ those paid or fallen due, of two years."""
    taxes = _judged(known, "pbb")
    return ratio(taxes.keep(taxes[DAYS_LATE] <= 0).count(), taxes.count())
