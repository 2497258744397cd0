"""Cases of invoices: paid early, late or never, of suppliers old and new."""

from __future__ import annotations

from typing import Any

from tests.features.cases import ago, row
from tests.features.hand_made.source import of
from tests.features.oracle.words import Row


def invoice(age: float, *, due: float | None = 0, **values: Any) -> Row:
    """Return an invoice of supplier s, unpaid unless said."""
    due_at = None if due is None else ago(due)
    return row("invoices", age, **{"supplier": "s", "due_at": due_at} | values)


INVOICES = {
    "paid early, the rest past due": of(
        "invoices", invoice(60, due=30), invoice(20, due=-10, paid_at=ago(5))
    ),
    "all paid": of(
        "invoices", *(invoice(a, due=a - 30, paid_at=ago(a - 20)) for a in (30, 90, 200))
    ),
    "no day agreed": of("invoices", invoice(60, due=None), invoice(50, due=None, paid_at=ago(9))),
    "for nothing": of("invoices", invoice(60, due=30, amount=0), invoice(30, due=10, amount=0)),
    "late by a moment": of("invoices", invoice(60, due=30, paid_at=ago(30, 1))),
    "an old supplier who sends no more": of(
        "invoices", invoice(700, supplier="old"), invoice(400, supplier="old"), invoice(50)
    ),
    "an old supplier who still sends": of(
        "invoices", invoice(700, supplier="old"), invoice(365, supplier="old"), invoice(50)
    ),
    "many suppliers": of(
        "invoices", *(invoice(10 * n + 1, supplier=f"s{n % 5}", amount=n * 999) for n in range(40))
    ),
    "contested, and not known": of(
        "invoices", *(invoice(9, disputed=told) for told in (True, None, False, None))
    ),
}
