"""Features of the credit register, once more from what their docstrings say."""

from __future__ import annotations

from fractions import Fraction

from tests.features.oracle.payments import median_monthly_income
from tests.features.oracle.words import (
    NAN,
    Row,
    Seen,
    by,
    having,
    money,
    months_since,
    quotient,
    recomputes,
    stating,
)


def reports(seen: Seen) -> list[Row]:
    """Return the months of loans."""
    return having(seen.credit, kind="month")


def latest(seen: Seen) -> list[Row]:
    """Return the latest report of each loan."""
    return [months[-1] for months in by(reports(seen), "facility").values()]


def stands(report: Row) -> bool:
    """Return whether a loan stands, by its latest report."""
    if report["status"] is None:
        return report["outstanding"] is None or report["outstanding"] > 0
    return bool(report["status"] == "running")


def standing(seen: Seen) -> list[Row]:
    """Return the latest report of the last 92 days of each loan that stands."""
    return [report for report in latest(seen.last(92)) if stands(report)]


@recomputes
def worst_days_past_due(seen: Seen) -> float:
    told = stating(reports(seen.last(365)), "days_past_due")
    return max((report["days_past_due"] for report in told), default=NAN)


@recomputes
def days_past_due_now(seen: Seen) -> float:
    told = stating(standing(seen), "days_past_due")
    return max((report["days_past_due"] for report in told), default=NAN)


@recomputes
def doubtful_months(seen: Seen) -> float:
    bad = told = 0
    for report in reports(seen):
        lost = report["status"] == "written_off"
        told += lost or report["collectability"] is not None
        bad += lost or (report["collectability"] or 0) >= 3
    return bad if told else NAN


@recomputes
def months_since_arrears(seen: Seen) -> float:
    told = stating(reports(seen), "days_past_due")
    late = [report for report in told if report["days_past_due"] > 0]
    since = late[-1:] or told[:1]
    return months_since(since[0]["occurred_at"], seen) if since else NAN


def is_told(seen: Seen) -> bool:
    """Return whether there is a register, and recent reports, if any, name a loan."""
    recent = reports(seen.last(92))
    return bool(seen.credit) and bool(not recent or stating(recent, "facility"))


@recomputes
def running_loans(seen: Seen) -> float:
    return len(standing(seen)) if is_told(seen) else NAN


@recomputes
def running_online_loans(seen: Seen) -> float:
    return len(having(standing(seen), lender_kind="p2p")) if is_told(seen) else NAN


@recomputes
def loans_repaid(seen: Seen) -> float:
    told = stating(latest(seen), "status")
    return len(having(told, status="repaid")) if told else NAN


@recomputes
def loans_restructured(seen: Seen) -> float:
    told = stating(latest(seen), "restructured")
    return len(having(told, restructured=True)) if told else NAN


@recomputes
def debt_to_income(seen: Seen) -> float:
    loans, income = standing(seen), median_monthly_income(seen)
    known = is_told(seen) and len(stating(loans, "outstanding")) == len(loans)
    return quotient(money(loans, "outstanding"), Fraction(income)) if known and income > 0 else NAN


@recomputes
def debt_service_share(seen: Seen) -> float:
    loans, income = standing(seen), median_monthly_income(seen)
    known = is_told(seen) and len(stating(loans, "instalment")) == len(loans)
    if not known or not income > 0:
        return NAN
    return quotient(money(loans, "instalment") + seen.instalment(), Fraction(income))


@recomputes
def inquiries(seen: Seen) -> float:
    return len(having(seen.last(90).credit, kind="inquiry")) if seen.credit else NAN
