"""Every signal, once more from what its docstring says, in plain Python and exact numbers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

from tests.features.oracle.payments import earned
from tests.features.oracle.words import (
    DAY,
    NAN,
    Application,
    Records,
    Row,
    Seen,
    by,
    by_day,
    having,
    join,
    money,
    months_on_record,
    quotient,
    stating,
    sums,
)

SIGNS: dict[str, Callable[[Seen], float]] = {}
"""Name of a signal → the function that recomputes it."""


def recomputes(function: Callable[[Seen], float]) -> Callable[[Seen], float]:
    """Enter a function under its own name, apart from the features."""
    SIGNS[function.__name__] = function
    return function


def expected(application: Application, records: Records) -> dict[str, float]:
    """Return the value every signal must have for one application asked in rupiah."""
    seen = join(application, records)
    return {name: function(seen) for name, function in SIGNS.items()}


@recomputes
def circled_share(seen: Seen) -> float:
    recent = seen.last(90)
    income = earned(recent)
    out = [p for p in having(recent.payments, direction="out") if p["kind"] != "refund"]
    if money(stating(income, "counterparty")) == 0:
        return NAN
    back = 0
    for other_side in by(income, "counterparty"):
        for week in range(13):
            inside = seen.between(7 * week, 7 * week + 7)
            came, went = (
                money(p for p in rows if p["counterparty"] == other_side and p in inside.payments)
                for rows in (income, out)
            )
            back += min(came, went)
    return quotient(back, money(income))


@recomputes
def passed_on_share(seen: Seen) -> float:
    recent = seen.last(90)
    income = earned(recent)
    on = 0
    for place, payment in enumerate(recent.payments):
        out = [
            p
            for p in recent.payments[place + 1 :]
            if p["direction"] == "out" and p["kind"] != "transfer" and p["amount"] > 0
        ]
        if payment in income and out:
            soon = out[0]["occurred_at"] - payment["occurred_at"] <= 2 * DAY
            nearly = 95 * payment["amount"] <= 100 * out[0]["amount"] <= 100 * payment["amount"]
            on += payment["amount"] * (soon and nearly)
    return quotient(on, money(income))


def is_round(payment: Row) -> bool:
    """Return whether an amount has at most two digits before its zeros."""
    return len(str(payment["amount"]).rstrip("0")) <= 2


@recomputes
def rounding_rise(seen: Seen) -> float:
    shares = []
    for window in (seen.last(60), seen.between(60, 360)):
        income = having(earned(window), channel=("qris", "ewallet", "bank"))
        even = [p for p in income if is_round(p)]
        shares.append(quotient(money(even), money(income)) if len(income) >= 10 else NAN)
    return shares[0] - shares[1]


@recomputes
def split_share(seen: Seen) -> float:
    paid = stating(having(earned(seen.last(90)), channel="qris"), "counterparty")
    split = 0
    for payments in by(paid, "counterparty").values():
        for day in by_day(payments, seen).values():
            free = [p["amount"] for p in day if p["amount"] <= 500_000]
            if len(free) > 1 and sum(free) > 500_000:
                split += sum(free)
    return quotient(split, money(paid)) if len(paid) >= 10 else NAN


def new_and_regular(rows: Iterable[Row], column: str, seen: Seen) -> list[Row]:
    """Return the rows of those first seen in the last 60 days who came four times or more."""
    groups = [
        group
        for group in by(rows, column).values()
        if len(group) >= 4 and all(seen.age(row) <= 60 * DAY for row in group)
    ]
    return list(itertools.chain.from_iterable(groups))


@recomputes
def new_payer_share(seen: Seen) -> float:
    paid = stating(earned(seen), "counterparty")
    long_used = {p["channel"] for p in paid if seen.age(p) >= 150 * DAY}
    new = [p for p in new_and_regular(paid, "counterparty", seen) if p["channel"] in long_used]
    return quotient(money(new), money(earned(seen.last(60)))) if long_used else NAN


@recomputes
def income_surge(seen: Seen) -> float:
    latest, *earlier = sums(earned(seen), seen, months_on_record(seen.payments, seen, 12)) or [0]
    return quotient(latest, max(earlier)) if len(earlier) >= 5 else NAN


@recomputes
def backfilled_share(seen: Seen) -> float:
    lines = seen.last(180).books
    filled = [
        line
        for line in lines
        if line["known_at"] - line["occurred_at"] > 30 * DAY
        and seen.ago(line["known_at"]) <= 30 * DAY
    ]
    return len(filled) / len(lines) if len(lines) >= 20 else NAN


@recomputes
def new_buyer_share(seen: Seen) -> float:
    told = stating(seen.orders, "buyer")
    new = new_and_regular(told, "buyer", seen)
    gross = money(seen.last(60).orders, "gross")
    return (
        quotient(money(new, "gross"), gross)
        if any(seen.age(order) >= 150 * DAY for order in told)
        else NAN
    )


@recomputes
def unreached_payout_share(seen: Seen) -> float:
    paid_out = money(
        (o for o in stating(seen.orders, "net") if 7 * DAY < seen.ago(o["payout_at"]) <= 90 * DAY),
        "net",
    )
    arrived = having(earned(seen.last(90)), channel=("bank", "ewallet"))
    on_record = any(seen.age(p) >= 90 * DAY for p in seen.payments)
    if not arrived or not on_record:
        return NAN
    return quotient(max(0, paid_out - money(arrived)), paid_out)
