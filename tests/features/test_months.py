"""Months on record, and what their sums say, told from loops over one application at a time."""

from __future__ import annotations

import math
import statistics
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.months import average, median, monthly, months_covered, variation
from features.rows import DAY, MONTH, Floats, Rows
from features.sources import PAYMENTS

NAN = math.nan

Segment = list[tuple[int, int]]
"""The age and the amount of each row of an application, the oldest first."""

_ages = st.one_of(
    st.integers(1, 800 * DAY),
    st.builds(lambda months, shift: months * MONTH + shift, st.integers(1, 24), st.integers(-1, 1)),
)
_segments = st.lists(
    st.lists(st.tuples(_ages, st.integers(0, 50)), max_size=8).map(
        lambda s: sorted(s, reverse=True)
    ),
    max_size=5,
)
_grids = st.integers(0, 5).flatmap(
    lambda n: st.lists(
        st.lists(st.none() | st.integers(-20, 20), min_size=6, max_size=6), min_size=n, max_size=n
    )
)


def rows(segments: list[Segment]) -> Rows:
    """Return the rows of applications."""
    flat = [row for segment in segments for row in segment]
    columns: dict[str, Any] = {
        "segment": np.repeat(np.arange(len(segments)), [len(segment) for segment in segments]),
        "age": np.array([age for age, _ in flat], dtype=np.int64),
        "amount": np.array([amount for _, amount in flat], dtype=np.float64),
    }
    return Rows(PAYMENTS, len(segments), len(flat), columns)


def on_record(segment: Segment, months: int) -> int:
    """Return how many of the last months are on record."""
    return min(months, max(1, segment[0][0] // MONTH)) if segment else 0


def grid(values: list[list[int | None]]) -> Floats:
    """Return sums of six months, NaN where None."""
    filled = [[NAN if value is None else value for value in row] for row in values]
    return np.array(filled, dtype=np.float64).reshape(len(values), 6)


def same(found: Floats, wanted: list[float]) -> None:
    """Assert that values are those wanted, NaN for NaN."""
    assert found.tolist() == pytest.approx(wanted, rel=1e-12, abs=1e-12, nan_ok=True)


@given(_segments, st.integers(0, 30))
def test_monthly_sums_some_rows_over_the_months_that_all_rows_put_on_record(
    segments: list[Segment], least: int
) -> None:
    source = rows(segments)
    found = monthly(source.keep(source["amount"] >= least), source, 6)
    for place, segment in enumerate(segments):
        for month in range(6):
            inside = [a for age, a in segment if month * MONTH < age <= (month + 1) * MONTH]
            recorded = month < on_record(segment, 6)
            wanted = sum(a for a in inside if a >= least) if recorded else NAN
            assert found[place, month] == pytest.approx(wanted, nan_ok=True)


@given(_segments)
def test_months_covered_reach_back_to_the_first_row_from_one_to_the_most(
    segments: list[Segment],
) -> None:
    wanted = [min(6.0, max(1.0, s[0][0] / MONTH)) if s else NAN for s in segments]
    same(months_covered(rows(segments), 6), wanted)


@given(_grids)
def test_the_median_the_mean_and_the_variation_leave_missing_months_out(
    values: list[list[int | None]],
) -> None:
    told = [[value for value in row if value is not None] for row in values]
    same(median(grid(values)), [statistics.median(row) if row else NAN for row in told])
    same(average(grid(values)), [statistics.mean(r) if len(r) >= 3 else NAN for r in told])
    wanted = [_variation(r) if len(r) >= 3 else NAN for r in told]
    same(variation(grid(values)), wanted)
    same(variation(grid(values), 2 * grid(values)), [value / 2 for value in wanted])


def _variation(values: list[int]) -> float:
    mean = statistics.mean(values)
    return statistics.pstdev(values) / mean if mean > 0 else NAN


@pytest.mark.parametrize(
    ("oldest", "months"),
    [(1, 1), (MONTH - 1, 1), (2 * MONTH - 1, 1), (2 * MONTH, 2), (9 * MONTH, 6)],
)
def test_a_month_is_on_record_when_the_first_row_lies_at_its_far_end(
    oldest: int, months: int
) -> None:
    source = rows([[(oldest, 5)]])
    assert np.count_nonzero(~np.isnan(monthly(source, source, 6))) == months
