"""Each primitive answers for every application what plain Python answers for each alone."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from functools import partial
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import example, settings
from hypothesis import given as tried_on
from hypothesis import strategies as st

from features.rows import DAY, MONTH, Floats, Rows, given, ratio, together, total
from features.sources import PAYMENTS

# Thousands of calls of few lines, which other tests cover too: counting them takes as long again.
pytestmark = pytest.mark.no_cover

NAN = math.nan
COLUMNS = ("amount", "kind", "counterparty", "balance_after")
KINDS = PAYMENTS.column("kind").values


class Row(NamedTuple):
    """One row: its age in microseconds, and a value in each of four columns."""

    age: int
    amount: int
    kind: str = "sale"
    payer: int | None = 0
    balance: int | None = None


Segments = list[list[Row]]
"""The rows of each application, the oldest first."""

_row = st.builds(
    Row,
    age=st.one_of(
        st.integers(1, 800 * DAY),
        st.integers(1, 26).map(lambda n: n * 15 * DAY),
        st.integers(0, 24).map(lambda n: n * MONTH + 1),
    ),
    amount=st.integers(0, 50) | st.integers(-1_000_000, 1_000_000),
    kind=st.sampled_from(KINDS),
    payer=st.none() | st.integers(0, 4),
    balance=st.none() | st.integers(-1_000, 1_000),
)
_segment = st.lists(_row, max_size=12).map(lambda rows: sorted(rows, key=lambda r: -r.age))
_segments = st.lists(_segment, max_size=7)

EXAMPLE: Segments = [
    [],
    [],
    [Row(400 * DAY, 5), Row(30 * DAY, 7, "fee", 1, -4), Row(30 * DAY, 0, "sale", None, 9)],
    [],
    [Row(DAY, 3, "loan", 2, 0)],
    [Row(90 * DAY, 4), Row(90 * DAY, 4), Row(1, -8, "fee")],
    [],
]


def on_any_segments(test: Callable[[Segments], None]) -> Callable[[], None]:
    """Try a test on empty segments at the start, in the middle and at the end, and on any other."""
    tried = tried_on(segments=_segments)(test)
    special: list[Segments] = [EXAMPLE, [], [[]], EXAMPLE[2:3], EXAMPLE[1:3], EXAMPLE[2:4]]
    for one in special:
        tried = example(segments=one)(tried)
    return settings(max_examples=60, deadline=None)(tried)


def _rows(segments: Segments) -> Rows:
    flat = [row for segment in segments for row in segment]
    columns = {
        "amount": [row.amount for row in flat],
        "kind": [KINDS.index(row.kind) for row in flat],
        "counterparty": [NAN if row.payer is None else row.payer for row in flat],
        "balance_after": [NAN if row.balance is None else row.balance for row in flat],
    }
    arrays: dict[str, Any] = {
        "segment": np.repeat(np.arange(len(segments)), [len(segment) for segment in segments]),
        "age": np.array([row.age for row in flat], dtype=np.int64),
        **{name: np.array(values, dtype=np.float64) for name, values in columns.items()},
    }
    return Rows(PAYMENTS, len(segments), len(flat), arrays)


def _same(values: Floats, wanted: list[float], rel: float = 0.0) -> None:
    """Assert that values are those wanted, NaN for NaN, to a relative tolerance."""
    assert values.dtype == np.float64
    assert values.shape == (len(wanted),)
    assert values.tolist() == pytest.approx(wanted, rel=rel, abs=0.0, nan_ok=True)


def _kept(rows: Rows, segments: Segments, keep: Callable[[Row], bool]) -> None:
    """Assert that *rows* are those of *segments* that *keep* lets through, with every column."""
    wanted = _rows([[row for row in segment if keep(row)] for segment in segments])
    assert (rows.n, rows.size) == (wanted.n, wanted.size)
    assert rows.segment.tolist() == wanted.segment.tolist()
    assert rows.age.tolist() == wanted.age.tolist()
    for name in COLUMNS:
        assert np.array_equal(rows[name], wanted[name], equal_nan=True)


def _amounts(segments: Segments) -> list[list[int]]:
    return [[row.amount for row in segment] for segment in segments]


@on_any_segments
def test_count_is_the_number_of_rows(segments: Segments) -> None:
    _same(_rows(segments).count(), [len(segment) for segment in segments])


@on_any_segments
def test_below_counts_the_rows_under_the_bound_of_their_application(segments: Segments) -> None:
    bounds = np.arange(len(segments), dtype=np.float64) * 3 - 2
    under = [
        float(sum(row.amount < bound for row in segment))
        for segment, bound in zip(segments, bounds, strict=True)
    ]
    _same(_rows(segments).below("amount", bounds), under)


@on_any_segments
def test_below_counts_for_each_of_many_bounds_of_one_application(segments: Segments) -> None:
    bounds = np.array([-5.0, 0.0, 4.0, 5.0, NAN])
    for segment in segments:
        under = [float(sum(row.amount < bound for row in segment)) for bound in bounds]
        _same(_rows([segment]).below("amount", bounds), under)


@on_any_segments
def test_sum_adds_the_rows_and_is_zero_without_any(segments: Segments) -> None:
    _same(_rows(segments).sum("amount"), [sum(amounts) for amounts in _amounts(segments)])


@on_any_segments
def test_mean_is_missing_without_rows(segments: Segments) -> None:
    wanted = [sum(a) / len(a) if a else NAN for a in _amounts(segments)]
    _same(_rows(segments).mean("amount"), wanted)


@on_any_segments
def test_std_is_that_of_the_population_and_missing_below_two_rows(segments: Segments) -> None:
    wanted = [statistics.pstdev(a) if len(a) > 1 else NAN for a in _amounts(segments)]
    _same(_rows(segments).std("amount"), wanted, rel=1e-12)


@on_any_segments
def test_cv_is_missing_where_the_mean_is_not_above_zero(segments: Segments) -> None:
    wanted = [
        statistics.pstdev(a) / statistics.mean(a) if len(a) > 1 and sum(a) > 0 else NAN
        for a in _amounts(segments)
    ]
    _same(_rows(segments).cv("amount"), wanted, rel=1e-12)


@on_any_segments
def test_max_and_min_are_missing_without_rows(segments: Segments) -> None:
    amounts = _amounts(segments)
    _same(_rows(segments).max("amount"), [max(a, default=NAN) for a in amounts])
    _same(_rows(segments).min("amount"), [min(a, default=NAN) for a in amounts])


@on_any_segments
def test_latest_is_the_last_row_even_among_rows_of_one_instant(segments: Segments) -> None:
    _same(_rows(segments).latest("amount"), [a[-1] if a else NAN for a in _amounts(segments)])


@on_any_segments
def test_days_since_first_is_the_age_of_the_earliest_row(segments: Segments) -> None:
    wanted = [segment[0].age / DAY if segment else NAN for segment in segments]
    _same(_rows(segments).days_since_first(), wanted)


@on_any_segments
def test_days_since_last_is_the_age_of_the_latest_row(segments: Segments) -> None:
    wanted = [segment[-1].age / DAY if segment else NAN for segment in segments]
    _same(_rows(segments).days_since_last(), wanted)


@on_any_segments
def test_given_is_missing_where_the_source_has_no_rows(segments: Segments) -> None:
    values = np.arange(len(segments), dtype=np.float64) / 2
    wanted = [n * 0.5 if segment else NAN for n, segment in enumerate(segments)]
    _same(given(_rows(segments), values), wanted)


@on_any_segments
def test_longest_gap_reaches_from_the_first_row_in_the_window_to_the_application(
    segments: Segments,
) -> None:
    for days in (1, 30, 180, 730):
        moments = [[min(row.age, days * DAY) for row in each] + [0] for each in segments]
        gaps = [[older - newer for older, newer in pairwise(ages)] for ages in moments]
        wanted = [max(each, default=NAN) / DAY for each in gaps]
        _same(_rows(segments).longest_gap(days), wanted)


def _up_to(days: int, row: Row) -> bool:
    return row.age <= days * DAY


def _above(days: int, row: Row) -> bool:
    return row.age > days * DAY


@on_any_segments
def test_last_and_before_part_the_rows_at_an_age_that_belongs_to_last(segments: Segments) -> None:
    for days in (0, 1, 30, 90, 400):
        _kept(_rows(segments).last(days), segments, partial(_up_to, days))
        _kept(_rows(segments).before(days), segments, partial(_above, days))


@on_any_segments
def test_where_keeps_one_category_or_several(segments: Segments) -> None:
    rows = _rows(segments)
    _kept(rows.where(kind="fee"), segments, lambda row: row.kind == "fee")
    _kept(rows.where(kind=("fee", "sale")), segments, lambda row: row.kind in ("fee", "sale"))
    _kept(rows.where(kind=()), segments, lambda _: False)
    _kept(rows.where(), segments, lambda _: True)


@on_any_segments
def test_known_keeps_the_rows_whose_column_is_not_missing(segments: Segments) -> None:
    rows = _rows(segments)
    _kept(rows.known("counterparty"), segments, lambda row: row.payer is not None)
    _kept(rows.known("balance_after"), segments, lambda row: row.balance is not None)


@on_any_segments
def test_keep_keeps_the_rows_where_it_is_true(segments: Segments) -> None:
    rows = _rows(segments)
    _kept(rows.keep(rows["amount"] > 3), segments, lambda row: row.amount > 3)


@on_any_segments
def test_newest_keeps_the_last_row_of_each_value_that_is_known(segments: Segments) -> None:
    newest = [
        [row for n, row in enumerate(s) if row.payer not in {later.payer for later in s[n + 1 :]}]
        for s in segments
    ]
    _kept(_rows(segments).newest("counterparty"), newest, lambda row: row.payer is not None)


@on_any_segments
def test_having_adds_a_column_and_leaves_the_rows_as_they_were(segments: Segments) -> None:
    rows = _rows(segments)
    more = rows.having(twice=rows["amount"] * 2)
    assert more["twice"].tolist() == [2 * row.amount for segment in segments for row in segment]
    assert all(np.array_equal(more[name], rows[name], equal_nan=True) for name in COLUMNS)
    with pytest.raises(KeyError):
        rows["twice"]
    kept = more.keep(more["twice"] > 6)
    assert kept["twice"].tolist() == (2 * kept["amount"]).tolist()


def test_having_replaces_a_column_of_the_same_name() -> None:
    rows = _rows(EXAMPLE)
    assert rows.having(amount=rows["amount"] + 1).sum("amount").tolist() == [
        sum(row.amount + 1 for row in segment) for segment in EXAMPLE
    ]


@on_any_segments
def test_by_gives_one_row_for_each_value_of_the_key_in_its_order(segments: Segments) -> None:
    rows = _rows(segments).known("counterparty")
    wanted = []
    for n, segment in enumerate(segments):
        ranked = sorted((r.payer, r.age, r.amount) for r in segment if r.payer is not None)
        for _, same in groupby(ranked, key=lambda one: one[0]):
            group = list(same)
            amount, oldest = sum(amount for *_, amount in group), group[-1][1] / DAY
            wanted.append((n, group[0][1], amount, len(group), oldest))
    found = rows.by(rows["counterparty"], "amount")
    assert found.n == len(segments)
    columns = (found.segment, found.age, found["amount"], found["rows"], found["since"])
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == wanted


@on_any_segments
def test_days_gives_one_row_for_each_day_with_rows_and_the_latest_day_last(
    segments: Segments,
) -> None:
    wanted = []
    for n, segment in enumerate(segments):
        for _, same in groupby(segment, key=lambda row: (row.age - 1) // DAY):
            day = list(same)
            wanted.append((n, day[-1].age, sum(row.amount for row in day), len(day)))
    found = _rows(segments).days()
    columns = (found.segment, found.age, found["amount"], found["rows"])
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == wanted


@on_any_segments
def test_concentration_is_the_sum_of_squared_shares(segments: Segments) -> None:
    positive = [[row._replace(amount=abs(row.amount)) for row in each] for each in segments]
    wanted = [
        sum(a * a for a in amounts) / sum(amounts) ** 2 if sum(amounts) else NAN
        for amounts in _amounts(positive)
    ]
    found = _rows(positive).concentration("amount")
    _same(found, wanted, rel=1e-12)
    assert not (found > 1).any()


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 10])
def test_concentration_of_equal_rows_is_one_over_their_number(rows: int) -> None:
    equal = [Row(n * DAY, 13) for n in range(rows, 0, -1)]
    _same(_rows([[], equal]).concentration("amount"), [NAN, 1 / rows], rel=1e-15)


@pytest.mark.parametrize("months", [1, 6, 12])
def test_months_puts_each_row_into_the_month_whose_far_end_it_reaches(months: int) -> None:
    @on_any_segments
    def every_sum_is_that_of_its_month(segments: Segments) -> None:
        found = _rows(segments).months("amount", months)
        assert found.shape == (len(segments), months)
        assert found.tolist() == [
            [
                sum(r.amount for r in segment if m * MONTH < r.age <= (m + 1) * MONTH)
                for m in range(months)
            ]
            for segment in segments
        ]

    every_sum_is_that_of_its_month()


@on_any_segments
def test_total_adds_in_the_order_of_the_rows(segments: Segments) -> None:
    # Tenths do not add up exactly, so another order of addition would show.
    values = _rows(segments)["amount"] * 0.1
    rows = _rows(segments)
    wanted = [0.0] * len(segments)
    for segment, value in zip(rows.segment.tolist(), values.tolist(), strict=True):
        wanted[segment] += value
    assert total(rows.segment, values, len(segments)).tolist() == wanted


def test_ratio_is_missing_where_the_bottom_is_not_above_zero() -> None:
    top = np.array([1.0, 1.0, 0.0, -3.0, 1.0, NAN, 2.0])
    bottom = np.array([2.0, 0.0, 0.0, 2.0, -1.0, 1.0, NAN])
    _same(ratio(top, bottom), [0.5, NAN, NAN, -1.5, NAN, NAN, NAN])


def test_ratio_spreads_a_column_over_a_grid() -> None:
    found = ratio(np.array([[2.0, 4.0], [6.0, 8.0]]), np.array([[2.0], [0.0]]))
    assert np.array_equal(found, [[1.0, 2.0], [NAN, NAN]], equal_nan=True)


def test_a_category_or_column_that_is_not_declared_is_refused() -> None:
    rows = _rows(EXAMPLE)
    with pytest.raises(ValueError, match="not in tuple"):
        rows.where(kind="dividend")
    with pytest.raises(KeyError, match="colour"):
        rows.where(colour="red")
    with pytest.raises(KeyError, match="colour"):
        rows["colour"]


@tried_on(st.sets(st.integers(0, 12)))
def test_places_that_stand_together_are_a_slice_and_take_the_same_rows(places: set[int]) -> None:
    ascending = np.array(sorted(places), dtype=np.int64)
    kept = together(ascending)
    assert np.arange(13)[kept].tolist() == sorted(places)
    whole = not places or max(places) - min(places) + 1 == len(places)
    assert isinstance(kept, slice) == whole


def test_a_window_of_one_application_is_a_view_of_its_rows() -> None:
    rows = _rows([EXAMPLE[2]])
    assert np.shares_memory(rows.last(60)["amount"], rows["amount"])


@on_any_segments
def test_several_amounts_are_summed_by_one_key(segments: Segments) -> None:
    rows = _rows(segments).having(twice=_rows(segments)["amount"] * 2)
    both = rows.by(rows["kind"], "amount", "twice")
    assert both["twice"].tolist() == (2 * both["amount"]).tolist()
    assert both["amount"].tolist() == rows.by(rows["kind"], "amount")["amount"].tolist()


def test_a_group_has_the_amounts_asked_for_and_no_other_column() -> None:
    rows = _rows(EXAMPLE)
    with pytest.raises(KeyError):
        rows.by(rows["kind"], "amount")["balance_after"]


def test_a_value_that_is_none_of_a_category_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"tuple\.index"):
        _rows(EXAMPLE).where(kind="tribute")
