"""How late something due was paid, or is by now, in pandas."""

from __future__ import annotations

import pandas as pd

from benchmarks.joined import DAY


def with_lateness(owed: pd.DataFrame) -> pd.DataFrame:
    """Return bills or invoices with what is true of each.

    ``is_paid``: it was paid before the application. ``is_past``: its day lies before the
    application. ``days_late``: how late it was paid or is by now, zero or more; NaN where it has
    no day, or was not paid and the day is yet to come.
    """
    due, as_of = owed["due_at"], owed["as_of"]
    is_paid, is_past = owed["paid_at"] < as_of, due < as_of
    late = (owed["paid_at"].where(is_paid, as_of) - due) / DAY
    return owed.assign(
        is_paid=is_paid,
        is_past=is_past,
        days_late=late.clip(lower=0.0).where(is_paid | is_past),
    )
