"""Entries: applications whose owners agreed to take part in a programme.

A lender enters a decision of its own that speaks for a loan: *eligible*, or one that an officer
answered with *lend*. The groups an owner belongs to are their own word, asked for the programme
alone: they are kept here, apart from the decision, and nothing that scores reads them.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from audit.decision import Decision
from features.errors import BadInput, Refused
from matching.allocation.programme import Programme
from serving.access.callers import Caller, NotFound, no_decision
from serving.applications import decisions
from serving.business import consents
from serving.store import database
from serving.store.sealed import Seal, place, seal_beside, unseal_all
from serving.tables import CaseRow, DecisionRow, EntryRow, WithdrawalRow

LENDING = ("lend", "not_yet")
"""Answers to a case that say something of lending."""


@dataclass(frozen=True)
class Entry:
    """An application that takes part in a programme.

    Args:
        entry_id: unique.
        programme_id: of the programme.
        decision_id: of the lender's own.
        agreed_at: when the owner agreed, UTC.
        groups: those of the programme that the owner says they belong to.
    """

    entry_id: str
    programme_id: str
    decision_id: str
    agreed_at: datetime
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Agreed:
    """What a lender says of an owner who agreed: to what, when, and of which groups they are."""

    decision_id: str
    agreed_at: datetime
    groups: tuple[str, ...]


def enter(engine: Engine, programme: Programme, agreed: Agreed, by: Caller, now: datetime) -> Entry:
    """Enter an application into a programme; a later entry of the business takes its place.

    Args:
        engine: the database.
        programme: in force now.
        agreed: what the lender says of the owner.
        by: who enters.
        now: the time, UTC.

    Raises:
        BadInput: the owner agreed in the future (``future-date``), or a group is none of the
            programme's (``no-group``).
        NotFound: no such decision of the lender's own (``no-decision``).
        Refused: the decision does not speak for a loan (``not-in-favour``), knows no risk
            (``risk-unknown``), the business withdrew its consent since (``consent-withdrawn``), or
            the owner left the programme after they agreed (``left-since``).
    """
    _check(programme, agreed, now)
    with database.session(engine) as session:
        row = session.get(DecisionRow, agreed.decision_id)
        if row is None or row.partner_id != by.partner_id:
            raise no_decision()
        decision, sealed = decisions.read(session, row), row.sealed
    _check_decision(engine, decision)
    _check_not_left(engine, programme.programme_id, decision, agreed)
    entry_id = str(uuid.uuid4())
    groups = json.dumps(sorted(set(agreed.groups))).encode()
    with database.session(engine) as session, session.begin():
        session.add(
            EntryRow(
                entry_id=entry_id,
                programme_id=programme.programme_id,
                partner_id=by.partner_id,
                business_id=decision.application.business_id,
                decision_id=decision.decision_id,
                agreed_at=agreed.agreed_at,
                groups=seal_beside(session, by.partner_id, _place(entry_id), groups, sealed),
                entered_at=now,
            )
        )
    return _entry(entry_id, programme.programme_id, agreed)


def leave(engine: Engine, programme_id: str, decision_id: str, by: Caller, now: datetime) -> None:
    """Let an application take no part any more, as its owner is free to.

    Allocations made before stay as they were. The business may be entered again.

    Raises:
        NotFound: the lender entered no such application, or it left already (``no-entry``).
    """
    its = (
        EntryRow.programme_id == programme_id,
        EntryRow.decision_id == decision_id,
        EntryRow.partner_id == by.partner_id,
        EntryRow.left_at.is_(None),
    )
    leaving = update(EntryRow).where(*its).values(left_at=now)
    with database.session(engine) as session, session.begin():
        if not session.connection().execute(leaving).rowcount:
            raise NotFound(
                found="no such entry",
                expected="a decision that you entered and that takes part",
                hint="The answer to POST /v1/programmes/{id}/entries carries its id.",
                code="no-entry",
            )


def standing(engine: Engine, programme_id: str) -> list[tuple[Entry, Decision]]:
    """Return what takes part in a programme: of each business of a lender the latest entry.

    Left out are those who left, those whose business withdrew its consent since the decision, and
    those whose decision an officer has answered with *not yet* since.
    """
    of = EntryRow.programme_id == programme_id
    latest = (
        select(EntryRow, DecisionRow)
        .join(DecisionRow)
        .where(of)
        .order_by(EntryRow.entered_at, EntryRow.entry_id)
    )
    answers = select(CaseRow.decision_id, CaseRow.outcome).where(
        CaseRow.outcome.in_(LENDING),
        CaseRow.decision_id.in_(select(EntryRow.decision_id).where(of)),
    )
    gone = select(
        WithdrawalRow.partner_id, WithdrawalRow.business_id, func.max(WithdrawalRow.at)
    ).group_by(WithdrawalRow.partner_id, WithdrawalRow.business_id)
    with database.session(engine) as session:
        latest_of = {
            (entry.partner_id, entry.business_id): (entry, row)
            for entry, row in session.execute(latest)
        }
        said = {
            row.decision_id: row.outcome
            for row in session.execute(answers.order_by(CaseRow.answered_at))
        }
        withdrawn = {(one, other): at for one, other, at in session.execute(gone)}
        found = _opened(session, [pair for pair in latest_of.values() if pair[0].left_at is None])
    return [
        (entry, decision)
        for entry, decision in found
        if _in_favour(decision, said.get(decision.decision_id))
        and not _withdrew(decision, withdrawn.get(_business(decision)))
    ]


def _opened(
    session: Session, pairs: list[tuple[EntryRow, DecisionRow]]
) -> list[tuple[Entry, Decision]]:
    """Return entries with their decisions, without those of erased businesses."""
    made = decisions.read_all(session, [row for _, row in pairs])
    groups = unseal_all(
        session, [Seal(row.partner_id, _place(row.entry_id), row.groups) for row, _ in pairs]
    )
    return [
        (_read(row, json.loads(said)), decision)
        for (row, _), decision, said in zip(pairs, made, groups, strict=True)
        if decision is not None and said is not None
    ]


def _check(programme: Programme, agreed: Agreed, now: datetime) -> None:
    if agreed.agreed_at > now:
        raise BadInput(
            found="a time to come",
            expected="now or earlier",
            hint="Send the time at which the owner agreed.",
            code="future-date",
            where="agreed_at",
        )
    if not programme.groups.issuperset(agreed.groups):
        raise BadInput(
            found="a group that the programme does not speak of",
            expected=", ".join(sorted(programme.groups)) or "none: it speaks of no group",
            hint="Ask owners only for the groups of the programme.",
            code="no-group",
            where="groups",
        )


def _check_decision(engine: Engine, decision: Decision) -> None:
    answered = (
        select(CaseRow.outcome)
        .where(CaseRow.decision_id == decision.decision_id, CaseRow.outcome.in_(LENDING))
        .order_by(CaseRow.answered_at.desc())
    )
    with database.session(engine) as session:
        said = session.scalar(answered.limit(1))
    if not _in_favour(decision, said):
        raise _refused(
            "a decision that does not speak for a loan",
            "one that is eligible, or that an officer answered with lend",
            "Not yet eligible: answer its case first, or decide on a new application.",
            "not-in-favour",
        )
    if decision.probability_of_default is None:
        raise _refused(
            "a decision without a probability of default",
            "one that a model scored",
            "Decide on a new application while a model scores.",
            "risk-unknown",
        )
    business = decision.application.business_id
    if _withdrew(decision, consents.withdrawn_at(engine, decision.partner_id, business)):
        raise _refused(
            "a business that withdrew its consent since the decision",
            "a decision made after that",
            "Ask the owner whether they consent again, and decide on a new application.",
            "consent-withdrawn",
        )


def _check_not_left(engine: Engine, programme_id: str, decision: Decision, agreed: Agreed) -> None:
    """Refuse to bring an owner back who left after what they agreed to."""
    left = select(EntryRow.left_at).where(
        EntryRow.programme_id == programme_id,
        EntryRow.partner_id == decision.partner_id,
        EntryRow.business_id == decision.application.business_id,
        EntryRow.left_at > agreed.agreed_at,
    )
    with database.session(engine) as session:
        if session.scalar(left.limit(1)) is not None:
            raise _refused(
                "an agreement from before the owner left the programme",
                "one made after that",
                "Ask the owner whether they want to take part again.",
                "left-since",
            )


def _refused(found: str, expected: str, hint: str, code: str) -> Refused:
    return Refused(found=found, expected=expected, hint=hint, code=code, where="decision_id")


def _in_favour(decision: Decision, said: str | None) -> bool:
    """Return whether the last that was said of lending, by a person or the house, is for it."""
    return decision.result.kind == "eligible" if said is None else said == "lend"


def _withdrew(decision: Decision, at: datetime | None) -> bool:
    return at is not None and at >= decision.decided_at


def _business(decision: Decision) -> tuple[str, str]:
    return decision.partner_id, decision.application.business_id


def _entry(entry_id: str, programme_id: str, agreed: Agreed) -> Entry:
    groups = tuple(sorted(set(agreed.groups)))
    return Entry(entry_id, programme_id, agreed.decision_id, agreed.agreed_at, groups)


def _read(row: EntryRow, groups: list[str]) -> Entry:
    agreed = Agreed(row.decision_id, row.agreed_at, tuple(groups))
    return _entry(row.entry_id, row.programme_id, agreed)


def _place(entry_id: str) -> str:
    return place("entries", "groups", entry_id)
