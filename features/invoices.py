"""Features of what suppliers ask, and how they are paid."""

from __future__ import annotations

import numpy as np

from features.feature import feature
from features.known import Known
from features.lateness import DAYS_LATE, judged
from features.rows import Floats, ratio

NONE_DUE = "no invoice of the window has fallen due or been paid"


@feature("days", 1, "R20", missing=NONE_DUE, days_to_change=90)
def supplier_days_late(known: Known) -> Floats:
    """Mean of the days invoices were paid late, or are late by now, weighted by their amount.

    Of the last year; over those paid or fallen due.
    """
    owed = judged(known.invoices).last(365)
    weighted = owed.having(weighted=owed[DAYS_LATE] * owed["amount"])
    return ratio(weighted.sum("weighted"), owed.sum("amount"))


@feature("share", -1, "R20", missing=NONE_DUE, days_to_change=90)
def supplier_on_time_share(known: Known) -> Floats:
    """Invoices paid in time ÷ those paid or fallen due, of the last year."""
    owed = judged(known.invoices).last(365)
    return ratio(owed.keep(owed[DAYS_LATE] <= 0).count(), owed.count())


@feature("share", 1, "R20", missing="no invoice of the window has fallen due", days_to_change=30)
def supplier_overdue_share(known: Known) -> Floats:
    """Amount of invoices fallen due and not paid ÷ amount of invoices fallen due, of the last year.

    Not ÷ all unpaid: to pay one before its day would raise that.
    """
    invoices = known.invoices.last(365)
    # A day that was never agreed is never past: the comparison with a missing one is false.
    due = invoices.keep(invoices["due_at"] > 0)
    return ratio(due.keep(np.isnan(due["paid_at"])).sum("amount"), due.sum("amount"))


@feature("ratio", -1, "R36", missing="nothing bought in the 90 days before the last 90", high=3.0)
def purchase_trend(known: Known) -> Floats:
    """Invoices of the last 90 days ÷ those of the 90 days before, by amount, at most 3."""
    before = known.invoices.last(180).before(90).sum("amount")
    return np.minimum(ratio(known.invoices.last(90).sum("amount"), before), 3.0)


@feature("months", -1, "R31", missing="no supplier is known in the last year", high=24.4)
def supplier_tenure_months(known: Known) -> Floats:
    """Months since the first invoice, in two years, of the supplier known longest.

    Of the suppliers who sent an invoice in the last year.
    """
    named = known.invoices.known("supplier")
    suppliers = named.by(named["supplier"], "amount")
    return suppliers.last(365).max("since") / 30


@feature("share", 1, "R31", missing="nothing bought of a known supplier in the window")
def supplier_concentration(known: Known) -> Floats:
    """Herfindahl index Σ share² of suppliers in the invoices of the last year."""
    named = known.invoices.known("supplier").last(365)
    return named.by(named["supplier"], "amount").concentration("amount")


@feature("share", 1, "R40", missing="of no invoice of the window it is known")
def disputed_share(known: Known) -> Floats:
    """Invoices the business contests ÷ invoices of which it is known, of the last year."""
    told = known.invoices.last(365).known("disputed")
    return ratio(told.sum("disputed"), told.count())
