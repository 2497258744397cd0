"""What can be done about bills."""

from __future__ import annotations

import math

import numpy as np

from features.bills import (
    bill_days_late,
    bill_late_share,
    longest_power_gap,
    longest_top_up_gap,
    power_days_late,
    power_late_share,
    unpaid_bill_share,
)
from features.known import Known
from features.rows import DAY, Flags, Rows
from features.steps.edits import added, altered
from features.steps.step import NOW, step

WEEK = 7


@step(
    "bills",
    power_late_share,
    power_days_late,
    bill_late_share,
    bill_days_late,
    horizons=(30, 60, 90),
    effort=3,
)
def pay_bills_on_time(known: Known, days: int) -> Rows | None:
    """Every bill that fell due within the days was paid on its day, and nothing cut off for it."""
    bills = known.bills
    due, paid_at = bills["due_at"], bills["paid_at"]
    late = (due > 0) & (due <= days) & (np.isnan(paid_at) | (paid_at < due))
    if not late.any():
        return None
    return altered(bills, late, paid_at=due, paid=bills["amount"], cut_off_at=np.nan)


@step("bills", unpaid_bill_share, horizons=(30,), effort=3)
def pay_overdue_bills(known: Known, days: int) -> Rows | None:
    """Every bill fallen due and not paid is paid today."""
    del days
    bills = known.bills
    unpaid = (bills["due_at"] > 0) & np.isnan(bills["paid_at"])
    if not unpaid.any():
        return None
    return altered(bills, unpaid, paid_at=NOW, paid=bills["amount"])


@step("bills", longest_power_gap, horizons=(60, 90), effort=1)
def buy_power_regularly(known: Known, days: int) -> Rows | None:
    """What was bought of prepaid electricity within the days was bought every week, no more."""
    return _weekly(known.bills, "electricity", days)


@step("bills", longest_top_up_gap, horizons=(30, 60, 90), effort=1)
def top_up_regularly(known: Known, days: int) -> Rows | None:
    """What was bought of telephone credit within the days was bought every week, no more."""
    return _weekly(known.bills, "telecom", days)


def _weekly(bills: Rows, kind: str, days: int) -> Rows | None:
    """Return the bills, what was bought within the days spread over the weeks in equal parts."""
    code = bills.table.column("kind").values.index(kind)
    inside: Flags = (bills["kind"] == code) & (bills["prepaid"] > 0) & (bills.age <= days * DAY)
    bought = bills.keep(inside)
    times = math.ceil(days / WEEK)
    if not bought.any or bought.age.size >= times:
        return None
    when = (np.arange(times) + 0.5) * days / times
    amount = np.full(times, bought["amount"].sum() // times)
    amount[0] += bought["amount"].sum() % times  # money is whole
    return added(
        bills.keep(~inside),
        when,
        known_at=when,
        kind=code,
        prepaid=1.0,
        amount=amount,
        quantity=bought["quantity"].sum() / times,
        paid_at=when,
        paid=amount,
    )
