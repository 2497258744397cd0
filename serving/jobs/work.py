"""Work behind the answers: who does it, one step at a time, and who goes on where another died.

What is to be done is a row in the database (`serving.tables.Leased`). A worker leases it for each
step; where its lease is over, because its process died, any other takes the row and goes on.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from serving.tables import Leased

LEASE: Final = timedelta(minutes=2)
"""Some times as long as a step takes."""

Row = TypeVar("Row", bound=Leased)


class Work:
    """The worker of a process.

    Args:
        steps: each does one step of what is to be done, and returns whether there was any.
    """

    def __init__(self, steps: Sequence[Callable[[], bool]]) -> None:
        self._steps = steps
        self._ended = threading.Event()
        self._alone = threading.Lock()

    def run(self) -> None:
        """Do all there is, a step of each kind in turn; return when nothing is left, or at the end.

        One thread at a time; whoever comes meanwhile waits.
        """
        with self._alone:
            while not self._ended.is_set() and sum(step() for step in self._steps):
                pass

    def end(self) -> None:
        """Let no further step begin."""
        self._ended.set()


def named() -> str:
    """Return a name for a worker that no other has."""
    return str(uuid.uuid4())


def lease(session: Session, table: type[Row], by: str, now: datetime) -> Row | None:
    """Return a row that is to be worked on, leased; None where there is none.

    Of several the one that waited longest for a step comes first.

    Args:
        session: of `database.writing`.
        table: of which rows.
        by: the worker's name.
        now: the time, UTC.
    """
    asked = select(table).where(table.state.in_(["waiting", "running"]), _free(table, by, now))
    first = (table.leased_until.is_not(None), table.leased_until, table.made_at)
    row = session.scalar(asked.order_by(*first).limit(1))
    if row is not None:
        row.state, row.leased_by, row.leased_until = "running", by, now + LEASE
    return row


def waits(session: Session, table: type[Row], by: str, now: datetime) -> bool:
    """Return whether there is anything to lease, without leasing it."""
    asked = select(table.made_at).where(
        table.state.in_(["waiting", "running"]), _free(table, by, now)
    )
    return session.scalar(asked.limit(1)) is not None


def held(row: Leased | None, by: str) -> bool:
    """Return whether a row is still to be worked on, by this worker."""
    return row is not None and row.state == "running" and row.leased_by == by


def finish(row: Leased, state: str, now: datetime) -> None:
    """End the work on a row."""
    row.state, row.ended_at, row.leased_by, row.leased_until = state, now, None, None


def _free(table: type[Row], by: str, now: datetime) -> ColumnElement[bool]:
    return or_(table.leased_until.is_(None), table.leased_until < now, table.leased_by == by)
