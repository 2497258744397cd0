"""Out of time: nothing fitted on is as late as anything tested on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from features.catalogue import NAMES
from features.errors import BadInput
from tests.conftest import table_of
from tests.training.cases import FIRST_TESTED, LOANS, refused
from training.splits import LAST_SHARE, out_of_time
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
