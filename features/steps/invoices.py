"""What can be done about suppliers' invoices."""

from __future__ import annotations

import numpy as np

from features.invoices import supplier_days_late, supplier_on_time_share, supplier_overdue_share
from features.known import Known
from features.rows import Flags, Rows
from features.steps.edits import altered
from features.steps.step import NOW, step


def _owed(invoices: Rows) -> Flags:
    """Return (m,) whether an invoice has fallen due and the business does not contest it."""
    fallen: Flags = (invoices["due_at"] > 0) & ~(invoices["disputed"] > 0)
    return fallen


@step("invoices", supplier_days_late, supplier_on_time_share, horizons=(30, 60, 90), effort=3)
def pay_suppliers_on_time(known: Known, days: int) -> Rows | None:
    """Every invoice that fell due within the days was paid on its day; not those contested."""
    invoices = known.invoices
    due, paid_at = invoices["due_at"], invoices["paid_at"]
    late = _owed(invoices) & (due <= days) & (np.isnan(paid_at) | (paid_at < due))
    if not late.any():
        return None
    return altered(invoices, late, paid_at=due, paid=invoices["amount"])


@step("invoices", supplier_overdue_share, horizons=(30,), effort=3)
def pay_overdue_invoices(known: Known, days: int) -> Rows | None:
    """Every invoice fallen due and not paid is paid today; not those contested."""
    del days
    invoices = known.invoices
    unpaid = _owed(invoices) & np.isnan(invoices["paid_at"])
    if not unpaid.any():
        return None
    return altered(invoices, unpaid, paid_at=NOW, paid=invoices["amount"])
