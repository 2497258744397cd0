"""The join lets in what was known before each application, and nothing else matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import FEATURES, compute
from features.known import HISTORY_DAYS, Known, known_at_application
from features.rows import DAY, Floats
from features.sources import PAYMENTS
from tests.features.cases import (
    AS_OF,
    HAND_MADE,
    Case,
    application_columns,
    ask,
    bits,
    case,
    cases,
    pay,
    payment_columns,
)
from tests.features.oracle import Application, Payment, join

quick = settings(max_examples=30, deadline=None)


def _rows_of(known: Known, application: int) -> list[tuple[float, ...]]:
    """Return age, amount and balance of the rows of one application, in their order."""
    rows = known.payments.keep(known.payments.segment == application)
    columns = (rows.age, rows["amount"], np.nan_to_num(rows["balance_after"], nan=-1.5))
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _same(one: Known, other: Known) -> None:
    """Assert that two joins hold the same rows, and give the same features to the bit."""
    for mine, theirs in (
        (one.payments.segment, other.payments.segment),
        (one.payments.age, other.payments.age),
        (one.amount, other.amount),
        (one.tenor_months, other.tenor_months),
    ):
        assert np.array_equal(mine, theirs)
    for name in set(one.payments.columns) - {"counterparty"}:
        assert np.array_equal(one.payments[name], other.payments[name], equal_nan=True)
    assert np.array_equal(compute(one), compute(other), equal_nan=True)
    assert bits(compute(one)) == bits(compute(other))


def _named_anew(payments: Iterable[Payment]) -> list[Payment]:
    """Return the payments with names that no other payment has."""
    return [{**payment, "payment_id": f"x{n}"} for n, payment in enumerate(payments)]


@given(given_case=cases())
@quick
def test_each_application_has_the_rows_a_join_by_hand_lets_in_and_in_its_order(
    given_case: Case,
) -> None:
    known = given_case.known()
    for n, application in enumerate(given_case.applications):
        seen = join(application, given_case.payments)
        assert _rows_of(known, n) == [
            (seen.age(p), p["amount"], -1.5 if p["balance_after"] is None else p["balance_after"])
            for p in seen.payments
        ]


@given(given_case=cases())
@quick
def test_texts_are_equal_in_code_where_they_are_equal_in_words(given_case: Case) -> None:
    known = given_case.known()
    words = [
        p["counterparty"]
        for application in given_case.applications
        for p in join(application, given_case.payments).payments
    ]
    codes = known.payments["counterparty"]
    assert [bool(missing) for missing in np.isnan(codes)] == [word is None for word in words]
    pairs = {(w, float(c)) for w, c in zip(words, codes, strict=True) if w is not None}
    assert len(pairs) == len({word for word, _ in pairs}) == len({code for _, code in pairs})


@pytest.mark.parametrize(
    ("payment", "rows"),
    [
        (pay(1), 1.0),
        (pay(0), 0.0),
        (pay(0, shift=-1), 1.0),
        (pay(0, shift=1), 0.0),
        (pay(-5), 0.0),
        (pay(HISTORY_DAYS), 1.0),
        (pay(HISTORY_DAYS, shift=-1), 0.0),
        (pay(10, late=9), 1.0),
        (pay(10, late=10), 0.0),
        (pay(10, late=11), 0.0),
        (pay(10, late=-20), 1.0),
        (pay(-1, late=-5), 0.0),
        (pay(10, business_id="b"), 0.0),
    ],
)
def test_a_record_counts_when_it_occurred_and_was_known_strictly_before_and_within_two_years(
    payment: Payment, rows: float
) -> None:
    assert case(payment).known().payments.count().tolist() == [rows]


def test_records_of_one_instant_stand_in_order_of_their_name() -> None:
    names = ("b", "a10", "a", "a9", "B")
    known = case(
        *(pay(5, payment_id=name, balance_after=n) for n, name in enumerate(names)),
        pay(9, balance_after=99),
    ).known()
    assert known.payments["balance_after"].tolist() == [99, 4, 2, 1, 3, 0]


@given(given_case=cases(), data=st.data())
@quick
def test_the_order_of_the_records_changes_nothing(given_case: Case, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(given_case.payments))
    _same(given_case.known(), Case(given_case.applications, shuffled).known())


@given(given_case=cases(), more=cases(most=15))
@quick
def test_what_occurs_at_or_after_the_application_changes_nothing(
    given_case: Case, more: Case
) -> None:
    latest = max((a["as_of"] for a in given_case.applications), default=AS_OF)
    future: list[Payment] = [
        {**p, "occurred_at": latest + n * DAY, "known_at": p["known_at"]}
        for n, p in enumerate(_named_anew(more.payments))
    ]
    _same(
        given_case.known(), Case(given_case.applications, [*future, *given_case.payments]).known()
    )


@given(given_case=cases(), more=cases(most=15))
@quick
def test_what_becomes_known_at_or_after_the_application_changes_nothing(
    given_case: Case, more: Case
) -> None:
    latest = max((a["as_of"] for a in given_case.applications), default=AS_OF)
    late: list[Payment] = [
        {**p, "known_at": latest + n * DAY} for n, p in enumerate(_named_anew(more.payments))
    ]
    _same(given_case.known(), Case(given_case.applications, [*late, *given_case.payments]).known())


@given(given_case=cases(), more=cases(most=15))
@quick
def test_records_of_other_businesses_change_nothing(given_case: Case, more: Case) -> None:
    others: list[Payment] = [
        {**p, "business_id": name, "counterparty": f"{name}{n}"}
        for n, p in enumerate(_named_anew(more.payments))
        for name in ("", "aa", "no", "zz")
    ]
    _same(
        given_case.known(), Case(given_case.applications, [*others, *given_case.payments]).known()
    )


@given(given_case=cases(), more=cases(most=15))
@quick
def test_records_older_than_two_years_change_nothing(given_case: Case, more: Case) -> None:
    earliest = min((a["as_of"] for a in given_case.applications), default=AS_OF)
    old: list[Payment] = [
        {**p, "occurred_at": earliest - HISTORY_DAYS * DAY - n - 1, "known_at": 0}
        for n, p in enumerate(_named_anew(more.payments))
    ]
    _same(given_case.known(), Case(given_case.applications, [*old, *given_case.payments]).known())


def _one_by_one(given_case: Case) -> list[Floats]:
    return [compute(Case([a], given_case.payments).known())[0] for a in given_case.applications]


@given(given_case=cases())
@quick
def test_a_batch_gives_the_bits_of_its_single_requests(given_case: Case) -> None:
    batch = compute(given_case.known())
    for row, single in zip(batch, _one_by_one(given_case), strict=True):
        assert np.array_equal(row, single, equal_nan=True)
        assert bits(row) == bits(single)


@pytest.mark.parametrize("seed", range(4))
def test_a_large_batch_gives_the_bits_of_its_single_requests(seed: int) -> None:
    # Amounts of any size and with decimals, so that the order of every addition would show.
    some = np.random.default_rng(seed)
    m, businesses = 6_000, np.array([f"b{n}" for n in range(37)])
    occurred_at = AS_OF - some.integers(-20 * DAY, 760 * DAY, m)
    balance = some.normal(3e5, 1e6, m)
    payments = {
        "payment_id": some.permutation(m).astype(str),
        "business_id": some.choice(businesses[:-2], m),
        "occurred_at": occurred_at,
        "known_at": occurred_at + some.choice([0, DAY, 90 * DAY], m),
        "amount": some.lognormal(10, 3, m),
        "direction": some.integers(0, 2, m).astype(float),
        "channel": some.integers(0, 4, m).astype(float),
        "kind": some.integers(0, 11, m).astype(float),
        "counterparty": some.choice(["", *"abcdefgh"], m),
        "balance_after": np.where(some.random(m) < 0.3, np.nan, balance),
    }
    n = 150
    applications = {
        "business_id": some.choice(businesses, n),
        "as_of": AS_OF - some.integers(0, 300 * DAY, n),
        "amount": some.lognormal(16, 1, n),
        "tenor_months": some.integers(1, 60, n).astype(float),
    }
    batch = compute(known_at_application(applications, {"payments": payments}))
    for place in range(n):
        one = {name: values[place : place + 1] for name, values in applications.items()}
        mine = {
            name: values[payments["business_id"] == one["business_id"]]
            for name, values in payments.items()
        }
        single = compute(known_at_application(one, {"payments": mine}))[0]
        assert np.array_equal(batch[place], single, equal_nan=True)
        assert bits(batch[place]) == bits(single)


@given(given_case=cases(), data=st.data())
@quick
def test_the_order_of_the_applications_is_the_order_of_the_answers(
    given_case: Case, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(given_case.applications))))
    moved: list[Application] = [given_case.applications[place] for place in order]
    values = compute(Case(moved, given_case.payments).known())
    assert bits(values) == bits(compute(given_case.known())[np.array(order, dtype=np.int64)])


def test_a_business_without_records_is_like_one_among_businesses_with_records() -> None:
    alone = compute(case(asks=[ask(business_id="zz")]).known())
    among = compute(
        Case([ask(), ask(business_id="zz"), ask()], HAND_MADE["steady"].payments).known()
    )
    assert bits(among[1]) == bits(alone[0])
    assert bits(among[0]) == bits(among[2])


@pytest.mark.parametrize("business", ["", "a", "aa", "ab", "b", "bz", "z"])
def test_a_business_whose_name_sorts_anywhere_has_no_records_of_its_neighbours(
    business: str,
) -> None:
    known = case(
        *(pay(3, business_id=name) for name in ("a1", "ab1", "b1", "c")),
        asks=[ask(business_id=business)],
    ).known()
    assert known.payments.count().tolist() == [0.0]


def test_no_applications_give_no_vectors() -> None:
    for name in ("no applications", "neither payments nor applications"):
        known = HAND_MADE[name].known()
        assert known.n == 0
        assert compute(known).shape == (0, len(FEATURES))


def test_no_records_give_every_application_no_rows() -> None:
    known = case(asks=[ask(), ask(business_id="b")]).known()
    assert known.n == 2
    assert known.payments.count().tolist() == [0.0, 0.0]
    assert compute(known).shape == (2, len(FEATURES))


def test_the_rows_hold_every_column_but_names_and_times() -> None:
    held = {c.name for c in PAYMENTS.columns if c.kind not in ("id", "time")}
    assert set(HAND_MADE["steady"].known().payments.columns) == held


def test_the_tables_given_are_left_as_they_were() -> None:
    given_case = HAND_MADE["payments on every edge"]
    applications = application_columns(given_case.applications)
    payments = payment_columns(given_case.payments)
    for column in (*applications.values(), *payments.values()):
        column.setflags(write=False)
    compute(known_at_application(applications, {"payments": payments}))
    for name, untouched in payment_columns(given_case.payments).items():
        assert payments[name].tobytes() == untouched.tobytes()


def test_an_instalment_is_the_amount_over_the_tenor() -> None:
    known = case(asks=[ask(12_000_000, 12), ask(1_000, 3)]).known()
    assert known.instalment().tolist() == [1_000_000.0, 1_000 / 3]
    assert replace(known, tenor_months=np.array([1.0, 1.0])).instalment().tolist() == [12e6, 1e3]
