"""Cases that a person is to look at, and how they come to be.

A decision that goes to a person opens a *review*. An applicant opens the others: an *objection*
asks for a person, a *correction* says that what is known of a source is wrong, an *erasure* asks
that all be erased, an *access* for what the file of their data does not give them.
`serving.applications.review` is what a partner's staff does with them.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from audit.days import WIB, midnight
from audit.decision import Decision
from audit.result import Kind
from features.errors import BadInput, Refused
from features.sources import SOURCES
from serving.access.callers import no_decision
from serving.applications import decisions
from serving.store import database
from serving.store.sealed import Seal, place, seal_beside, unseal_all
from serving.tables import CaseRow, DecisionRow
from serving.webhooks.outbox import tell

CaseKind = Literal["review", "objection", "correction", "erasure", "access"]
Outcome = Literal[
    "lend", "not_yet", "corrected", "more_data_needed", "erased", "kept", "given", "unknown"
]
Override = Literal["none", "high", "low"]

RESULT: Final = "result"
"""What a review and an objection are about; a correction is about a source."""

DATA: Final = "data"
"""What an erasure and an access are about."""

WORKING_DAYS: Final = 10
"""To answer a review or an objection (docs/decisions/0026)."""

BY_LAW: Final = timedelta(hours=72)
"""UU 27/2022: within 72 hours data are corrected, shown, and used no more (docs/decisions/0039)."""

WITHIN_LAW: Final = ("correction", "erasure", "access")
"""Cases that are answered `BY_LAW`."""

LONGEST: Final = 1000
"""Characters an applicant may write."""

OVERRIDES: Final[dict[tuple[str, str | None], Override]] = {
    ("eligible", "lend"): "none",
    ("not_yet", "not_yet"): "none",
    ("eligible", "not_yet"): "high",
    ("not_yet", "lend"): "low",
}
"""Recommended and answered → which side of the line the answer moved a case over."""


@dataclass(frozen=True)
class Case:
    """A case, and its answer once there is one. Times are UTC.

    Args:
        case_id: unique.
        decision_id: what it is about.
        partner_id: whose staff answers.
        kind: review, objection, correction, erasure or access.
        about: `RESULT`, `DATA`, or the source that is wrong.
        recommended: the decision's result.
        opened_at: when; due_at: until when it is to be answered.
        wrote: what the applicant wrote; None where they wrote nothing.
        first_seen_at: when staff first opened it; None when never.
        answered_at: when it was answered; None with all that follows while it is open.
        officer: who answered, by the partner's own name for them.
        outcome: what came of it.
        reason_code: why, one of `serving.applications.review.REASONS`.
        note: the answer in writing, which the applicant reads; None where there is none.
    """

    case_id: str
    decision_id: str
    partner_id: str
    kind: CaseKind
    about: str
    recommended: Kind
    opened_at: datetime
    due_at: datetime
    wrote: str | None
    first_seen_at: datetime | None
    answered_at: datetime | None
    officer: str | None
    outcome: Outcome | None
    reason_code: str | None
    note: str | None

    @property
    def override(self) -> Override | None:
        """Return ``high`` when an *eligible* was not lent to, ``low`` when a *not yet* was.

        None where nothing was recommended, as to a person, or nothing was said of lending.
        """
        return OVERRIDES.get((self.recommended, self.outcome))


NAMES: Final = tuple(field.name for field in fields(Case))
OPEN: Final = insert(CaseRow)
WRITTEN: Final = ("wrote", "note")
"""What is sealed of a case."""


def read(session: Session, rows: Iterable[CaseRow]) -> list[Case]:
    """Return cases as the database holds them; of an erased business nothing that was written.

    Raises as `serving.store.sealed.unseal`.
    """
    rows = list(rows)
    written = [(row, name) for row in rows for name in WRITTEN if getattr(row, name) is not None]
    opened = unseal_all(
        session,
        [
            Seal(row.partner_id, place("cases", name, row.case_id), getattr(row, name))
            for row, name in written
        ],
    )
    words: dict[str, dict[str, str | None]] = {row.case_id: {} for row in rows}
    for (row, name), text in zip(written, opened, strict=True):
        words[row.case_id][name] = None if text is None else text.decode()
    return [_case(row, words[row.case_id]) for row in rows]


def without_words(row: CaseRow) -> Case:
    """Return a case without what was written in it."""
    return _case(row, {})


def _case(row: CaseRow, words: dict[str, str | None]) -> Case:
    said: dict[str, Any] = {name: getattr(row, name) for name in NAMES}
    return Case(**{**said, **dict.fromkeys(WRITTEN), **words})


def review(session: Session, decision: Decision) -> str:
    """Open the case of a decision that goes to a person, and return its id.

    Args:
        session: in the transaction that keeps the decision.
        decision: that is kept.
    """
    said = _said(decision, "review", RESULT, decision.decided_at)
    session.connection().execute(OPEN, said)
    return str(said["case_id"])


def ask_for_person(engine: Engine, decision_id: str, wrote: str, now: datetime) -> Case:
    """Open an objection to a decision.

    Args:
        engine: the database.
        decision_id: the decision.
        wrote: what the applicant has to say, at most `LONGEST` characters, or nothing.
        now: the time, UTC.

    Raises:
        BadInput: too much is written (``too-long``).
        NotFound: no such decision (``no-decision``).
        Erased: its business is erased (``erased``).
        Refused: there is one, not answered yet (``case-open``).
    """
    return _open(engine, decision_id, ("objection", RESULT, _text(wrote) or None), now)


def say_wrong(engine: Engine, decision_id: str, source: str, wrote: str, now: datetime) -> Case:
    """Open a correction of what is known of a source; arguments and raises as `ask_for_person`.

    Raises:
        BadInput: also when there is no such source (``no-source``), or nothing is written of what
            is wrong (``says-nothing``).
    """
    if source not in SOURCES:
        hint = "Choose the source that the wrong data are from."
        raise _bad("another source", ", ".join(SOURCES), hint, "no-source", "source")
    text = _text(wrote)
    if not text:
        hint = "Write what is wrong, and what is right."
        raise _bad("nothing written", "what is wrong", hint, "says-nothing", "wrote")
    return _open(engine, decision_id, ("correction", source, text), now)


def ask_to_erase(engine: Engine, decision_id: str, wrote: str, now: datetime) -> Case:
    """Ask that all that is kept of the business be erased.

    Who answers *erased* erases it (`serving.applications.review`). Arguments and raises as
    `ask_for_person`.
    """
    return _open(engine, decision_id, ("erasure", DATA, _text(wrote) or None), now)


def ask_to_see(engine: Engine, decision_id: str, wrote: str, now: datetime) -> Case:
    """Ask for what a person has to give: data in another form, or who was told of them.

    Arguments and raises as `ask_for_person`.

    Raises:
        BadInput: also when nothing is written of what is asked for (``says-nothing``).
    """
    text = _text(wrote)
    if not text:
        hint = "Write what you would like to have. All that is kept here is in the file."
        raise _bad("nothing written", "what is asked for", hint, "says-nothing", "wrote")
    return _open(engine, decision_id, ("access", DATA, text), now)


def cases_of(engine: Engine, decision_id: str) -> list[Case]:
    """Return the cases of a decision, in the order they were opened."""
    of_decision = select(CaseRow).where(CaseRow.decision_id == decision_id)
    with database.session(engine) as session:
        rows = session.scalars(of_decision.order_by(CaseRow.opened_at, CaseRow.case_id))
        return read(session, rows)


def due(kind: CaseKind, opened_at: datetime) -> datetime:
    """Return until when a case is to be answered, UTC.

    What the law gives its time is due `BY_LAW`, weekend or not; the others by the end of their last
    working day, WIB: Saturdays, Sundays, public holidays of Indonesia and the days given off with
    them do not count.
    """
    if kind in WITHIN_LAW:
        return opened_at + BY_LAW
    return midnight(_last_day(opened_at.astimezone(WIB).date()) + timedelta(days=1))


@functools.lru_cache
def _last_day(opened: date) -> date:
    """Return the day by whose end what is opened on a day is due; a year's holidays take long."""
    import holidays

    off = holidays.country_holidays("ID", categories=("public", "government"))
    return off.get_nth_working_day(opened, WORKING_DAYS)


