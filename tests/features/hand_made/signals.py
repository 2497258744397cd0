"""Cases of records dressed up before applying, and of honest ones that look a little like it.

Each is small enough to work out on paper; `tests.features.test_signals` says what comes of it.
"""

from __future__ import annotations

from typing import Any

from tests.features.cases import Case, ago, case, pay, row
from tests.features.hand_made.books import line
from tests.features.oracle.words import Row


def out(age: float, amount: int = 100_000, kind: str = "other", **values: Any) -> Row:
    """Return money that goes out."""
    return pay(age, amount, kind, direction="out", **values)


def daily(first: int, last: int, amount: int, **values: Any) -> list[Row]:
    """Return a sale on each day from *first* to *last* days ago."""
    return [pay(age + 0.5, amount, **values) for age in range(first, last)]


def filled(ages: range, late: float) -> list[Row]:
    """Return a line of the books for each age, written *late* days after."""
    return [line(age, "sale", late=late) for age in ages]


def order(age: float, buyer: str | None, gross: int = 100_000, **values: Any) -> Row:
    """Return an order, still open unless more is said."""
    return row("orders", age, **{"buyer": buyer, "gross": gross, **values})


def settled(age: float, net: int, paid_out: float) -> Row:
    """Return an order of some buyer that was paid out so many days ago."""
    return order(age, "b", net=net, payout_at=ago(paid_out))


REGULAR = [pay(age, 100_000, channel="bank", counterparty=f"c{age}") for age in range(70, 200, 10)]
"""Payers by bank of whom each paid once, up to half a year ago."""

