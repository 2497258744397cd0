"""How late a thing was paid, or is by now, told from a loop over one thing at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.lateness import DAYS_LATE, judged, late
from features.rows import DAY, Rows
from features.sources import SOURCES

Owed = tuple[float | None, float | None]
"""When a thing is due, and when it was paid: days before the application, None when missing."""

_days = st.one_of(st.none(), st.sampled_from((-30.0, -1.0, 0.0, 1.0, 30.0)), st.floats(-90, 400))
_things = st.lists(st.tuples(_days, _days), max_size=12)


def rows(owed: Sequence[Owed]) -> Rows:
    """Return things owed, two to an application."""
    columns = np.array([[math.nan if v is None else v for v in one] for one in owed], dtype=float)
    due_at, paid_at = columns.reshape(len(owed), 2).T
    named = {
        "segment": np.arange(len(owed)) // 2,
        "age": np.full(len(owed), 500 * DAY),
        "due_at": due_at,
        "paid_at": paid_at,
    }
    return Rows(SOURCES["bills"], len(owed), len(owed), named)


def days_late(due: float | None, paid: float | None) -> float | None:
    """Return how late a thing was paid or is by now; None when it cannot be judged yet."""
    if due is None:
        return None
    if paid is None:
        return due if due > 0 else None
    return max(0.0, due - paid)


@given(_things)
def test_what_was_paid_or_has_fallen_due_is_judged_by_the_days_that_passed(
    owed: list[Owed],
) -> None:
    found = judged(rows(owed))
    wanted = [(n // 2, days) for n, one in enumerate(owed) if (days := days_late(*one)) is not None]
    assert list(zip(found.segment.tolist(), found[DAYS_LATE].tolist(), strict=True)) == wanted


@given(_things)
def test_late_is_what_is_judged_and_above_zero(owed: list[Owed]) -> None:
    found = late(rows(owed))
    wanted = [(n // 2, days) for n, one in enumerate(owed) if (days := days_late(*one))]
    assert list(zip(found.segment.tolist(), found[DAYS_LATE].tolist(), strict=True)) == wanted


@pytest.mark.parametrize(
    ("due", "paid", "days"),
    [
        (10.0, 12.0, [0.0]),
        (10.0, 10.0, [0.0]),
        (10.0, 7.5, [2.5]),
        (10.0, None, [10.0]),
        (0.0, None, []),
        (-5.0, None, []),
        (-5.0, 3.0, [0.0]),
        (None, 3.0, []),
        (None, None, []),
    ],
)
def test_a_thing_is_late_by(due: float | None, paid: float | None, days: list[float]) -> None:
    assert judged(rows([(due, paid)]))[DAYS_LATE].tolist() == days
