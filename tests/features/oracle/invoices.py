"""Features of what suppliers ask, once more from what their docstrings say."""

from __future__ import annotations

from tests.features.oracle.words import (
    DAY,
    NAN,
    Seen,
    by,
    concentration,
    days_late,
    money,
    months_since,
    overdue_share,
    quotient,
    recomputes,
    stating,
    trend,
)


@recomputes
def supplier_days_late(seen: Seen) -> float:
    judged = days_late(seen.last(365).invoices, seen)
    weighted = sum(days * invoice["amount"] for invoice, days in judged)
    return quotient(weighted, money(invoice for invoice, _ in judged))


@recomputes
def supplier_on_time_share(seen: Seen) -> float:
    judged = days_late(seen.last(365).invoices, seen)
    return quotient(sum(days == 0 for _, days in judged), len(judged))


@recomputes
def supplier_overdue_share(seen: Seen) -> float:
    return overdue_share(seen.last(365).invoices, seen)


@recomputes
def purchase_trend(seen: Seen) -> float:
    return trend(money(seen.last(90).invoices), money(seen.between(90, 180).invoices))


@recomputes
def supplier_tenure_months(seen: Seen) -> float:
    known_for = [
        months_since(invoices[0]["occurred_at"], seen)
        for invoices in by(seen.invoices, "supplier").values()
        if seen.age(invoices[-1]) <= 365 * DAY
    ]
    return max(known_for, default=NAN)


@recomputes
def supplier_concentration(seen: Seen) -> float:
    suppliers = by(seen.last(365).invoices, "supplier")
    return concentration([money(invoices) for invoices in suppliers.values()])


@recomputes
def disputed_share(seen: Seen) -> float:
    told = stating(seen.last(365).invoices, "disputed")
    return quotient(sum(invoice["disputed"] for invoice in told), len(told))
