"""Days in Batang, and instants as the records have them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

WIB: Final = timezone(timedelta(hours=7), "WIB")
"""The time of Batang; a product's dates are days there."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(when: datetime) -> int:
    """Return a time as microseconds since 1970 UTC."""
    return (when - EPOCH) // MICROSECOND


def wib(when: datetime) -> date:
    """Return the day that a time falls on in Batang."""
    return when.astimezone(WIB).date()
