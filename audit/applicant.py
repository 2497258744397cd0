"""From an application and its payments to what the matcher knows of an applicant."""

from __future__ import annotations

import math
from datetime import date

from audit.days import wib
from audit.decision import Application
from features.flow import Flow
from features.rows import Floats
from matching.applicant import Applicant


def applicant_of(application: Application, month: Flow) -> Applicant:
    """Return what the matcher knows but for the risk: the facts, and an ordinary month."""
    business = application.business
    today = wib(application.as_of)
    started = business.started_on
    applicant = Applicant(
        as_of=today,
        amount=application.amount,
        tenor_months=application.tenor_months,
        probability_of_default=None,
        purpose=application.purpose,
        months_running=None if started is None else _whole_months(started, today),
        documents=business.documents,
        kbli=business.kbli,
        kecamatan=business.kecamatan,
        active_bank_loans=business.active_bank_loans,
        programme_loan=business.programme_loan,
        held_products=business.held_products,
        existing_instalments=business.existing_instalments,
    )
    return with_month(applicant, month)


def with_month(applicant: Applicant, month: Flow) -> Applicant:
    """Return the applicant with this ordinary month, of one application."""
    spending = told(month.spending)
    return applicant.having(
        monthly_income=told(month.income),
        monthly_spending=spending,
        monthly_purchases=0.0 if spending is None else float(month.purchases[0]),
    )


def told(values: Floats) -> float | None:
    """Return the only value; None where it is missing."""
    value = float(values[0])
    return None if math.isnan(value) else value


def _whole_months(start: date, end: date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return max(months - (end.day < start.day), 0)
