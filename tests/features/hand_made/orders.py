"""Cases of orders: cancelled, sent back, rated, settled or not."""

from __future__ import annotations

from typing import Any

from tests.features.cases import AS_OF, EDGES, ago, row
from tests.features.hand_made.source import MOMENTS, of
from tests.features.oracle.words import Row


def order(age: float, status: str | None = "delivered", **values: Any) -> Row:
    """Return an order that was closed, and paid out when delivered, two days later."""
    closed_at = None if status is None else ago(age - 2)
    paid = {"net": 90_000, "payout_at": closed_at} if status == "delivered" else {}
    return row("orders", age, **{"status": status, "closed_at": closed_at} | paid | values)


ORDERS = {
    "cancelled, nobody says by whom": of("orders", order(5, "cancelled"), order(6), order(7)),
    "cancelled, of some it is known by whom": of(
        "orders",
        order(5, "cancelled"),
        order(6, "cancelled", cancelled_by="seller"),
        order(7, "cancelled", cancelled_by="buyer"),
        order(8),
    ),
    "all cancelled by the seller": of("orders", order(5, "cancelled", cancelled_by="seller")),
    "ordered and cancelled by friends": of(
        "orders",
        *(
            order(a, "cancelled", cancelled_by="buyer", buyer="f", item="i")
            for a in range(3, 80, 4)
        ),
        *(order(a, buyer=f"b{a}", item="j") for a in range(3, 180, 30)),
    ),
    "none paid out yet": of("orders", order(5, None), order(50, None), order(100, None)),
    "paid out, each for nothing": of("orders", *(order(a, gross=0, net=0) for a in (5, 50, 100))),
    "closed just before, at and after": of(
        "orders", *(order(9, "returned", closed_at=AS_OF + shift, rating=1) for shift in MOMENTS)
    ),
    "stars": of("orders", *(order(20 + n, rating=n % 5 + 1) for n in range(9))),
    "one star each": of("orders", *(order(20 + n % 300, rating=1) for n in range(400))),
    "twin days": of("orders", *(order(n, gross=n % 30 * 1_000, buyer="xyz"[n % 3]) for n in EDGES)),
}
