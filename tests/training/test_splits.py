"""Out of time: nothing fitted on is as late as anything tested on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import NAMES
from features.errors import BadInput
from tests.conftest import table_of
from tests.training.cases import FIRST_TESTED, LOANS, refused
from training.splits import LAST_SHARE, forward_folds, out_of_time, stretches
from training.table import TrainingTable, instant

DAY = 86_400_000_000
START = 20_000 * DAY


def daily(bad: list[int], hours: int = 0) -> TrainingTable:
    """Return one application per day, from day 20,000 on, so many hours after midnight UTC."""
    n = len(bad)
    as_of = START + np.arange(n, dtype=np.int64) * DAY + hours * 3_600_000_000
    return table_of(np.zeros((n, len(NAMES))), np.array(bad), as_of=as_of)


def parted(
    table: TrainingTable, test_from: date | None = None
) -> tuple[TrainingTable, TrainingTable]:
    split = out_of_time(table, test_from)
    return split.fit, split.later


def test_the_first_day_tested_on_begins_at_midnight_utc() -> None:
    bound = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=20_005)).date()
    fit, test = parted(daily([0, 1] * 5), bound)
    assert fit.application_ids.tolist() == [f"a{i:03}" for i in range(5)]
    assert test.application_ids.tolist() == [f"a{i:03}" for i in range(5, 10)]
    fit, test = parted(daily([0, 1] * 5, hours=23), bound)
    assert (fit.bad.size, test.bad.size) == (5, 5)


def test_without_a_date_the_latest_three_tenths_are_tested_on() -> None:
    fit, test = parted(daily([0, 1] * 50))
    assert pytest.approx(0.3) == LAST_SHARE
    assert (fit.bad.size, test.bad.size) == (70, 30)
    assert fit.as_of.max() < test.as_of.min()


def test_applications_of_one_instant_are_never_parted() -> None:
    table = daily([0, 1] * 50)
    same = np.repeat(table.as_of[::10], 10)
    tied = replace(table, as_of=same)
    fit, test = parted(tied)
    assert fit.as_of.max() < test.as_of.min()
    assert fit.bad.size + test.bad.size == 100


def test_the_small_data_set_is_parted_by_its_date(small_table: TrainingTable) -> None:
    fit, test = parted(small_table, FIRST_TESTED)
    assert fit.bad.size + test.bad.size == LOANS
    assert instant(int(fit.as_of.max())).date() < FIRST_TESTED
    assert instant(int(test.as_of.min())).date() == FIRST_TESTED


@pytest.mark.parametrize(
    ("bad", "test_from"),
    [
        ([0, 1, 0, 1, 0, 0], date(2024, 10, 8)),
        ([0, 0, 0, 0, 0, 1], date(2024, 10, 8)),
        ([0, 1, 0, 1, 1, 1], date(2024, 10, 8)),
        ([0, 1, 0, 1, 0, 1], date(1999, 1, 1)),
        ([0, 1, 0, 1, 0, 1], date(2999, 1, 1)),
        ([1, 1, 0, 0, 0, 0], None),
    ],
)
def test_a_side_without_good_or_without_bad_loans_is_refused(
    bad: list[int], test_from: date | None
) -> None:
    with pytest.raises(BadInput, match="loans, ") as caught:
        out_of_time(daily(bad), test_from)
    refused(caught, "bad-split")


def of_businesses(businesses: list[str], bad: list[int]) -> TrainingTable:
    """Return one application per day, each of the business named."""
    return replace(daily(bad), businesses=np.array(businesses))


def test_later_loans_are_of_businesses_known_or_new() -> None:
    table = of_businesses([*"abca", *"aazcy"], [0, 1, 0, 0, 0, 1, 0, 1, 0])
    split = out_of_time(table, date(2024, 10, 8))
    assert "".join(split.fit.businesses) == "abca"
    assert "".join(split.later.businesses) == "aazcy"
    assert split.later_known.application_ids.tolist() == ["a004", "a005", "a007"]
    assert split.later_new.application_ids.tolist() == ["a006", "a008"]


def test_where_each_business_asks_once_no_later_one_is_known(small_table: TrainingTable) -> None:
    split = out_of_time(small_table, FIRST_TESTED)
    assert split.later_known.bad.size == 0
    assert split.later_new.application_ids.tolist() == split.later.application_ids.tolist()


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 30), st.booleans()), min_size=4, max_size=80
    ),
    n=st.integers(1, 5),
)
def test_folds_go_forward_in_time_and_share_no_business(
    rows: list[tuple[int, int, bool]], n: int
) -> None:
    rows.sort()
    table = replace(
        daily([int(bad) for *_, bad in rows]),
        as_of=np.array([START + day * DAY for day, *_ in rows]),
        businesses=np.array([f"b{business}" for _, business, _ in rows]),
    )
    try:
        folds = list(forward_folds(table, n))
    except BadInput as error:
        assert error.code == "bad-split"  # noqa: PT017  either it yields sound folds or refuses
        return
    assert len(folds) == n
    tested: list[str] = []
    for (earlier, later), (before, _) in zip(folds, [(folds[0][0], None), *folds], strict=False):
        assert earlier.as_of.max() < later.as_of.min()
        assert not {*earlier.businesses} & {*later.businesses}
        assert {*earlier.bad} == {*later.bad} == {0, 1}
        assert {*before.application_ids} <= {*earlier.application_ids}
        tested += later.application_ids.tolist()
        between = (table.as_of > earlier.as_of.max()) & (table.as_of <= later.as_of.max())
        others = table.part(between & ~np.isin(table.businesses, earlier.businesses))
        assert later.application_ids.tolist() == others.application_ids.tolist()
    assert len({*tested}) == len(tested)


def test_folds_hold_about_as_many_bad_loans_each() -> None:
    folds = list(forward_folds(daily([1, 0, 0, 0, 0] * 20), 4))
    assert [int(earlier.bad.sum()) for earlier, _ in folds] == [4, 8, 12, 16]
    assert [int(later.bad.sum()) for _, later in folds] == [4] * 4
    assert folds[-1][1].application_ids[-1] == "a099"


@pytest.mark.parametrize(
    ("businesses", "bad", "n"),
    [
        ([*"abcd"], [0, 1, 0, 1], 2),
        ([*"abcdef"], [0, 0, 0, 1, 1, 1], 1),
        ([*"aaaaaa"], [0, 1, 0, 1, 0, 1], 1),
    ],
)
def test_folds_without_both_outcomes_are_refused(
    businesses: list[str], bad: list[int], n: int
) -> None:
    with pytest.raises(BadInput, match="bad, ") as caught:
        list(forward_folds(of_businesses(businesses, bad), n))
    refused(caught, "bad-split")
    assert "folds" in caught.value.hint


def test_loans_of_one_time_lie_in_one_stretch_and_bad_loans_are_spread() -> None:
    bad = (np.random.default_rng(1).random(400) < 0.4).astype(int)
    table = table_of(np.zeros((400, 1)), bad, as_of=np.repeat(np.arange(40), 10))
    stretch = stretches(table, 5)
    for time in range(40):
        assert np.unique(stretch[table.as_of == time]).size == 1
    assert (np.diff(stretch) >= 0).all()
    counted = np.bincount(stretch[bad == 1])
    assert counted.size == 5
    assert counted.max() - counted.min() <= 2 * 10


def test_without_times_there_is_one_stretch() -> None:
    table = table_of(np.zeros((9, 1)), np.tile([0, 1, 0], 3), as_of=np.zeros(9, np.int64))
    assert not stretches(table, 5).any()
