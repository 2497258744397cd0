"""Applications and payments to try the features on: made by hand, and generated.

A `Case` holds plain dictionaries, as the oracle reads them, and turns them into
the columns that the features read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

import numpy as np
from hypothesis import strategies as st

from features.catalogue import NAMES, compute
from features.known import Known, known_at_application
from features.rows import Columns, Floats
from features.sources import PAYMENTS
from tests.features.oracle import DAY, MONTH, Application, Payment

AS_OF = 20_000 * DAY
"""The instant of a hand-made application, in microseconds since 1970."""

KINDS = PAYMENTS.column("kind").values
CHANNELS = PAYMENTS.column("channel").values
DIRECTIONS = PAYMENTS.column("direction").values


@dataclass(frozen=True)
class Case:
    """Some applications, and all payments on file."""

    applications: list[Application]
    payments: list[Payment]

    def known(self) -> Known:
        """Return what was known, as the features see it."""
        return known_at_application(
            application_columns(self.applications),
            {"payments": payment_columns(self.payments)},
        )

    def value(self, name: str) -> float:
        """Return one feature of the first application."""
        return float(compute(self.known())[0, NAMES.index(name)])


def application_columns(applications: Sequence[Application]) -> Columns:
    """Return the applications as a table in memory."""
    return {
        "business_id": np.array([a["business_id"] for a in applications], dtype=str),
        "as_of": np.array([a["as_of"] for a in applications], dtype=np.int64),
        "amount": np.array([a["amount"] for a in applications], dtype=np.float64),
        "tenor_months": np.array([a["tenor_months"] for a in applications], dtype=np.float64),
    }


def payment_columns(payments: Sequence[Payment]) -> Columns:
    """Return the payments as a table in memory."""
    balances = [p["balance_after"] for p in payments]
    return {
        "payment_id": np.array([p["payment_id"] for p in payments], dtype=str),
        "business_id": np.array([p["business_id"] for p in payments], dtype=str),
        "occurred_at": np.array([p["occurred_at"] for p in payments], dtype=np.int64),
        "known_at": np.array([p["known_at"] for p in payments], dtype=np.int64),
        "amount": np.array([p["amount"] for p in payments], dtype=np.float64),
        "direction": np.array(
            [DIRECTIONS.index(p["direction"]) for p in payments], dtype=np.float64
        ),
        "channel": np.array([CHANNELS.index(p["channel"]) for p in payments], dtype=np.float64),
        "kind": np.array([KINDS.index(p["kind"]) for p in payments], dtype=np.float64),
        "counterparty": np.array([p["counterparty"] or "" for p in payments], dtype=str),
        "balance_after": np.array([np.nan if b is None else b for b in balances], dtype=np.float64),
    }


def bits(values: Floats) -> bytes:
    """Return the bytes of an array, with one and the same NaN wherever a value is missing."""
    return np.where(np.isnan(values), np.nan, values).tobytes()


def ask(
    amount: int = 12_000_000, tenor_months: int = 12, business_id: str = "a", as_of: int = AS_OF
) -> Application:
    """Return an application."""
    return {
        "business_id": business_id,
        "as_of": as_of,
        "amount": amount,
        "tenor_months": tenor_months,
    }


class Column(TypedDict, total=False):
    """The columns of a payment that have a plain value unless said."""

    payment_id: str
    business_id: str
    direction: str
    channel: str
    counterparty: str | None
    balance_after: int | None


def pay(
    age: float,
    amount: int = 100_000,
    kind: str = "sale",
    *,
    late: float = 0,
    shift: int = 0,
    **columns: Unpack[Column],
) -> Payment:
    """Return a payment made *age* days before `AS_OF` and known *late* days after it was made.

    *shift* moves it by microseconds; sales come in and everything else goes out unless said.
    """
    occurred_at = AS_OF - round(age * DAY) + shift
    return {
        "payment_id": columns.get("payment_id", ""),
        "business_id": columns.get("business_id", "a"),
        "occurred_at": occurred_at,
        "known_at": occurred_at + round(late * DAY),
        "amount": amount,
        "direction": columns.get("direction", "in" if kind == "sale" else "out"),
        "channel": columns.get("channel", "qris"),
        "kind": kind,
        "counterparty": columns.get("counterparty", "p"),
        "balance_after": columns.get("balance_after"),
    }


def case(*payments: Payment, asks: Sequence[Application] | None = None) -> Case:
    """Return a case of these payments, named in order where they have no name yet."""
    named: list[Payment] = []
    for n, payment in enumerate(payments):
        one = payment.copy()
        one["payment_id"] = payment["payment_id"] or f"{n:04}"
        named.append(one)
    return Case([ask()] if asks is None else list(asks), named)


EDGES = (0, 1, 30, 60, 90, 120, 180, 360, 365, 390, 720, 730)
"""Ages in days at which some window, month or the history itself ends."""

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

HAND_MADE: dict[str, Case] = {
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


BUSINESSES = ("b", "a", "ba")

_ages = st.one_of(
    st.builds(
        lambda days, shift: days * DAY + shift, st.sampled_from(EDGES), st.sampled_from((-1, 0, 1))
    ),
    st.integers(1, 24).map(lambda months: months * MONTH),
    st.integers(0, 200 * DAY),
    st.integers(-10 * DAY, 740 * DAY),
)
_amounts = st.one_of(st.integers(0, 3), st.integers(0, 10_000_000))
_balances = st.one_of(st.none(), st.integers(-100, 100), st.integers(-1_000_000, 9_000_000))
_delays = st.one_of(st.just(0), st.just(0), st.sampled_from((1, DAY, 30 * DAY, 400 * DAY)))


@st.composite
def cases(draw: st.DrawFn, most: int = 60) -> Case:
    """Draw a few applications of a few businesses, and up to *most* payments."""
    applications: list[Application] = draw(
        st.lists(
            st.builds(
                ask,
                amount=st.integers(1, 500_000_000),
                tenor_months=st.integers(1, 60),
                business_id=st.sampled_from((*BUSINESSES, "none")),
                as_of=st.sampled_from((0, 0, 1, 30 * DAY, 45 * DAY)).map(lambda ago: AS_OF - ago),
            ),
            max_size=5,
        )
    )
    drawn = draw(
        st.lists(
            st.tuples(
                st.sampled_from(BUSINESSES),
                _ages,
                _delays,
                _amounts,
                st.sampled_from(DIRECTIONS),
                st.sampled_from(CHANNELS),
                st.sampled_from(KINDS),
                st.sampled_from((None, "x", "y", "xy")),
                _balances,
            ),
            min_size=draw(st.sampled_from((0, most // 3, most * 2 // 3))),
            max_size=most,
        )
    )
    payments: list[Payment] = [
        {
            "payment_id": str(n * 7_919 % 10_007),
            "business_id": business,
            "occurred_at": AS_OF - age,
            "known_at": AS_OF - age + delay,
            "amount": amount,
            "direction": direction,
            "channel": channel,
            "kind": kind,
            "counterparty": payer,
            "balance_after": balance,
        }
        for n, (
            business,
            age,
            delay,
            amount,
            direction,
            channel,
            kind,
            payer,
            balance,
        ) in enumerate(drawn)
    ]
    return Case(applications, payments)
