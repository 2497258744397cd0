"""Periods of editions: whole months, none over another, so that no two can be subtracted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from audit.days import midnight
from features.errors import Refused

Length = Literal["month", "quarter", "half_year", "year"]
"""How long a period is."""

MONTHS: Final[dict[Length, int]] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}

BY_MARK: Final[dict[str, Length]] = {"": "month", "Q": "quarter", "H": "half_year"}
"""What stands before the number in the name of a period → its length; a year has no number."""

DECEMBER: Final = 12


@dataclass(frozen=True, order=True)
class Period:
    """Days in Batang, both of them within: the first of a month, and the last of one."""

    first: date
    last: date

    @property
    def name(self) -> str:
        """Return what the period is called: ``2026-09``, ``2026-Q3``, ``2026-H2`` or ``2026``."""
        months = self.last.month - self.first.month + 1
        part = (self.first.month - 1) // months + 1
        year = f"{self.first.year}"
        return {1: f"{year}-{part:02}", 3: f"{year}-Q{part}", 6: f"{year}-H{part}"}.get(
            months, year
        )

    @property
    def since(self) -> datetime:
        """Return when it begins, UTC."""
        return midnight(self.first)

    @property
    def until(self) -> datetime:
        """Return when it is over, UTC; that moment is in it no more."""
        return midnight(self.last + timedelta(days=1))


def named(name: str) -> Period:
    """Return the period of a name; raises ValueError where it is none."""
    year, _, part = name.partition("-")
    mark = part[:1] if part[:1] in ("Q", "H") else ""
    length: Length = "year" if not part else BY_MARK[mark]
    number = int(part.removeprefix(mark)) if part else 1
    return containing(length, date(int(year), (number - 1) * MONTHS[length] + 1, 1))


def containing(length: Length, day: date) -> Period:
    """Return the period of a length that a day is in."""
    months = MONTHS[length]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    month = first.month + months - 1
    after = date(first.year + month // DECEMBER, month % DECEMBER + 1, 1)
    return Period(first, after - timedelta(days=1))


def due(length: Length, day: date, made: Collection[Period]) -> list[Period]:
    """Return the periods that are over and of which there is no edition, the oldest first.

    Those since the last edition; before the first one only the newest.

    Args:
        length: of each.
        day: today.
        made: the periods of the editions there are.

    Raises:
        Refused: one would lie over one that is made: the length was changed within it
            (``edition-overlap``).
    """
    one = _before(length, containing(length, day))
    if not made:
        return [one]
    newest = max(one.last for one in made)
    found: list[Period] = []
    while one.last > newest:
        found.insert(0, one)
        one = _before(length, one)
    if found and found[0].first <= newest:
        raise overlap(f"the period {found[0].name}, which begins before {newest} is over")
    return found


def overlap(found: str) -> Refused:
    """Return the error of a period that lies over one that is made."""
    return Refused(
        found=found,
        expected="periods of which none lies over another",
        hint="Set LUMBUNG_EDITIONS back, or to a length that begins where the last one ended.",
        code="edition-overlap",
    )


def _before(length: Length, one: Period) -> Period:
    return containing(length, one.first - timedelta(days=1))