def _open(
    engine: Engine, decision_id: str, said: tuple[CaseKind, str, str | None], now: datetime
) -> Case:
    try:
        with database.writing(engine) as session:  # so that nobody is erased in between
            kept = session.get(DecisionRow, decision_id)
            if kept is None:
                raise no_decision()
            kind, about, wrote = said
            row = CaseRow(**_said(decisions.read(session, kept), kind, about, now))
            if wrote is not None:
                its = (kept.partner_id, place("cases", "wrote", row.case_id))
                row.wrote = seal_beside(session, *its, wrote.encode(), kept.sealed)
            session.add(row)
            session.flush()
            tell(session, kept.partner_id, "case.opened", {"case_id": row.case_id}, now)
            (case,) = read(session, [row])
            return case
    except IntegrityError as error:
        raise Refused(
            found="the same asked before, and not answered yet",
            expected="one question at a time",
            hint="Wait for the answer; it is due on the day that is shown.",
            code="case-open",
        ) from error


def _said(decision: Decision, kind: CaseKind, about: str, now: datetime) -> dict[str, Any]:
    return {
        "case_id": str(uuid.uuid4()),
        "decision_id": decision.decision_id,
        "partner_id": decision.partner_id,
        "kind": kind,
        "about": about,
        "recommended": decision.result.kind,
        "opened_at": now,
        "due_at": due(kind, now),
    }


def _text(wrote: str) -> str:
    """Return what was written, as databases take it: no NUL, no space around it."""
    text = wrote.replace("\0", "").strip()
    if len(text) > LONGEST:
        found = f"{len(text)} characters"
        hint = "Say the most important; an officer can ask for the rest."
        raise _bad(found, f"at most {LONGEST}", hint, "too-long", "wrote")
    return text


def _bad(found: str, expected: str, hint: str, code: str, where: str) -> BadInput:
    return BadInput(found=found, expected=expected, hint=hint, code=code, where=where)
