"""What lenders answered to applications: a decision here recommends, the lender decides.

Without their answers an audit would see the model's side only: whether lenders approve two groups
alike at the same score, and at the same price, shows in these. They are kept for ever; what was
told wrongly a newer answer of the same time corrects.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Engine, select
from sqlalchemy.orm import Session

from features.errors import BadInput
from serving.access.callers import no_decision
from serving.applications import decisions
from serving.ledger.entering import enter
from serving.ledger.evidence import lender_answered
from serving.store import database
from serving.store.sealed import Seal, place, seal_beside, unseal_all
from serving.tables import DecisionRow, LenderAnswerRow

Outcome = Literal["approved", "declined", "withdrawn"]
"""What came of an application at its lender: a loan, none, or the applicant wanted none."""


@dataclass(frozen=True)
class Answer:
    """What a lender answered.

    Args:
        outcome: what came of the application.
        answered_at: when the lender decided, or the applicant withdrew, UTC.
        amount: lent, minor units; None where nothing is, or nobody says.
        price_bp: all-in price a year, hundredths of a percent; None where nothing is lent, or
            nobody says.
        product_id: of which product; None where it is none of those offered here.
    """

    outcome: Outcome
    answered_at: datetime
    amount: int | None
    price_bp: int | None
    product_id: str | None


ANSWER: Final = TypeAdapter(Answer)

KIND: Final = "lender-answer"
"""What the ledger calls one."""


@dataclass(frozen=True)
class Told:
    """An answer as it is kept, and when it was told, UTC."""

    answer_id: str
    decision_id: str
    reported_at: datetime
    answer: Answer


def tell(engine: Engine, partner_id: str, decision_id: str, said: Answer, now: datetime) -> Told:
    """Keep what a lender answered; the very same told again is kept once.

    Raises:
        NotFound: no such decision of its own (``no-decision``).
        BadInput: answered in the future (``future-date``) or before the decision
            (``answered-too-early``), or a loan where none was approved (``nothing-lent``).
        Erased: it is about a person who is erased (``erased``).
    """
    with database.writing(engine) as session:
        of = _decision(session, partner_id, decision_id)
        decisions.read(session, of)
        _check(said, of, now)
        before = _read(session, LenderAnswerRow.decision_id == decision_id)
        for one in before:
            if one.answer == said:
                return one
        return _keep(session, of, said, now)


def of_decision(engine: Engine, partner_id: str, decision_id: str) -> list[Told]:
    """Return what a lender answered to an application, the last at the end.

    Raises:
        NotFound: no such decision of its own (``no-decision``).
        Erased: it is about a person who is erased (``erased``).
    """
    with database.session(engine) as session:
        decisions.read(session, _decision(session, partner_id, decision_id))
        found = _read(session, LenderAnswerRow.decision_id == decision_id)
    return sorted(found, key=lambda one: (one.answer.answered_at, one.reported_at))


def known(
    session: Session, decision_ids: Collection[str], before: datetime
) -> dict[str, list[Told]]:
    """Return what was told of some decisions before an instant, in the order it was told.

    A decision of which nothing was is not among them, nor is one about a person who is erased.
    """
    its = (LenderAnswerRow.decision_id.in_(decision_ids), LenderAnswerRow.reported_at < before)
    found: dict[str, list[Told]] = defaultdict(list)
    for one in _read(session, *its):
        found[one.decision_id].append(one)
    return found


def last(told: Sequence[Told]) -> Answer:
    """Return the answer that counts: the latest, of two of the same time the one told later."""
    return max(told, key=lambda one: (one.answer.answered_at, one.reported_at)).answer


def _keep(session: Session, of: DecisionRow, said: Answer, now: datetime) -> Told:
    made = Told(str(uuid.uuid4()), of.decision_id, now, said)
    written = ANSWER.dump_json(said)
    row = LenderAnswerRow(
        answer_id=made.answer_id,
        partner_id=of.partner_id,
        decision_id=of.decision_id,
        answered_at=said.answered_at,
        reported_at=now,
        sealed=seal_beside(session, of.partner_id, _place(made.answer_id), written, of.sealed),
    )
    session.add(row)
    session.flush()
    enter(session, KIND, *lender_answered(row))
    return made


def _check(said: Answer, of: DecisionRow, now: datetime) -> None:
    if said.answered_at > now:
        raise _bad("a time to come", "now or earlier", "future-date", "answered_at")
    if said.answered_at < of.decided_at:
        expected = "the time of the decision or later"
        raise _bad("a time before the decision", expected, "answered-too-early", "answered_at")
    lent = (said.amount, said.price_bp, said.product_id) != (None, None, None)
    if lent and said.outcome != "approved":
        expected = "an amount, a price and a product of an approval only"
        raise _bad(f"a loan that is {said.outcome}", expected, "nothing-lent", "outcome")


def _bad(found: str, expected: str, code: str, where: str) -> BadInput:
    hint = "Tell what was answered once it is, with the loan if there is one."
    return BadInput(found=found, expected=expected, hint=hint, code=code, where=where)


def _decision(session: Session, partner_id: str, decision_id: str) -> DecisionRow:
    row = session.get(DecisionRow, decision_id)
    if row is None or row.partner_id != partner_id:
        raise no_decision()
    return row


def _read(session: Session, *its: ColumnElement[bool]) -> list[Told]:
    """Return answers in the order they were told, but for those on erased people."""
    order = (LenderAnswerRow.reported_at, LenderAnswerRow.answer_id)
    rows = session.scalars(select(LenderAnswerRow).where(*its).order_by(*order)).all()
    seals = [Seal(row.partner_id, _place(row.answer_id), row.sealed) for row in rows]
    return [
        Told(row.answer_id, row.decision_id, row.reported_at, ANSWER.validate_json(said))
        for row, said in zip(rows, unseal_all(session, seals), strict=True)
        if said is not None
    ]


def _place(answer_id: str) -> str:
    return place("lender_answers", "sealed", answer_id)
