"""The queue of cases that a partner's staff looks at and answers.

Each answer carries a coded reason. A case keeps what was recommended and when it was first
seen, so that a person who only ever follows the score, or never looks, shows. Who answers a
request for erasure with *erased* erases in the very same transaction: nobody is told so of data
that are still there.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, get_args

from sqlalchemy import ColumnElement, Engine, select, update
from sqlalchemy.orm import Session

from features.errors import BadInput, Refused
from serving.access.callers import NotFound
from serving.applications.cases import Case, Outcome, read, without_words
from serving.business.records import Whose
from serving.ledger.entering import enter
from serving.ledger.evidence import answered
from serving.rights.erasing import Lock, erase_within
from serving.store import database
from serving.store.cursors import Order
from serving.store.sealed import place, seal_beside
from serving.tables import CaseRow, DecisionRow
from serving.webhooks.outbox import tell

State = Literal["open", "answered"]

ReasonCode = Literal[
    "V01", "V02", "V03", "V04", "V05", "V06", "V07", "V08", "V09", "V10", "V11", "V12", "V13"
]
"""Why a case was answered as it was; the words are in ``[answers]`` of `serving.telling.words`."""

Answers = Mapping[Outcome, tuple[ReasonCode, ...]]
"""What may come of a case, and each of that for which reasons."""

JUDGED: Final[Answers] = dict.fromkeys(
    ("lend", "not_yet", "corrected", "more_data_needed"), get_args(ReasonCode)[:9]
)
ANSWERS: Final[Mapping[str, Answers]] = {
    "review": JUDGED,
    "objection": JUDGED,
    "correction": JUDGED,
    "erasure": {"erased": ("V10",), "kept": ("V11",), "unknown": ("V13",)},
    "access": {"given": ("V12",), "kept": ("V11",), "unknown": ("V13",)},
}
"""Kind of case → its answers."""

SAYS_WHICH: Final = ("kept",)
"""Outcomes whose note says which rule asks for them, and until when."""

PAGE: Final = 50
"""Cases on one page of the queue."""

FIRST_DUE: Final = Order((CaseRow.due_at, CaseRow.case_id))


@dataclass(frozen=True)
class Page:
    """Some cases, the first due first, and where to go on; None at the end."""

    cases: list[Case]
    next_cursor: str | None


@dataclass(frozen=True)
class Answer:
    """What an officer says to a case: what comes of it, why, who says so, and in writing."""

    outcome: Outcome
    reason_code: ReasonCode
    officer: str
    note: str | None


@dataclass(frozen=True)
class Summary:
    """How a partner's staff keeps up.

    Args:
        open: cases not answered; overdue: those of them whose time is over.
        answered: cases answered; unseen: those of them that nobody had opened before.
        hours_to_view: median from opening to first view; None where nothing was seen.
        hours_to_answer: median from opening to the answer; None where nothing was answered.
        judged: answers about lending where *eligible* or *not yet* was recommended.
        high_side: those of them that did not lend to an *eligible*.
        low_side: those that lent to a *not yet*.
        override_rate: both, of those judged, 0 … 1; None where none was.
    """

    open: int
    overdue: int
    answered: int
    unseen: int
    hours_to_view: float | None
    hours_to_answer: float | None
    judged: int
    high_side: int
    low_side: int
    override_rate: float | None


def queue(engine: Engine, partner_id: str, state: State, cursor: str | None = None) -> Page:
    """Return a page of a partner's cases; raises BadInput (``bad-cursor``)."""
    answered = CaseRow.answered_at.is_not(None)
    asked = select(CaseRow).where(
        CaseRow.partner_id == partner_id, answered if state == "answered" else ~answered
    )
    with database.session(engine) as session:
        page = FIRST_DUE.page(session, asked, cursor, PAGE)
        return Page(read(session, page.rows), page.next_cursor)


def find(engine: Engine, partner_id: str, case_id: str) -> Case:
    """Return a partner's case; raises NotFound (``no-case``)."""
    with database.session(engine) as session:
        (case,) = read(session, [_found(session, partner_id, case_id)])
        return case


def see(engine: Engine, partner_id: str, case_id: str, now: datetime) -> Case:
    """Return a partner's case, seen from now on if it was not before; raises as `find`."""
    unseen = (*_its(partner_id, case_id), CaseRow.first_seen_at.is_(None))
    with database.session(engine) as session, session.begin():
        session.execute(update(CaseRow).where(*unseen).values(first_seen_at=now))
    return find(engine, partner_id, case_id)


@dataclass(frozen=True)
class Erasing:
    """How an answer erases.

    Args:
        listed: the file of destroyed keys, outside the database.
        dispute_days: for so many days after it a decision is kept in any case, 0 for none.
    """

    listed: Path
    dispute_days: int = 0


