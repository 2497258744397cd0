"""The join lets in what was known before each application, and nothing else matters."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import FEATURES, NAMES, compute
from features.known import HISTORY_DAYS, READABLE, Known, known_at_application
from features.lazy import shared
from features.rows import DAY, Columns, Rows
from features.sources import SOURCES
from features.table import Column, Table
from tests.features.cases import AS_OF, Case, application_columns, ask, bits, case, pay
from tests.features.generated import cases, everything
from tests.features.hand_made.everything import FULL, HAND_MADE
from tests.features.oracle.words import Records, Row, Seen, join

quick = settings(max_examples=30, deadline=None)


def _rows_of(known: Known, application: int) -> list[tuple[float, ...]]:
    """Return age, amount and balance of the rows of one application, in their order."""
    rows = known.payments.keep(known.payments.segment == application)
    columns = (rows.age, rows["amount"], np.nan_to_num(rows["balance_after"], nan=-1.5))
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _same(one: Known, other: Known) -> None:
    """Assert that two joins hold the same rows, and give the same features to the bit."""
    assert np.array_equal(one.amount, other.amount)
    assert np.array_equal(one.tenor_months, other.tenor_months)
    for source, table in SOURCES.items():
        mine, theirs = one.sources[source], other.sources[source]
        assert np.array_equal(mine.segment, theirs.segment)
        assert np.array_equal(mine.age, theirs.age)
        for name in READABLE[source]:
            if table.column(name).kind != "text":
                assert np.array_equal(mine[name], theirs[name], equal_nan=True)
    assert np.array_equal(compute(one), compute(other), equal_nan=True)
    assert bits(compute(one)) == bits(compute(other))


def _with(given_case: Case, more: Records, change: Callable[[Row, int], Row]) -> Case:
    """Return a case with more rows, named as no other is, each changed by its place."""
    return given_case.having(
        {
            source: [
                *({**change(row, n), SOURCES[source].key: f"x{n}"} for n, row in enumerate(rows)),
                *given_case.records.get(source, ()),
            ]
            for source, rows in more.items()
        }
    )


@given(given_case=cases())
@quick
def test_each_application_has_the_rows_a_join_by_hand_lets_in_and_in_its_order(
    given_case: Case,
) -> None:
    known = given_case.known()
    for n, application in enumerate(given_case.applications):
        seen = join(application, given_case.records)
        assert _rows_of(known, n) == [
            (seen.age(p), p["amount"], -1.5 if p["balance_after"] is None else p["balance_after"])
            for p in seen.payments
        ]


@given(generated=everything)
@quick
def test_each_column_of_each_source_is_what_was_seen_of_it(generated: Case) -> None:
    known = generated.known()
    every = [join(application, generated.records) for application in generated.applications]
    for source, table in SOURCES.items():
        rows = known.sources[source]
        for name in READABLE[source]:
            column = table.column(name)
            if column.kind == "text":
                continue
            wanted = [
                _as_number(column, row[name], seen)
                for seen in every
                for row in getattr(seen, source)
            ]
            assert np.array_equal(rows[name], np.array(wanted, dtype=float), equal_nan=True)


def _as_number(column: Column, value: Any, seen: Seen) -> float:
    """Return what a feature reads: days before the application of a time, codes of a category."""
    if value is None:
        return float("nan")
    if column.kind == "time":
        return seen.ago(value) / DAY
    return float(column.values.index(value) if column.values else value)


@given(generated=everything)
@quick
def test_texts_are_equal_in_code_where_they_are_equal_in_words(generated: Case) -> None:
    known = generated.known()
    every = [join(application, generated.records) for application in generated.applications]
    for source, table in SOURCES.items():
        rows = known.sources[source]
        for name in [c.name for c in table.columns if c.kind == "text" and not c.unseen]:
            codes = rows[name]
            words = [row[name] for seen in every for row in getattr(seen, source)]
            assert [bool(gone) for gone in np.isnan(codes)] == [word is None for word in words]
            pairs = {(w, float(c)) for w, c in zip(words, codes, strict=True) if w is not None}
            assert len(pairs) == len({word for word, _ in pairs})
            assert len(pairs) == len({code for _, code in pairs})


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
    payment: Row, rows: float
) -> None:
    assert case(payment).known().payments.count().tolist() == [rows]


def test_records_of_one_instant_stand_in_order_of_their_name() -> None:
    names = ("b", "a10", "a", "a9", "B")
    known = case(
        *(pay(5, payment_id=name, balance_after=n) for n, name in enumerate(names)),
        pay(9, balance_after=99),
    ).known()
    assert known.payments["balance_after"].tolist() == [99, 4, 2, 1, 3, 0]


@given(generated=everything, data=st.data())
@quick
def test_the_order_of_the_records_of_every_source_changes_nothing(
    generated: Case, data: st.DataObject
) -> None:
    chance = data.draw(st.randoms(use_true_random=False))
    shuffled = {s: chance.sample(list(rows), len(rows)) for s, rows in generated.records.items()}
    _same(generated.known(), generated.having(shuffled).known())


def _latest(given_case: Case) -> int:
    return max((a["as_of"] for a in given_case.applications), default=AS_OF)


@given(generated=everything, more=everything)
@quick
def test_what_occurs_at_or_after_the_application_changes_nothing(
    generated: Case, more: Case
) -> None:
    latest = _latest(generated)
    future = _with(
        generated, more.records, lambda row, n: {**row, "occurred_at": latest + n // 2 * DAY}
    )
    _same(generated.known(), future.known())


@given(generated=everything, more=everything)
@quick
def test_what_becomes_known_at_or_after_the_application_changes_nothing(
    generated: Case, more: Case
) -> None:
    latest = _latest(generated)
    late = _with(generated, more.records, lambda row, n: {**row, "known_at": latest + n // 2})
    _same(generated.known(), late.known())


@given(generated=everything, data=st.data())
@quick
def test_values_that_become_known_at_or_after_the_application_may_be_anything(
    generated: Case, data: st.DataObject
) -> None:
    later = _latest(generated) + data.draw(st.sampled_from((0, 1, 40 * DAY)))

    def hidden(source: str, row: Row, *, by_missing: bool) -> Row:
        """Return a row whose values known later are not known, one way or the other."""
        changed = dict(row)
        for column in SOURCES[source].columns:
            if column.known_with is not None:
                filler = later if column.kind == "time" else row[column.name]
                changed[column.name] = None if by_missing else filler
        return changed

    one, other = (
        generated.having(
            {
                source: [hidden(source, row, by_missing=by_missing) for row in rows]
                for source, rows in generated.records.items()
            }
        )
        for by_missing in (True, False)
    )
    _same(one.known(), other.known())


@given(generated=everything, more=everything)
@quick
def test_records_of_other_businesses_change_nothing(generated: Case, more: Case) -> None:
    others = _with(
        generated,
        more.records,
        lambda row, n: {**row, "business_id": ("", "aa", "no", "zz")[n % 4]},
    )
    _same(generated.known(), others.known())


@given(generated=everything, more=everything)
@quick
def test_records_older_than_two_years_change_nothing(generated: Case, more: Case) -> None:
    earliest = min((a["as_of"] for a in generated.applications), default=AS_OF)
    before = earliest - HISTORY_DAYS * DAY
    old = _with(
        generated,
        more.records,
        lambda row, n: {**row, "occurred_at": before - n - 1, "known_at": 0},
    )
    _same(generated.known(), old.known())


@given(generated=everything)
@quick
def test_a_batch_gives_the_bits_of_its_single_requests(generated: Case) -> None:
    batch = compute(generated.known())
    for row, one in zip(batch, generated.applications, strict=True):
        single = compute(generated.asked(one).known())[0]
        assert np.array_equal(row, single, equal_nan=True)
        assert bits(row) == bits(single)


def _made_up(table: Table, some: np.random.Generator, businesses: np.ndarray) -> Columns:
    """Return rows of a source in any order, with quantities that have decimals."""
    m = 1_500
    occurred_at = AS_OF - some.integers(-20 * DAY, 760 * DAY, m)

    def values(column: Column) -> np.ndarray:
        drawn: np.ndarray = {
            "text": some.choice([*"abcdefgh"], m),
            "time": occurred_at + some.integers(-30 * DAY, 60 * DAY, m) * 1.0,
            "category": some.integers(0, len(column.values) or 1, m) * 1.0,
            "flag": some.integers(0, 2, m) * 1.0,
        }.get(column.kind, some.lognormal(3, 2, m))
        gone = (some.random(m) < 1 / 4) & (column.missing is not None)
        return np.where(gone, "" if column.kind == "text" else np.nan, drawn)

    return {
        **{column.name: values(column) for column in table.columns if column.kind != "id"},
        table.key: some.permutation(m).astype(str),
        "business_id": some.choice(businesses, m),
        "occurred_at": occurred_at,
        "known_at": occurred_at + some.choice([0, DAY, 90 * DAY], m),
    }


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
    records = {"payments": payments} | {
        source: _made_up(table, some, businesses[:-2])
        for source, table in SOURCES.items()
        if source != "payments"
    }
    batch = compute(known_at_application(applications, records))
    for place in range(n):
        one = {name: values[place : place + 1] for name, values in applications.items()}
        mine = {
            source: {
                name: values[rows["business_id"] == one["business_id"]]
                for name, values in rows.items()
            }
            for source, rows in records.items()
        }
        single = compute(known_at_application(one, mine))[0]
        differ = [
            n for n, a, b in zip(NAMES, batch[place], single, strict=True) if bits(a) != bits(b)
        ]
        assert differ == []
        assert bits(batch[place]) == bits(single)


@given(generated=everything, data=st.data())
@quick
def test_the_order_of_the_applications_is_the_order_of_the_answers(
    generated: Case, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(generated.applications))))
    moved = generated.asked(*(generated.applications[place] for place in order))
    there = compute(generated.known())[np.array(order, dtype=np.int64)]
    assert bits(compute(moved.known())) == bits(there)


def test_a_business_without_records_is_like_one_among_businesses_with_records() -> None:
    alone = compute(case(asks=[ask(business_id="zz")]).known())
    among = compute(FULL.asked(ask(), ask(business_id="zz"), ask()).known())
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


@pytest.mark.parametrize("name", ["payments on every edge", "rows of every source"])
def test_the_tables_given_are_left_as_they_were(name: str) -> None:
    given_case = HAND_MADE[name]
    applications, records = application_columns(given_case.applications), given_case.columns()
    for table in (applications, *records.values()):
        for column in table.values():
            column.setflags(write=False)
    compute(known_at_application(applications, records))
    for source, untouched in given_case.columns().items():
        for column_name, values in untouched.items():
            assert records[source][column_name].tobytes() == values.tobytes()


def test_the_instant_of_the_application_itself_does_not_matter() -> None:
    def later(source: str, row: Row) -> Row:
        times = {c.name for c in SOURCES[source].columns if c.kind == "time"}
        moved = {name: row[name] + 12_345 for name in times if row[name] is not None}
        return {**row, **moved}

    moved = {s: [later(s, row) for row in rows] for s, rows in FULL.records.items()}
    after = Case([ask(as_of=AS_OF + 12_345)], moved)
    assert bits(compute(after.known())) == bits(compute(FULL.known()))


def test_an_instalment_is_the_amount_over_the_tenor() -> None:
    known = case(asks=[ask(12_000_000, 12), ask(1_000, 3)]).known()
    assert known.instalment().tolist() == [1_000_000.0, 1_000 / 3]
    assert replace(known, tenor_months=np.array([1.0, 1.0])).instalment().tolist() == [12e6, 1e3]


def test_what_features_share_is_computed_once_and_never_for_another_application() -> None:
    known = HAND_MADE["steady"].known()
    calls: list[float] = []

    def income(known: Known, times: float) -> float:
        calls.append(times)
        return times * float(known.amount.sum())

    once = shared(income)
    assert once(known, 2.0) == once(known, 2.0) == 2 * known.amount.sum()
    assert once(known, 3.0) == 3 * known.amount.sum()
    assert calls == [2.0, 3.0]
    other = replace(known, amount=known.amount + 1)
    assert once(other, 2.0) == 2 * other.amount.sum()


def test_what_is_remembered_of_applications_goes_with_them() -> None:
    """Nothing of ours waits for the garbage collector; what other threads leave is theirs."""
    compute(FULL.known())
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        compute(FULL.known())
        gc.collect()
        assert [left for left in gc.garbage if isinstance(left, Known | Rows)] == []
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
