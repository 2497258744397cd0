"""Days in Batang, and instants as the records have them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

WIB: Final = timezone(timedelta(hours=7), "WIB")
"""The time of Batang; a product's dates are days there."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BEGUN: Final = EPOCH.astimezone(WIB)
MICROSECOND: Final = timedelta(microseconds=1)

DAYS_A_YEAR: Final = 365


def microseconds(when: datetime) -> int:
    """Return a time as microseconds since 1970 UTC."""
    return (when - EPOCH) // MICROSECOND


def wib(when: datetime) -> date:
    """Return the day that a time falls on in Batang."""
    return when.astimezone(WIB).date()


def day_of(instant: int) -> date:
    """Return the day in Batang that holds an instant, microseconds since 1970 UTC."""
    return (_BEGUN + timedelta(microseconds=instant)).date()


def midnight(day: date) -> datetime:
    """Return when a day begins in Batang, UTC."""
    return datetime.combine(day, time(), WIB).astimezone(UTC)


def on_book(months: int) -> int:
    """Return how many days so many months on book are: twelfths of 365 days, rounded down."""
    return months * DAYS_A_YEAR // 12