SIGNALS: dict[str, Case] = {
    "to a friend and back": case(
        pay(10, 800, counterparty="f"), out(9, 700, counterparty="f"), pay(5, 200, counterparty="c")
    ),
    "more back than came": case(
        pay(10, 800, counterparty="f"), out(9, 9_000, counterparty="f"), pay(5, 200)
    ),
    "back in another week": case(
        pay(8, 800, counterparty="f"), out(7, 800, counterparty="f"), pay(5, 200)
    ),
    "back on the last moment of the week": case(
        pay(14, 800, counterparty="f"), out(7, 800, counterparty="f", shift=-1), pay(5, 200)
    ),
    "a sale refunded": case(
        pay(10, 800, counterparty="f"), out(9, 800, "refund", counterparty="f")
    ),
    "back as though between own accounts": case(
        pay(10, 800, counterparty="f"), out(9, 800, "transfer", counterparty="f")
    ),
    "a loan repaid": case(
        pay(10, 900, "loan", direction="in", counterparty="l"),
        out(9, 900, "loan", counterparty="l"),
        pay(5, 100, counterparty="c"),
    ),
    "nobody known": case(pay(10, 800, counterparty=None), out(9, 800, counterparty=None)),
    "zeros to a friend and back": case(
        pay(10, 0, counterparty="f"), out(9, 0, counterparty="f"), pay(5, 0, counterparty="c")
    ),
    "sent on to another": case(pay(10, 1_000), out(8, 950, counterparty="x"), pay(5, 3_000)),
    "sent on a moment later than two days": case(
        pay(10, 1_000), out(8, 950, shift=1), pay(5, 3_000)
    ),
    "a little less than 95% sent on": case(pay(10, 1_000), out(9, 949), pay(5, 3_000)),
    "more than came goes out": case(pay(10, 1_000), out(9, 1_001), pay(5, 3_000)),
    "something else goes out between": case(
        pay(10, 1_000), out(9.5, 10), out(9, 1_000), pay(5, 3_000)
    ),
    "nothing goes out between": case(pay(10, 1_000), out(9.5, 0), out(9, 1_000), pay(5, 3_000)),
    "swept to an own account": case(pay(10, 1_000), out(9, 1_000, "transfer")),
    "sent on in the same instant": case(
        pay(10, 1_000, payment_id="a"), out(10, 1_000, payment_id="b"), pay(5, 1_000)
    ),
    "sent on before it came, by name": case(
        pay(10, 1_000, payment_id="b"), out(10, 1_000, payment_id="a"), pay(5, 1_000)
    ),
    "rounder than before": case(
        *daily(1, 11, 150_000), *daily(11, 16, 151_000), *daily(100, 110, 90_001)
    ),
    "as round as ever": case(*daily(1, 20, 2_000_000), *daily(100, 120, 150_000)),
    "round in cash": case(
        *daily(1, 31, 150_000, channel="cash"),
        *daily(1, 11, 90_001),
        *daily(100, 110, 90_001),
    ),
    "nine round amounts": case(*daily(1, 10, 150_000), *daily(100, 110, 90_001)),
    "split by one payer": case(
        *(pay(9.1 + n / 10, 300_000, counterparty="s") for n in range(2)),
        *(pay(20 + n, 100_000, counterparty=f"c{n}") for n in range(8)),
    ),
    "free at the limit, twice and half": case(
        *(pay(9.1 + n / 10, 250_000, counterparty="s") for n in range(2)),
        pay(12.5, 500_000, counterparty="t"),
        *(pay(20 + n, 100_000, counterparty=f"c{n}") for n in range(10)),
    ),
    "split at the very limit": case(
        *(pay(9.1 + n / 10, 500_000, counterparty="s") for n in range(2)),
        *(pay(20 + n, 125_000, counterparty=f"c{n}") for n in range(8)),
    ),
    "split over two days": case(
        *(pay(9.5 + n, 500_000, counterparty="s") for n in range(2)),
        *(pay(20 + n, 100_000, counterparty=f"c{n}") for n in range(10)),
    ),
    "split among two payers": case(
        *(pay(9.1 + n / 10, 500_000, counterparty=f"s{n}") for n in range(2)),
        *(pay(20 + n, 100_000, counterparty=f"c{n}") for n in range(10)),
    ),
    "pushed by the family": case(
        *REGULAR,
        *(pay(age, 300, channel="bank", counterparty="f") for age in range(1, 5)),
        *(pay(age, 100, channel="bank", counterparty=f"n{age}") for age in range(1, 9)),
    ),
    "a new payer, three times": case(
        *REGULAR, *(pay(age, 300, channel="bank", counterparty="f") for age in range(1, 4))
    ),
    "an old payer who comes again": case(
        *REGULAR, *(pay(age, 300, channel="bank", counterparty="c70") for age in range(1, 9))
    ),
    "on the edge of new": case(
        *REGULAR, *(pay(age, 300, channel="bank", counterparty="f") for age in range(45, 61, 5))
    ),
    "a moment beyond the edge of new": case(
        *REGULAR,
        *(pay(age, 300, channel="bank", counterparty="f", shift=-1) for age in range(45, 61, 5)),
    ),
    "QRIS taken up": case(
        *REGULAR,
        *(pay(age + n / 9, 300, counterparty=f"q{n}") for age in range(30) for n in (1, 2)),
    ),
    "new and all paid since": case(
        *(pay(age, 300, channel="bank", counterparty="f") for age in range(1, 30))
    ),
    "a month above the largest": case(
        pay(1, 1_000), pay(100, 400), *(pay(30 * n - 5, 50) for n in range(2, 7)), pay(181, 1)
    ),
    "five months on record": case(
        pay(1, 1_000), pay(150), *(pay(30 * n - 5, 50) for n in range(2, 6))
    ),
    "nothing earned before": case(pay(1, 1_000), out(200)),
    "half a year written at once": case(
        books=[*filled(range(40, 70), 35), *filled(range(10, 40), 0)]
    ),
    "half a year caught up long ago": case(books=filled(range(100, 160), 35)),
    "written thirty days later": case(
        books=[
            *filled(range(31, 41), 30),
            *(line(40, "sale", late=30, shift=-1) for _ in range(10)),
        ]
    ),
    "written a moment more than thirty days later": case(
        books=[
            *filled(range(35, 45), 0),
            *(line(45.25, "sale") | {"known_at": ago(15.25, 1)} for _ in range(10)),
        ]
    ),
    "written thirty days later, at odd moments": case(
        books=[line(31 + n / 7, "sale", late=30) for n in range(60)]
    ),
    "nineteen lines": case(books=filled(range(40, 59), 39)),
    "few buyers push": case(
        orders=[
            order(150, "old"),
            *(order(age, "f", 300) for age in range(1, 5)),
            *(order(age, f"n{age}", 100) for age in range(1, 9)),
        ]
    ),
    "ordered and cancelled": case(
        orders=[
            order(150, "old"),
            *(order(age, "f", status="cancelled", closed_at=ago(age - 1)) for age in range(2, 6)),
        ]
    ),
    "the shop is new": case(
        orders=[order(150, "old", shift=1), *(order(age, "f") for age in range(1, 9))]
    ),
    "no buyer known": case(orders=[order(age, None) for age in range(1, 200)]),
    "payouts that arrive nowhere": case(
        pay(90, 5, channel="cash"),
        pay(20, 300, channel="bank"),
        orders=[settled(40, 500, 30), settled(41, 500, 31)],
    ),
    "payouts of the last week": case(
        pay(90), pay(20, 300, channel="bank"), orders=[settled(40, 500, 7), settled(41, 500, 30)]
    ),
    "an account that does not show them": case(pay(90), pay(20, 9), orders=[settled(40, 500, 30)]),
    "an account on record too short": case(
        pay(89, channel="bank"), orders=[settled(95, 900_000, 80)]
    ),
    "all payouts arrived": case(
        pay(90, channel="bank"), pay(20, 2_000, channel="ewallet"), orders=[settled(40, 500, 30)]
    ),
}
"""Name → case."""
