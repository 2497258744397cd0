"""Features of the bills a business pays, once more from what their docstrings say."""

from __future__ import annotations

from fractions import Fraction

from tests.features.oracle.words import (
    NAN,
    Row,
    Seen,
    by_day,
    days_late,
    having,
    longest_gap,
    mean_days_late,
    months_on_record,
    months_since,
    overdue_share,
    quotient,
    recomputes,
    share_late,
    stating,
    sums,
    trend,
    variation,
)


def power(seen: Seen) -> list[Row]:
    """Return the electricity bills."""
    return having(seen.bills, kind="electricity")


def others(seen: Seen) -> list[Row]:
    """Return all bills but those of electricity."""
    return [bill for bill in seen.bills if bill["kind"] != "electricity"]


def kwh(bills: list[Row]) -> Fraction:
    """Return the electricity of the bills that state it."""
    return sum((Fraction(bill["quantity"]) for bill in stating(bills, "quantity")), Fraction(0))


@recomputes
def power_trend(seen: Seen) -> float:
    return trend(kwh(power(seen.last(90))), kwh(power(seen.between(90, 180))))


@recomputes
def power_variation(seen: Seen) -> float:
    told = stating(power(seen.last(365)), "quantity")
    billed = [kwh(bills) for bills in by_day(having(told, prepaid=False), seen).values()]
    if len(billed) >= 3:
        return variation(billed, billed)
    bought = having(stating(power(seen), "quantity"), prepaid=True)
    exact = [{**bill, "quantity": Fraction(bill["quantity"])} for bill in bought]
    monthly = sums(exact, seen, months_on_record(bought, seen, 12), "quantity")
    return variation(monthly, monthly) if len(monthly) >= 3 else NAN


@recomputes
def longest_power_gap(seen: Seen) -> float:
    return longest_gap(having(power(seen), prepaid=True), seen, 180)


@recomputes
def power_late_share(seen: Seen) -> float:
    return share_late(power(seen.last(365)), seen)


@recomputes
def power_days_late(seen: Seen) -> float:
    return mean_days_late(power(seen.last(365)), seen)


@recomputes
def bill_late_share(seen: Seen) -> float:
    return share_late(others(seen.last(365)), seen)


@recomputes
def bill_days_late(seen: Seen) -> float:
    return mean_days_late(others(seen.last(365)), seen)


@recomputes
def months_paid_on_time(seen: Seen) -> float:
    judged = days_late(seen.bills, seen)
    late = [bill["occurred_at"] for bill, days in judged if days > 0]
    if late:
        return months_since(max(late), seen)
    return max((months_since(bill["occurred_at"], seen) for bill, _ in judged), default=NAN)


@recomputes
def unpaid_bill_share(seen: Seen) -> float:
    return overdue_share(seen.last(365).bills, seen)


@recomputes
def services_cut_off(seen: Seen) -> float:
    return len(stating(seen.bills, "cut_off_at")) if seen.bills else NAN


@recomputes
def longest_top_up_gap(seen: Seen) -> float:
    return longest_gap(having(seen.bills, kind="telecom", prepaid=True), seen, 90)


@recomputes
def social_insurance_months(seen: Seen) -> float:
    if not having(seen.bills, kind=("bpjs_health", "bpjs_work")):
        return NAN
    paid = stating(seen.last(365).bills, "paid_at")
    health = by_day(having(paid, kind="bpjs_health"), seen)
    work = by_day(having(paid, kind="bpjs_work"), seen)
    return min(12, max(len(health), len(work)))


@recomputes
def tax_on_time_share(seen: Seen) -> float:
    taxes = days_late(having(seen.bills, kind="pbb"), seen)
    return quotient(sum(days == 0 for _, days in taxes), len(taxes))
