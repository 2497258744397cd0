"""Times read all at once are what they are one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pydantic_core
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.reading.times import FEW, at_once, plain_times
from tests.serving.record_cases import micros

MANY = [datetime(2024, 2, 28, 23, 59, 59, 999_999, UTC) + timedelta(minutes=n) for n in range(90)]
ODD = [
    *("2024-02-30T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-01T24:00:00Z"),
    *("2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z", "2124-01-01T00:00:00Z"),
    *("2024-01-01t00:00:00Z", "2024-01-01T00:00:0\uff10Z", "2024-01-01T00:00:0 Z"),
    *("2024-01-01T00:00:00z", "1899-12-31T23:59:59Z", "2024-01-01T00:00:00", ""),
]
"""Each is no plain time; most have the length of one."""


def instants(times: list[Any], *, missing: bool = False) -> Any:
    """Return what the schema reads of times, or None where it refuses them."""
    try:
        return pydantic_core.SchemaValidator(plain_times(missing=missing)).validate_python(times)
    except pydantic_core.ValidationError:
        return None


@settings(deadline=None, max_examples=60)
@given(
    seconds=st.lists(st.integers(-(2**31), 4_102_200_000), min_size=1, max_size=9),
    zone=st.integers(-1439, 1439),
    between=st.sampled_from("T "),
    spec=st.sampled_from(["auto", "seconds", "milliseconds", "microseconds"]),
)
def test_times_written_alike_are_read_at_once_as_python_reads_them(
    seconds: list[int], zone: int, between: str, spec: str
) -> None:
    there = timezone(timedelta(minutes=zone))
    times = [
        datetime.fromtimestamp(at, there) + timedelta(microseconds=at % 3 * 1_001) for at in seconds
    ]
    written = [time.isoformat(between, spec) for time in times]
    assert at_once(written) == [micros(datetime.fromisoformat(text)) for text in written]


def test_some_have_a_fraction_of_a_second_and_some_none_and_some_are_missing() -> None:
    times = [MANY[0], None, MANY[1].replace(microsecond=0), MANY[2]]
    written = [time and time.isoformat() for time in times]
    assert at_once(written) == [time and micros(time) for time in times]


def test_what_is_finer_than_a_microsecond_is_cut_off() -> None:
    written = ["1969-12-31T23:59:59.123456789Z", "1970-01-01T00:00:00.999999999Z"]
    assert at_once(written) == [-876_544, 999_999]


@pytest.mark.parametrize("odd", ODD)
def test_one_that_is_not_plain_leaves_none_read_at_once_wherever_it_stands(odd: str) -> None:
    plain = "2024-01-01T00:00:00Z"
    for times in ([odd], [plain, odd], [odd, plain]):
        assert at_once(times) is None


@pytest.mark.parametrize("odd", [7, None, *ODD])
def test_many_times_are_refused_for_what_few_are_refused_for(odd: object) -> None:
    many = [time.isoformat() for time in MANY]
    assert len(many) > FEW > 3
    assert instants([*many, odd]) is instants([*many[:3], odd]) is None
    assert instants(many) == [micros(time) for time in MANY]


def test_many_may_be_missing_only_where_few_may() -> None:
    many = [*(time.isoformat() for time in MANY), None]
    assert instants(many, missing=True) == [*map(micros, MANY), None]
    assert instants([None] * (FEW + 1), missing=True) == [None] * (FEW + 1)
    assert instants(many) is None
