"""All cases made by hand, by name; and one with rows of every source."""

from __future__ import annotations

from features.sources import SOURCES
from tests.features.cases import Case, ago, case, pay, row
from tests.features.hand_made.bills import BILLS, CALENDAR, bill, token
from tests.features.hand_made.books import BOOKS, CATEGORIES, line
from tests.features.hand_made.credit import CREDIT, ended, inquiry, runs
from tests.features.hand_made.invoices import INVOICES, invoice
from tests.features.hand_made.orders import ORDERS, order
from tests.features.hand_made.payments import OF_PAYMENTS
from tests.features.hand_made.season import LONG, SEASON
from tests.features.hand_made.source import OTHERS, of_any
from tests.features.hand_made.support import PROFILE, SUPPORT, event

SPENT = ("supplier", "household", "fee", "penalty")

FULL = case(
    *LONG,
    *(pay(day, 50 + day, kind, channel="cash") for day in range(3, 400, 9) for kind in SPENT),
    orders=[
        *(
            order(day, buyer=f"b{day % 7}", item=f"i{day % 3}", rating=day % 5 + 1, gross=day * 500)
            for day in range(1, 500, 4)
        ),
        order(9, "returned"),
        order(8, "cancelled", cancelled_by="seller"),
    ],
    bills=[
        *(
            bill(a, kind, due=a - 14, quantity=50 + n % 9, paid_at=ago(a - 13 - n % 3))
            for n, a in enumerate(CALENDAR)
            for kind in SOURCES["bills"].column("kind").values
        ),
        *(token(age) for age in (5, 30)),
        token(70, None, "telecom"),
        bill(99, due=60, paid_at=None),
        bill(98, cut_off_at=ago(3)),
    ],
    books=[
        *(line(day, CATEGORIES[day % 14], 1_000 + day) for day in range(1, 300)),
        *(line(day, "sale", 90_000) for day in range(1, 300, 5)),
    ],
    invoices=[
        invoice(
            10 * n + 1,
            due=10 * n - 15,
            supplier=f"s{n % 3}",
            disputed=n % 5 == 0,
            paid_at=None if n % 7 == 0 else ago(10 * n - 16 - n % 2),
        )
        for n in range(2, 60)
    ],
    credit=[
        *(
            runs(30 * n, f"f{n % 3}", lender_kind="p2p", collectability=n % 4 + 1)
            | {"days_past_due": n % 2, "restructured": True}
            for n in range(1, 20)
        ),
        ended(40, "repaid", "g"),
        inquiry(5),
    ],
    support=[
        event(9 * n, came=n % 3 > 0, form=form, certificate=n % 2 == 0, action="x")
        | {"done_at": ago(4) if n % 2 else None}
        for n in range(1, 20)
        for form in ("class", "visit")
    ],
    profile=[row("profile", 90, started_at=ago(2_000), employees=3, nib=True)],
)
"""One application with rows of every source, from which every feature can be computed."""

_BY_SOURCE = {
    "orders": ORDERS,
    "bills": BILLS,
    "books": BOOKS,
    "invoices": INVOICES,
    "credit": CREDIT,
    "support": SUPPORT,
    "profile": PROFILE,
    "season": SEASON,
}

HAND_MADE: dict[str, Case] = {
    **OF_PAYMENTS,
    **{name: one for source in OTHERS for name, one in of_any(source).items()},
    **{f"{of}: {name}": one for of, cases in _BY_SOURCE.items() for name, one in cases.items()},
    "rows of every source": FULL,
}
"""Name → case, of every source."""