def answer(
    engine: Engine, partner_id: str, case_id: str, said: Answer, now: datetime, how: Erasing
) -> Case:
    """Answer a partner's case, once; where the answer is *erased*, erase its business with it.

    Raises:
        BadInput: a case of this kind has no such answer (``other-answer``), or nothing is written
            of the rule by which data are kept (``says-nothing``).
        NotFound: as `find`.
        Refused: it is answered already (``case-answered``), or what is to be erased has to be kept
            still (``retention-lock``).
    """
    with database.writing(engine) as session:
        row = _found(session, partner_id, case_id)
        if row.answered_at is not None:
            raise _answered()
        _check(row, said)
        row.answered_at, row.officer = now, said.officer
        row.outcome, row.reason_code = said.outcome, said.reason_code
        if said.note is not None:
            its = (partner_id, place("cases", "note", case_id), said.note.encode())
            row.note = seal_beside(
                session, *its, session.get_one(DecisionRow, row.decision_id).sealed
            )
        session.flush()
        enter(session, "answer", *answered(row))
        tell(session, partner_id, "case.answered", {"case_id": case_id}, now)
        if said.outcome == "erased":
            _erase(session, row, now, how)
        (case,) = read(session, [row])
    if said.outcome == "erased":
        database.wipe(engine)
    return case


def summary(engine: Engine, partner_id: str, now: datetime) -> Summary:
    """Return how a partner's staff keeps up with its cases."""
    with database.session(engine) as session:
        rows = session.scalars(select(CaseRow).where(CaseRow.partner_id == partner_id))
        cases = [without_words(row) for row in rows]
    unanswered = [case for case in cases if case.answered_at is None]
    answered = [case for case in cases if case.answered_at is not None]
    sides = Counter(case.override for case in answered)
    judged = sides["none"] + sides["high"] + sides["low"]
    return Summary(
        open=len(unanswered),
        overdue=sum(case.due_at < now for case in unanswered),
        answered=len(answered),
        unseen=sum(case.first_seen_at is None for case in answered),
        hours_to_view=_median_hours((case.opened_at, case.first_seen_at) for case in cases),
        hours_to_answer=_median_hours((case.opened_at, case.answered_at) for case in cases),
        judged=judged,
        high_side=sides["high"],
        low_side=sides["low"],
        override_rate=(sides["high"] + sides["low"]) / judged if judged else None,
    )


def _median_hours(times: Iterable[tuple[datetime, datetime | None]]) -> float | None:
    hours = [(end - start).total_seconds() / 3600 for start, end in times if end is not None]
    return statistics.median(hours) if hours else None


def _found(session: Session, partner_id: str, case_id: str) -> CaseRow:
    its = (CaseRow.partner_id == partner_id, CaseRow.case_id == case_id)
    row = session.scalar(select(CaseRow).where(*its))
    if row is None:
        raise NotFound(
            found="no such case",
            expected="the id of a case of your own",
            hint="GET /v1/cases lists them.",
            code="no-case",
        )
    return row


def _check(row: CaseRow, said: Answer) -> None:
    """Refuse an answer that a case of its kind cannot have, or that does not say its rule."""
    answers = ANSWERS[row.kind]
    if said.reason_code not in answers.get(said.outcome, ()):
        raise BadInput(
            found=f"{said.outcome} for {said.reason_code}",
            expected="; ".join(f"{name} for {', '.join(why)}" for name, why in answers.items()),
            hint=f"Give an answer that a case of kind {row.kind} can have.",
            code="other-answer",
            where="outcome",
        )
    if said.outcome in SAYS_WHICH and not said.note:
        raise BadInput(
            found="nothing written",
            expected="which rule asks for it, and until when",
            hint="The person reads it: write what must be kept, by which rule, and how long.",
            code="says-nothing",
            where="note",
        )


def _erase(session: Session, row: CaseRow, now: datetime, how: Erasing) -> None:
    """Erase the business of a case; what was just answered in it stays, unreadable."""
    of = session.get_one(DecisionRow, row.decision_id)
    whose = Whose(of.partner_id, of.business_id)
    erase_within(session, how.listed, whose, now, Lock(how.dispute_days, asked_by_owner=True))


def _answered() -> Refused:
    return Refused(
        found="a case that is answered",
        expected="one that is open",
        hint="Read the answer there is; what is new about it needs a case of its own.",
        code="case-answered",
    )


def _its(partner_id: str, case_id: str) -> tuple[ColumnElement[bool], ...]:
    return (CaseRow.partner_id == partner_id, CaseRow.case_id == case_id)
