"""Features of the credit register: loans reported month by month, and inquiries.

A loan reported in the last 92 days *stands* unless its latest report says that it was
repaid or written off, or, where it does not say how the loan stands, that nothing is owed.
No record in the register means nothing is known, not that anything is good or bad; so does
a column that a report leaves open.
"""

from __future__ import annotations

import numpy as np

from features.cashflow import median_monthly_income
from features.feature import feature
from features.known import Known
from features.lazy import shared
from features.rows import Flags, Floats, Rows, given, ratio

NO_REGISTER = "nothing in the register"
NO_LOAN_NAMED = "nothing in the register, or no report of the last 92 days names its loan"
NOT_ALL = "no income by the payments, no register, or a loan that does not state it"
DOUBTFUL = 3
"""Collectability from which a loan counts as bad with the lender."""


@shared
def _months(known: Known) -> Rows:
    return known.credit.where(kind="month")


def _code(loans: Rows, status: str) -> int:
    return loans.table.column("status").values.index(status)


@shared
def standing(known: Known) -> Rows:
    """Return the latest report of each loan that stands."""
    loans = _months(known).last(92).newest("facility")
    owed = np.isnan(loans["status"]) & (loans["outstanding"] != 0)
    return loans.keep((loans["status"] == _code(loans, "running")) | owed)


def _of_named(known: Known, values: Floats) -> Floats:
    """Return (n,) values; missing without a register, or where no recent report names its loan."""
    recent = _months(known).last(92)
    nameless = (recent.count() > 0) & (recent.known("facility").count() == 0)
    return given(known.credit, np.where(nameless, np.nan, values))


def _all(loans: Rows, name: str) -> Floats:
    """Return (n,) the sum of a column over loans; missing where one of them does not state it."""
    told = loans.known(name)
    return np.where(told.count() == loans.count(), told.sum(name), np.nan)


@shared
def in_arrears(known: Known) -> Rows:
    """Return the reports with days past due."""
    months = _months(known)
    return months.keep(months["days_past_due"] > 0)


@shared
def doubtful(known: Known) -> Rows:
    """Return the reports with collectability 3 or worse, or of a loan written off."""
    months = _months(known)
    return months.keep(_lost(months) | (months["collectability"] >= DOUBTFUL))


def _lost(months: Rows) -> Flags:
    lost: Flags = months["status"] == _code(months, "written_off")
    return lost


@shared
def eased(known: Known) -> Rows:
    """Return the latest report of each loan whose terms it says were eased."""
    latest = _months(known).newest("facility")
    return latest.keep(latest["restructured"] > 0)


@feature("days", 1, "R11", missing="no report of the last year states days past due")
def worst_days_past_due(known: Known) -> Floats:
    """Most days past due in any report of the last year."""
    return _months(known).last(365).known("days_past_due").max("days_past_due")


@feature("days", 1, "R10", missing="no loan stands that states days past due", days_to_change=30)
def days_past_due_now(known: Known) -> Floats:
    """Most days past due of the loans that stand."""
    return standing(known).known("days_past_due").max("days_past_due")


@feature("count", 1, "R11", missing="no report of two years states collectability or a write-off")
def doubtful_months(known: Known) -> Floats:
    """Reports of the last two years with collectability 3 or worse, or of a loan written off."""
    months = _months(known)
    told = months.keep(_lost(months) | ~np.isnan(months["collectability"]))
    return given(told, doubtful(known).count())


@feature("months", -1, "R11", missing="no report of two years states days past due", high=24.4)
def months_since_arrears(known: Known) -> Floats:
    """Months since the latest report with days past due; since the first when none had any."""
    told = _months(known).known("days_past_due")
    since = in_arrears(known).days_since_last()
    return np.where(np.isnan(since), told.days_since_first(), since) / 30


@feature("count", 1, "R12", missing=NO_LOAN_NAMED)
def running_loans(known: Known) -> Floats:
    """Loans that stand."""
    return _of_named(known, standing(known).count())


@feature("count", 1, "R12", missing=NO_LOAN_NAMED)
def running_online_loans(known: Known) -> Floats:
    """Loans that stand at online lenders (P2P)."""
    return _of_named(known, standing(known).where(lender_kind="p2p").count())


@feature("count", -1, "R41", missing="no loan whose latest report says how it stands")
def loans_repaid(known: Known) -> Floats:
    """Loans whose latest report, in two years, says repaid."""
    told = _months(known).newest("facility").known("status")
    return given(told, told.where(status="repaid").count())


@feature("count", 1, "R42", missing="no loan whose latest report says whether terms were eased")
def loans_restructured(known: Known) -> Floats:
    """Loans whose latest report, in two years, says that terms were eased."""
    told = _months(known).newest("facility").known("restructured")
    return given(told, eased(known).count())


@feature("ratio", 1, "R02", missing=NOT_ALL)
def debt_to_income(known: Known) -> Floats:
    """What is owed on loans that stand ÷ median monthly income of the payments."""
    owed = _all(standing(known), "outstanding")
    return _of_named(known, ratio(owed, median_monthly_income(known)))


@feature("ratio", 1, "R02", missing=NOT_ALL)
def debt_service_share(known: Known) -> Floats:
    """(Instalments of loans that stand + the one asked, before interest) ÷ median monthly income.

    Income is that of the payments.
    """
    paid = _all(standing(known), "instalment")
    return _of_named(known, ratio(paid + known.instalment(), median_monthly_income(known)))


@feature("count", 1, "R13", missing=NO_REGISTER)
def inquiries(known: Known) -> Floats:
    """Inquiries of lenders in the register within the last 90 days."""
    return given(known.credit, known.credit.where(kind="inquiry").last(90).count())
