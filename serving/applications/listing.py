"""A partner's decisions as a list: which there are, and what each says in a word.

Nothing sealed is opened for it: what decisions are found by stands beside what is sealed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from sqlalchemy import ColumnElement, Engine, select

from audit.decision import Scorer
from audit.result import Kind
from serving.store import database
from serving.store.cursors import Order, Page
from serving.tables import DecisionRow

Grade = Literal["A", "B", "C", "D", "E", "F"]

PAGE: Final = 100
"""Decisions on one page."""

NEWEST: Final = Order((DecisionRow.decided_at, DecisionRow.decision_id), newest_first=True)


@dataclass(frozen=True)
class Wanted:
    """Which decisions; whatever is None does not matter.

    Args:
        result: what they say.
        grade: of the risk.
        scorer: what scored.
        business_id: about which business.
        application_id: on which application.
        since, before: decided at or after the one and before the other, UTC.
    """

    result: Kind | None = None
    grade: Grade | None = None
    scorer: Scorer | None = None
    business_id: str | None = None
    application_id: str | None = None
    since: datetime | None = None
    before: datetime | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Yield what is asked of a row."""
        for name in ("result", "grade", "scorer", "business_id", "application_id"):
            if getattr(self, name) is not None:
                yield getattr(DecisionRow, name) == getattr(self, name)
        if self.since is not None:
            yield DecisionRow.decided_at >= self.since
        if self.before is not None:
            yield DecisionRow.decided_at < self.before


@dataclass(frozen=True)
class Summary:
    """A decision in short; result, grade and scorer are None where they are not known any more."""

    decision_id: str
    application_id: str
    business_id: str
    decided_at: datetime
    result: Kind | None
    grade: Grade | None
    scorer: Scorer | None


def listed(engine: Engine, partner_id: str, wanted: Wanted, cursor: str | None) -> Page[Summary]:
    """Return a page of a partner's decisions, the newest first.

    Raises:
        BadInput: no page gave such a cursor (``bad-cursor``).
    """
    asked = select(DecisionRow).where(DecisionRow.partner_id == partner_id, *wanted.conditions())
    with database.session(engine) as session:
        page = NEWEST.page(session, asked, cursor, PAGE)
        return Page([_read(row) for row in page.rows], page.next_cursor)


def _read(row: DecisionRow) -> Summary:
    return Summary(
        decision_id=row.decision_id,
        application_id=row.application_id,
        business_id=row.business_id,
        decided_at=row.decided_at,
        result=cast("Kind | None", row.result),
        grade=cast("Grade | None", row.grade),
        scorer=cast("Scorer | None", row.scorer),
    )
