"""Long lists, page by page: a cursor names the last row of a page, and the next begins behind it.

So pages neither repeat nor skip a row when others are written meanwhile, however far the reader
has come. To callers a cursor is opaque.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine

from features.errors import BadInput
from serving.tables import Instant

Row = TypeVar("Row")
Keys = tuple[InstrumentedAttribute[Any], ...]
"""Columns that together name one row: times, whole numbers, ids. None of them is ever missing."""

ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
MOST: Final = 2**53
"""Of a number in a cursor."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and where to go on; None at the end."""

    rows: list[Row]
    next_cursor: str | None


@dataclass(frozen=True)
class Order:
    """In which order a list goes.

    Args:
        keys: by which, the first first.
        newest_first: downwards instead of upwards.
    """

    keys: Keys
    newest_first: bool = False

    def page(
        self, session: Session, asked: Select[Row], cursor: str | None, most: int
    ) -> Page[Row]:
        """Return the page behind a cursor, the first one behind None.

        Args:
            session: of the database.
            asked: which rows, in whatever order.
            cursor: `next_cursor` of the page before.
            most: rows on the page.

        Raises:
            BadInput: no page gave such a cursor (``bad-cursor``).
        """
        if cursor is not None:
            asked = asked.where(self._behind(cursor))
        by = [key.desc() if self.newest_first else key.asc() for key in self.keys]
        rows = session.scalars(asked.order_by(*by).limit(most + 1)).all()
        more = len(rows) > most
        return Page(list(rows[:most]), self._cursor(rows[most - 1]) if more else None)

    def _cursor(self, last: Row) -> str:
        return written([getattr(last, key.key) for key in self.keys])

    def _behind(self, cursor: str) -> ColumnElement[bool]:
        """Return the condition of lying behind a cursor's place."""
        place = _read(cursor, self.keys)
        bound = [literal(value, key.type) for value, key in zip(place, self.keys, strict=True)]
        here, there = tuple_(*self.keys), tuple_(*bound)
        return here < there if self.newest_first else here > there


def written(place: Sequence[datetime | int | str]) -> str:
    """Return the cursor of a place: the values that its keys have there."""
    plain = [one.isoformat() if isinstance(one, datetime) else one for one in place]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode()


def _read(cursor: str, keys: Keys) -> list[Any]:
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor))
        return [_value(one, key.type) for one, key in zip(place, keys, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BadInput(
            found="a cursor that leads nowhere",
            expected="next_cursor of the page before",
            hint="Leave it out to begin with the first page.",
            code="bad-cursor",
            where="cursor",
        ) from error


def _value(one: object, kind: TypeEngine[Any]) -> datetime | int | str:
    """Return a key's value; raises ValueError or TypeError where it is none."""
    if isinstance(kind, Integer):
        if type(one) is not int or not 0 <= one <= MOST:
            raise ValueError("no number")
        return one
    if not isinstance(one, str):
        raise TypeError("no text")
    if isinstance(kind, Instant):
        return datetime.fromisoformat(one).astimezone(UTC)
    if not ID.fullmatch(one):
        raise ValueError("no id")
    return one
