"""Cases of bills: in time, late, unpaid, bought before use, billed by the calendar."""

from __future__ import annotations

from typing import Any

from tests.features.cases import AS_OF, ago, row
from tests.features.hand_made.source import MOMENTS, of
from tests.features.oracle.words import Row


def bill(age: float, kind: str = "electricity", *, due: float = 0, **values: Any) -> Row:
    """Return a bill due *due* days before the application, paid in time unless said."""
    usual: Row = {"kind": kind, "due_at": ago(due), "paid_at": ago(due, -1), "paid": 100_000}
    return row("bills", age, **usual | values)


def token(age: float, quantity: float | None = 9.0, kind: str = "electricity") -> Row:
    """Return a purchase of a prepaid service."""
    return row("bills", age, kind=kind, prepaid=True, quantity=quantity)


CALENDAR = tuple(15 + n * 30.4375 for n in range(24))
"""Ages of bills that come once a calendar month."""

AROUND = (None, *(ago(20, shift) for shift in MOMENTS), *(AS_OF + shift for shift in MOMENTS))
"""Never, and around two instants."""

BILLS = {
    "due and paid around one instant": of(
        "bills", *(bill(50, due=due, paid_at=paid) for due in (-5, 0, 20) for paid in AROUND)
    ),
    "due around the application, unpaid": of(
        "bills", *(row("bills", 30, due_at=AS_OF + shift) for shift in MOMENTS)
    ),
    "unpaid and long due": of(
        "bills", *(bill(a, "water", due=a - 20, paid_at=None) for a in (40, 300))
    ),
    "all in time": of("bills", *(bill(age, "rent", due=age - 14) for age in CALENDAR)),
    "late once, long ago": of(
        "bills",
        *(bill(age, due=age - 14) for age in CALENDAR),
        bill(500, "pbb", due=480, paid_at=ago(470)),
    ),
    "no day to be paid": of("bills", *(row("bills", age, paid_at=ago(age - 1)) for age in (9, 50))),
    "for nothing": of("bills", *(bill(a, due=a - 1, amount=0, paid_at=None) for a in (9, 50))),
    "billed by the calendar month": of(
        "bills", *(bill(a, due=a - 14, quantity=100 + n % 3) for n, a in enumerate(CALENDAR))
    ),
    "billed on the edge of a year": of(
        "bills",
        *(
            row("bills", days, quantity=9.0 + days + shift, shift=shift)
            for days in (100, 364.5, 365)
            for shift in MOMENTS
        ),
    ),
    "two meters billed on the same days": of(
        "bills", *(bill(a, due=a - 14, quantity=q) for a in CALENDAR for q in (40.0, 200.5))
    ),
    "tokens": of(
        "bills",
        *(
            token(age, None if age % 4 == 0 else 20 + age % 5)
            for age in (*range(3, 160, 6), 250, 300, 390)
        ),
    ),
    "tokens, then a meter that bills": of(
        "bills",
        *(token(age, 30.0) for age in range(100, 300, 9)),
        *(bill(age, due=age - 9, quantity=90) for age in (80, 50, 20)),
    ),
    "two bills state their use": of("bills", *(bill(a, quantity=3.5) for a in (20, 50))),
    "nothing used": of("bills", *(bill(a, quantity=0) for a in CALENDAR)),
    "telephone credit": of(
        "bills",
        *(token(age, None, "telecom") for age in (2, 9, 60, 89, 91, 200)),
        row("bills", 30, kind="telecom"),
    ),
    "cut off twice": of(
        "bills",
        *(bill(a, "water", cut_off_at=t) for a, t in ((90, ago(40)), (9, AS_OF), (8, ago(1)))),
    ),
    "insured month by month, both ways": of(
        "bills",
        *(bill(a, kind, due=a - 9) for a in CALENDAR for kind in ("bpjs_health", "bpjs_work")),
    ),
    "a family insured, billed on one day": of(
        "bills", *(bill(a, "bpjs_health", due=a - 9) for a in (20, 50, 80) for _ in range(4))
    ),
    "insured, never paid": of("bills", *(row("bills", age, kind="bpjs_work") for age in CALENDAR)),
    "insured, paid around the application": of(
        "bills", *(bill(9 + s, "bpjs_health", paid_at=AS_OF + s) for s in MOMENTS)
    ),
    "taxes": of(
        "bills",
        bill(500, "pbb", due=400, paid_at=ago(401)),
        bill(140, "pbb", due=40, paid_at=None),
        bill(20, "pbb", due=-80, paid_at=None),
    ),
}
