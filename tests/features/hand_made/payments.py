"""Cases of payments: what stands on an edge, what is silent, what is all of one kind."""

from __future__ import annotations

from tests.features.cases import AS_OF, CHANNELS, EDGES, KINDS, Case, ask, case, pay
from tests.features.oracle.words import DAY

STEADY = tuple(
    payment
    for day in range(1, 400, 3)
    for payment in (
        pay(
            day + 0.3,
            90_000 + 7_000 * (day % 11),
            counterparty=f"p{day % 5}",
            balance_after=day * 1_000,
        ),
        pay(day + 0.2, 40_000 + 3_000 * (day % 7), "supplier", channel="bank"),
        pay(day + 0.1, 10_000, "household", channel="cash", balance_after=500 * day),
    )
)

OF_PAYMENTS: dict[str, Case] = {
    "no payments": case(),
    "no applications": case(pay(3), asks=()),
    "neither payments nor applications": case(asks=()),
    "another's payments only": case(pay(3, business_id="b")),
    "one sale": case(pay(10, balance_after=5_000_000)),
    "one purchase": case(pay(10, 70_000, "supplier", balance_after=-5)),
    "one sale a microsecond ago": case(pay(0, shift=-1, balance_after=1)),
    "one sale exactly two years ago": case(pay(730, balance_after=1)),
    "one sale a microsecond above two years ago": case(pay(730, shift=-1, balance_after=1)),
    "one sale at the application": case(pay(0, balance_after=1)),
    "one sale after the application": case(pay(-1, balance_after=1)),
    "one sale known exactly at the application": case(pay(10, late=10, balance_after=1)),
    "one sale known after the application": case(pay(10, late=11, balance_after=1)),
    "one sale known a moment before": case(pay(10, late=9.999, balance_after=1)),
    "payments on every edge": case(
        *(
            pay(
                days,
                1_000 * (n + 1),
                kind,
                shift=shift,
                counterparty=f"p{n % 3}",
                balance_after=n * 100 - 500,
            )
            for n, (days, shift, kind) in enumerate(
                (days, shift, kind)
                for days in EDGES
                for shift in (-1, 0, 1)
                for kind in ("sale", "supplier", "fee")
            )
        )
    ),
    "balances of one instant, named out of order": case(
        *(pay(5, 1_000, payment_id=name, balance_after=n * 10) for n, name in enumerate("cadb"))
    ),
    "several payments of one instant": case(
        *(
            pay(5, 1_000, kind, balance_after=n)
            for n, kind in enumerate(("sale", "sale", "fee", "fee"))
        ),
        *(pay(200, 1_000, kind, balance_after=n) for n, kind in enumerate(("sale", "supplier"))),
    ),
    "amounts of zero": case(
        pay(3, 0, balance_after=0),
        pay(4, 0, balance_after=0),
        pay(40, 0, "supplier"),
        pay(100, 0, counterparty="q"),
    ),
    "sales of zero on some days": case(
        pay(3, 0), pay(4, 50), pay(5, 0, counterparty="q"), pay(95, 70)
    ),
    "refunds given and taken": case(
        pay(3, 500), pay(4, 200, "refund"), pay(5, 300, "refund", direction="in"), pay(100, 900)
    ),
    "only what is not earned": case(
        *(
            pay(4 + n, 900, kind, direction="in", balance_after=50)
            for n, kind in enumerate(("refund", "interest", "loan", "transfer"))
        )
    ),
    "every kind both ways": case(
        *(
            pay(
                2 + 5 * n,
                100 + n,
                kind,
                direction=way,
                channel=CHANNELS[n % 4],
                balance_after=n - 4,
            )
            for n, kind in enumerate(KINDS)
            for way in ("in", "out")
        )
    ),
    "transfers beside spending": case(
        pay(3, 900, balance_after=600),
        pay(4, 300, "supplier", channel="bank", balance_after=600),
        pay(5, 5_000, "transfer", channel="bank", balance_after=600),
    ),
    "payers not known": case(
        pay(3, counterparty=None), pay(4, counterparty=None), pay(5, counterparty="q")
    ),
    "no payer known": case(pay(3, counterparty=None), pay(4, counterparty=None)),
    "payers who return": case(
        pay(3, 500, counterparty="q"),
        pay(4, 300, counterparty="r"),
        pay(9, 200, counterparty="q"),
        pay(200, counterparty="r"),
    ),
    "no balance stated": case(pay(3), pay(100), pay(10, 900, "supplier")),
    "balances below zero": case(
        *(pay(10 * n + 5, 500, balance_after=-1_000 * n - 1) for n in range(30)),
        pay(3, 100, "penalty", balance_after=-900),
        pay(340, 100, "penalty"),
    ),
    "balances that rise above zero": case(
        *(pay(10 * n + 5, 500, balance_after=2_000 - 250 * n) for n in range(20))
    ),
    "balances that fall below zero": case(
        *(pay(10 * n + 5, 500, balance_after=200 * n - 700) for n in range(20))
    ),
    "balances that sum to zero": case(pay(3, balance_after=-50), pay(4, balance_after=50)),
    "penalties either side of twelve months": case(
        *(pay(days, 10, "penalty") for days in (1, 359, 360, 361, 364, 365, 366))
    ),
    "no income": case(*(pay(9 * n + 1, 800, "supplier", balance_after=100) for n in range(40))),
    "nothing spent": case(*(pay(9 * n + 1, 800, balance_after=100) for n in range(40))),
    "single month": case(pay(3, 700), pay(12, 100, "fee"), pay(29, 900)),
    "two whole months": case(pay(3, 700), pay(60, 900)),
    "three whole months": case(pay(3, 700), pay(90, 900), pay(45, 90, "supplier")),
    "a first month that is not whole": case(pay(3, 700), pay(45, 800), pay(75, 900)),
    "a month with one rupiah": case(pay(3, 700), pay(45, 1), pay(90, 900)),
    "balances of exactly two repayments": case(
        *(pay(days, balance_after=days) for days in (1, 199, 200, 201)), asks=[ask(1_200, 12)]
    ),
    "long silent": case(pay(700, 800, balance_after=9), pay(500, 300, "supplier", balance_after=5)),
    "silent in the middle": case(pay(200), pay(10)),
    "steady": case(*STEADY),
    "the loan is small": case(*STEADY, asks=[ask(1, 60)]),
    "the loan does not divide": case(*STEADY, asks=[ask(10_000_001, 7)]),
    "one business, many applications": case(
        *STEADY, asks=[ask(1_000_000 + n, n + 1, as_of=AS_OF - n * 17 * DAY) for n in range(25)]
    ),
    "many businesses": case(
        *STEADY,
        *(pay(5 * n + 1, 900 + n, business_id="c", balance_after=n) for n in range(9)),
        *(pay(5 * n + 1, 900 + n, "fee", business_id="bb", counterparty=None) for n in range(9)),
        asks=[ask(business_id=name) for name in ("zz", "c", "a", "aa", "bb", "c", "")],
    ),
}
