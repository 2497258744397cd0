"""Features of the credit register: loans reported month by month, and inquiries.

A loan *stands* as its latest report of the last 92 days says. No record in the register
means nothing is known, not that anything is good or bad.
"""

from __future__ import annotations

import numpy as np

from features.cashflow import median_monthly_income
from features.feature import feature
from features.known import Known
from features.rows import Floats, Rows, given, ratio

NO_LOANS = "no loan in the register"
NO_REGISTER = "nothing in the register"
DOUBTFUL = 3
"""Collectability from which a loan counts as bad with the lender."""


def _months(known: Known) -> Rows:
    return known.credit.where(kind="month")


def _standing(known: Known) -> Rows:
    return _months(known).last(92).newest("facility").where(status="running")


@feature("days", 1, "R11", missing=NO_LOANS)
def worst_days_past_due(known: Known) -> Floats:
    """Most days past due in any report of the last year."""
    return _months(known).last(365).known("days_past_due").max("days_past_due")


@feature("days", 1, "R10", missing="no loan stands", days_to_change=30)
def days_past_due_now(known: Known) -> Floats:
    """Most days past due of the loans that stand."""
    return _standing(known).known("days_past_due").max("days_past_due")


@feature("count", 1, "R11", missing=NO_LOANS)
def doubtful_months(known: Known) -> Floats:
    """Reports of the last two years with collectability 3 or worse."""
    months = _months(known)
    return given(months, months.keep(months["collectability"] >= DOUBTFUL).count())


@feature("months", -1, "R11", missing="no report of two years states days past due", high=24.4)
def months_since_arrears(known: Known) -> Floats:
    """Months since the latest report with days past due; since the first when none had any."""
    told = _months(known).known("days_past_due")
    since = told.keep(told["days_past_due"] > 0).days_since_last()
    return np.where(np.isnan(since), told.days_since_first(), since) / 30


@feature("count", 1, "R12", missing=NO_REGISTER)
def running_loans(known: Known) -> Floats:
    """Loans that stand."""
    return given(known.credit, _standing(known).count())


@feature("count", 1, "R12", missing=NO_REGISTER)
def running_online_loans(known: Known) -> Floats:
    """Loans that stand at online lenders (P2P)."""
    return given(known.credit, _standing(known).where(lender_kind="p2p").count())


@feature("count", -1, "R11", missing=NO_LOANS)
def loans_repaid(known: Known) -> Floats:
    """Loans whose latest report, in two years, says repaid."""
    months = _months(known)
    return given(months, months.newest("facility").where(status="repaid").count())


@feature("count", 1, "R11", missing=NO_LOANS)
def loans_restructured(known: Known) -> Floats:
    """Loans whose latest report, in two years, says that terms were eased."""
    months = _months(known)
    latest = months.newest("facility")
    return given(months, latest.keep(latest["restructured"] > 0).count())


@feature("ratio", 1, "R02", missing="no income by the payments, or nothing in the register")
def debt_to_income(known: Known) -> Floats:
    """What is owed on loans that stand ÷ median monthly income of the payments."""
    owed = _standing(known).known("outstanding").sum("outstanding")
    return given(known.credit, ratio(owed, median_monthly_income(known)))


@feature("ratio", 1, "R02", missing="no income by the payments, or nothing in the register")
def debt_service_share(known: Known) -> Floats:
    """(Instalments of loans that stand + the one asked, before interest) ÷ median monthly income.

    Income is that of the payments.
    """
    paid = _standing(known).known("instalment").sum("instalment")
    return given(known.credit, ratio(paid + known.instalment(), median_monthly_income(known)))


@feature("count", 1, "R13", missing=NO_REGISTER)
def inquiries(known: Known) -> Floats:
    """Inquiries of lenders in the register within the last 90 days."""
    return given(known.credit, known.credit.where(kind="inquiry").last(90).count())
