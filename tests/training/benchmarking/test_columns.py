"""One column as numbers: times, texts, and what a value written on a command line equals."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest

from training.benchmarking.columns import equals, instants, numbers


def test_instants_are_those_of_dates_and_of_whole_years() -> None:
    second = 1_000_000
    assert instants(pl.Series([date(1970, 1, 2), None])).to_list() == [86_400 * second, None]
    assert instants(pl.Series([1971.0, None, 1.5, 7.0])).to_list() == [
        365 * 86_400 * second,
        *[None] * 3,
    ]
    assert instants(pl.Series(["1971", "x"])).to_list() == [365 * 86_400 * second, None]


def test_an_instant_with_a_zone_is_that_of_utc() -> None:
    noon = datetime(2020, 5, 1, 12, tzinfo=UTC)
    zoned = pl.Series([noon]).dt.convert_time_zone("Asia/Jakarta")
    assert instants(zoned).to_list() == [int(noon.timestamp()) * 1_000_000]


@pytest.mark.parametrize(
    ("values", "written", "expected"),
    [
        ([1, 0, None], "1", [True, False, None]),
        ([1.5, 1.0], "1", [False, True]),
        ([1, 2], "one", [False, False]),
        (["1.0", "1"], "1", [False, True]),
        ([True, False], "true", [True, False]),
    ],
)
def test_a_value_equals_what_is_written_as_a_number_or_as_a_text(
    values: list[object], written: str, expected: list[bool | None]
) -> None:
    assert equals(pl.Series(values), written).to_list() == expected


def test_texts_are_numbered_by_name_and_infinite_numbers_are_missing() -> None:
    codes, names = numbers(pl.Series(["b", None, "a", "b"]), categorical=False)
    np.testing.assert_array_equal(codes, [1, np.nan, 0, 1])
    assert names == ("a", "b")
    values, none = numbers(pl.Series([1.0, np.inf, None]), categorical=False)
    np.testing.assert_array_equal(values, [1, np.nan, np.nan])
    assert none == ()
