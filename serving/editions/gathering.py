"""From the database to numbers: what was decided in a period, by all lenders, and what came of it.

Some hundreds of decisions are opened at a time, and of each only numbers are held. Who is erased is
left out, and counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from audit.gathered import Gathered
from serving.applications import decisions, lenders, repayments
from serving.applications.cases import Case, without_words
from serving.applications.ended import ended
from serving.business.records import Whose
from serving.editions.columns import Columns
from serving.editions.opened import KEPT, Opened
from serving.lending import reached
from serving.protected import kept as protected
from serving.rights.erasing import MARK
from serving.store import database
from serving.tables import CaseRow, DecisionRow, LenderAnswerRow, RepaymentRow, ShadowScore

AT_ONCE: Final = 500
"""Decisions opened at a time."""

THERE: Final = DecisionRow.business_id.not_like(f"{MARK}%")
"""Whether nobody is erased."""

Step = Callable[[str, int, int], object]
"""Is told what is being done, how much is, and of how much."""


def gather(
    engine: Engine, since: datetime, until: datetime, step: Step = lambda *_: None
) -> Gathered:
    """Return what was decided, answered and found out in a period, by whichever lender.

    Args:
        engine: the database, unlocked (`serving.store.sealed.unlock`).
        since: when the period begins, UTC.
        until: when it is over, UTC; what happens then is of the next.
        step: is told how many decisions are read, and of how many.
    """
    made = Columns(since)
    with database.snapshot(engine) as session:
        reading = _Reading(session, since, until)
        wanted = session.scalars(reading.wanted()).all()
        for start in range(0, len(wanted), AT_ONCE):
            opened = reading.opened(wanted[start : start + AT_ONCE])
            made.add([one for one in opened if one.happened(since)])
            step("decisions", min(start + AT_ONCE, len(wanted)), len(wanted))
        return made.gathered(until, session.scalar(reading.erased()) or 0)


@dataclass
class _Reading:
    """What is read in one go, of a period."""

    session: Session
    since: datetime
    until: datetime
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    """Partner and business → the number of the business."""

    def erased(self) -> Select[int]:
        """Count the decisions of the period on businesses that are erased."""
        return select(func.count()).where(self._in(DecisionRow.decided_at), ~THERE)

    def wanted(self) -> Select[str]:
        """Select the decisions of which something may have happened, as they were made."""
        told = [
            select(RepaymentRow.decision_id).where(self._in(RepaymentRow.reported_at)),
            select(CaseRow.decision_id).where(self._in(CaseRow.answered_at)),
            select(LenderAnswerRow.decision_id).where(self._in(LenderAnswerRow.reported_at)),
        ]
        followed = [DecisionRow.decision_id.in_(ids) for ids in told]
        before = DecisionRow.decided_at < self.until
        asked = select(DecisionRow.decision_id).where(
            THERE, before, or_(DecisionRow.decided_at >= self.since, *followed)
        )
        return asked.order_by(DecisionRow.decided_at, DecisionRow.decision_id)

    def opened(self, ids: Sequence[str]) -> Iterator[Opened]:
        """Yield some decisions, with what followed upon each before the period ended."""
        its = select(DecisionRow).where(DecisionRow.decision_id.in_(ids))
        order = (DecisionRow.decided_at, DecisionRow.decision_id)
        rows = self.session.scalars(its.order_by(*order)).all()
        reports = repayments.known(self.session, ids, self.until)
        replies = lenders.known(self.session, ids, self.until)
        cases, shadows = self._cases(ids), self._shadows(ids)
        told = protected.of_all(self.session, {_whose(row) for row in rows})
        entered = reached.entered(self.session, ids, self.until)
        served = reached.served(self.session, ids, self.until)
        for row, said in zip(rows, decisions.records(self.session, rows), strict=True):
            if said is None:
                continue
            loan = reports.get(row.decision_id)
            yield Opened(
                row=row,
                kept=KEPT.validate_json(said),
                business=self._number(row),
                loan=None if loan is None else ended(loan),
                cases=cases[row.decision_id],
                replies=replies.get(row.decision_id, ()),
                shadow=shadows.get(row.decision_id),
                protected=told.get(_whose(row)),
                entered=row.decision_id in entered,
                served=row.decision_id in served,
            )
        self.session.expunge_all()

    def _in(self, at: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        return (at >= self.since) & (at < self.until)

    def _number(self, row: DecisionRow) -> int:
        return self.numbers.setdefault((row.partner_id, row.business_id), len(self.numbers))

    def _cases(self, ids: Sequence[str]) -> dict[str, list[Case]]:
        """Return the cases of decisions as they stood, without what was written in them."""
        asked = select(CaseRow).where(CaseRow.decision_id.in_(ids), CaseRow.opened_at < self.until)
        found: dict[str, list[Case]] = defaultdict(list)
        for row in self.session.scalars(asked.order_by(CaseRow.opened_at, CaseRow.case_id)):
            case = without_words(row)
            later = case.answered_at is not None and case.answered_at >= self.until
            found[case.decision_id].append(replace(case, answered_at=None) if later else case)
        return found

    def _shadows(self, ids: Sequence[str]) -> dict[str, ShadowScore]:
        asked = select(ShadowScore).where(ShadowScore.decision_id.in_(ids))
        return {one.decision_id: one for one in self.session.scalars(asked)}


def _whose(row: DecisionRow) -> Whose:
    return Whose(row.partner_id, row.business_id)
