"""Times are read as the mapping says, and never by a guess."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.cases import utc
from tests.training.importing.exports import wib
from training.importing import times

JAKARTA = "Asia/Jakarta"


def read(
    value: object, form: str | None = None, zone: str = JAKARTA, kind: pl.DataType | None = None
) -> datetime | None:
    """Return what is made of one foreign value."""
    frame = pl.DataFrame({"raw": [value]}, schema=None if kind is None else {"raw": kind})
    made = times.instants(pl.col("raw"), frame.schema["raw"], form, zone)
    found: datetime | None = frame.select(made).to_series()[0]
    return found


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-03-01", wib("2025-03-01")),
        ("2025-3-1", wib("2025-03-01")),
        ("2025/03/01 10:15", wib("2025-03-01", "10:15:00")),
        ("2025-03-01T10:15:30", wib("2025-03-01", "10:15:30")),
        ("2025-03-01 10:15:30.25", wib("2025-03-01", "10:15:30.250")),
        ("2025-03-01T10:15:30Z", utc(2025, 3, 1, 10) + timedelta(minutes=15, seconds=30)),
        ("2025-03-01T10:15:30+07:00", wib("2025-03-01", "10:15:30")),
        ("2025-03-01 10:15-0500", utc(2025, 3, 1, 15) + timedelta(minutes=15)),
    ],
)
def test_without_a_format_texts_that_begin_with_the_year_are_read(
    text: str, instant: datetime
) -> None:
    assert read(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "01/03/2025",
        "3/1/2025",
        "01-03-2025",
        "25-03-01",
        "20250301",
        "1 Maret 2025",
        "2025-02-29",
        "2025-03-01 24:30",
        "2025-03-01 10",
        "2025-03-01 10:00 PM",
        "x2025-03-01",
        "",
        "T",
    ],
)
def test_without_a_format_no_other_text_is_read(text: str) -> None:
    assert read(text) is None


@given(
    st.lists(
        st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  Hypothesis wants bounds without a zone
        min_size=1,
    )
)
def test_times_of_many_forms_in_one_column_each_read_back(instants: list[datetime]) -> None:
    texts = [
        at.isoformat(sep=" " if i % 2 else "T", timespec="microseconds")
        for i, at in enumerate(instants)
    ]
    frame = pl.DataFrame({"raw": texts})
    made = frame.select(times.instants(pl.col("raw"), pl.String(), None, JAKARTA))
    assert made.to_series().to_list() == instants


@pytest.mark.parametrize(
    ("text", "form", "instant"),
    [
        ("01/03/2025", "%d/%m/%Y", wib("2025-03-01")),
        ("01/03/25 07:05", "%d/%m/%y %H:%M", wib("2025-03-01", "07:05:00")),
        ("250301", "%y%m%d", wib("2025-03-01")),
        ("01-03-2025 10:00 +0000", "%d-%m-%Y %H:%M %z", utc(2025, 3, 1, 10)),
        ("31/02/2025", "%d/%m/%Y", None),
        ("2025-03-01", "%d/%m/%Y", None),
        ("01/03/2025 trailing", "%d/%m/%Y", None),
    ],
)
def test_a_format_reads_what_fits_it_and_nothing_else(
    text: str, form: str, instant: datetime | None
) -> None:
    assert read(text, form) == instant


@pytest.mark.parametrize(
    ("value", "form", "instant"),
    [
        # 1 March 2025 is day 45717 of Excel, by its own date arithmetic
        (45717, "excel", wib("2025-03-01")),
        ("45717.75", "excel", wib("2025-03-01", "18:00:00")),
        (1_740_798_000, "unix", utc(2025, 3, 1, 3)),
        ("1740798000.5", "unix", utc(2025, 3, 1, 3) + timedelta(milliseconds=500)),
        (1_740_798_000_000, "unix_ms", utc(2025, 3, 1, 3)),
        (1_740_798_000, "unix_ms", None),
        (-1, "unix", None),
        ("soon", "unix", None),
        (float("nan"), "excel", None),
        (float("inf"), "unix", None),
        (1e300, "excel", None),
    ],
)
def test_numbers_are_times_in_the_unit_declared(
    value: object, form: str, instant: datetime | None
) -> None:
    assert read(value, form) == instant


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        (date(2025, 3, 1), wib("2025-03-01")),
        (datetime(2025, 3, 1, 10), wib("2025-03-01", "10:00:00")),  # noqa: DTZ001  the point
        (utc(2025, 3, 1, 10), utc(2025, 3, 1, 10)),
    ],
)
def test_values_that_are_times_need_no_format(value: object, instant: datetime) -> None:
    assert read(value) == instant


@given(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001  a clock's time
def test_a_time_of_a_zone_is_that_of_its_clocks_even_where_they_change(local: datetime) -> None:
    zone = ZoneInfo("Europe/Prague")
    text = local.strftime("%Y-%m-%d %H:%M:%S")
    first = local.replace(microsecond=0, tzinfo=zone)
    skipped = first.astimezone(UTC).astimezone(zone) != first
    expected = None if skipped else first.astimezone(UTC)
    assert read(text, zone="Europe/Prague") == expected


def test_an_hour_that_comes_twice_is_the_first_and_one_that_is_skipped_none() -> None:
    assert read("2025-10-26 02:30", zone="Europe/Prague") == utc(2025, 10, 26) + timedelta(
        minutes=30
    )
    assert read("2025-03-30 02:30", zone="Europe/Prague") is None


@pytest.mark.parametrize(
    ("instant", "zone", "last"),
    [
        (wib("2025-03-01"), JAKARTA, wib("2025-03-02")),
        (wib("2025-03-01", "23:59:59"), JAKARTA, wib("2025-03-02")),
        # the day on which clocks go forward has 23 hours
        (utc(2025, 3, 29, 23), "Europe/Prague", utc(2025, 3, 30, 22)),
    ],
)
def test_the_end_of_a_day_is_a_microsecond_before_the_next(
    instant: datetime, zone: str, last: datetime
) -> None:
    frame = pl.DataFrame({"at": [instant]})
    found = frame.select(times.end_of_day(pl.col("at"), zone)).to_series()[0]
    assert found == last - timedelta(microseconds=1)
