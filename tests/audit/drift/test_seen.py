"""The same season a year before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from audit.days import WIB
from audit.drift.seen import same_season
from features.errors import BadInput


def test_ramadan_is_held_against_ramadan() -> None:
    """1 Ramadan was 11 March 2024 and 1 March 2025 by Umm al-Qura, and Idulfitri 30 days later."""
    first, after = (datetime(2025, 3, day, tzinfo=WIB) for day in (1, 30))
    since, until = same_season(first, after)
    assert since.astimezone(WIB).date().isoformat() == "2024-03-11"
    assert timedelta(0) <= until - since - (after - first) <= timedelta(days=1)


def test_a_time_without_a_hijri_calendar_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        same_season(datetime(2090, 1, 1, tzinfo=WIB), datetime(2090, 4, 1, tzinfo=WIB))
    assert caught.value.code == "no-hijri-year"
