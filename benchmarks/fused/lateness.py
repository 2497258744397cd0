"""How late something due was paid, or is by now, in pandas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.fused.seen import Array, Seen
from benchmarks.joined import DAY


@dataclass(frozen=True)
class Lateness:
    """What is true of each bill or invoice.

    Args:
        paid: it was paid before the application.
        past: its day lies before the application.
        judged: it has a day to be paid, and was paid or the day is past.
        days: how late it was paid or is by now, zero or more; zero where not judged.
    """

    paid: Array
    past: Array
    judged: Array
    days: Array


def lateness(owed: Seen) -> Lateness:
    """Return how late each row of bills or invoices is."""
    as_of, due, paid_at = owed["as_of"], owed["due_at"], owed["paid_at"]
    paid = paid_at < as_of
    past = due < as_of
    judged = past | (paid & ~np.isnan(due))
    late = (np.where(paid, paid_at, as_of) - due) / DAY
    return Lateness(paid, past, judged, np.where(judged, np.maximum(late, 0.0), 0.0))
