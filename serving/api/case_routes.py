"""The routes by which a partner's staff works on its cases."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from audit.decision import Decision
from features.signals import SIGNALS
from serving.access.callers import CallingPartner, name_of, scoped
from serving.api import case_schemas as schemas
from serving.api.explanation import explanation
from serving.api.idempotency import ONCE
from serving.api.problems import responses
from serving.api.routes import Configured, Running
from serving.api.routing import Router
from serving.api.schemas import Text
from serving.applications import cases, review
from serving.settings import Settings
from serving.telling.words import said

v1 = Router(
    prefix="/v1/cases",
    tags=["cases"],
    dependencies=[scoped("cases")],
    responses=responses(401, 403, 422, 503),
)


@v1.get("", summary="List cases")
def queue(
    partner_id: CallingPartner, service: Running, asked: Annotated[schemas.CasesAsked, Query()]
) -> schemas.Cases:
    """Return a page of your cases, the first due first."""
    page = review.queue(service.engine, partner_id, asked.state, asked.cursor)
    return schemas.Cases(cases=[told(case) for case in page.cases], next_cursor=page.next_cursor)


@v1.get("/summary", summary="How is the staff keeping up?")
def summary(partner_id: CallingPartner, service: Running) -> schemas.Summary:
    """Count your cases, how long they take, and how often the answer differs from the score."""
    found = review.summary(service.engine, partner_id, service.now())
    return schemas.Summary.model_validate(found, from_attributes=True)


@v1.get("/{case_id}", summary="Look at a case", responses=responses(404, 410))
def see(case_id: str, partner_id: CallingPartner, service: Running) -> schemas.CaseSeen:
    """Return one of your cases with all that is known of it; from then on it has been seen."""
    case = review.see(service.engine, partner_id, case_id, service.now())
    kept = service.decision(case.decision_id, partner_id)
    return schemas.CaseSeen(
        case=told(case),
        explanation=explanation(kept, service.scorer_of(kept), name_of(service.engine, partner_id)),
        signals=signals(kept),
        unlike=list(kept.unlike),
    )


@v1.post(
    "/{case_id}/answer",
    summary="Answer a case",
    dependencies=[ONCE],
    responses=responses(400, 404, 409),
)
def answer(
    case_id: str,
    asked: schemas.AnswerAsked,
    partner_id: CallingPartner,
    service: Running,
    settings: Configured,
) -> schemas.Case:
    """Answer one of your cases, once. You are not bound by the score; say why in the reason.

    To answer an `erasure` with `erased` erases all that is kept with you about the business, in the
    same transaction; where a rule has you keep it, answer `kept` and name the rule in the note.
    """
    said_of_it, how = review.Answer(**asked.model_dump()), erasing(settings)
    return told(review.answer(service.engine, partner_id, case_id, said_of_it, service.now(), how))


def erasing(settings: Settings) -> review.Erasing:
    """Return how answers erase in an installation."""
    return review.Erasing(settings.destroyed_keys, settings.dispute_days)


def signals(kept: Decision) -> list[schemas.Signal]:
    """Return the signals of a decision that raised their hand, with what they mean."""
    return [
        schemas.Signal(
            name=signal.name,
            meaning=signal.meaning,
            unit=signal.unit,
            value=kept.signals[signal.name],
        )
        for signal in SIGNALS
        if signal.name in kept.raised
    ]


def told(case: cases.Case) -> schemas.Case:
    """Return a case as the API gives it."""
    return schemas.Case(
        case_id=case.case_id,
        decision_id=case.decision_id,
        kind=case.kind,
        about=case.about,
        recommended=case.recommended,
        opened_at=case.opened_at,
        due_at=case.due_at,
        wrote=case.wrote,
        first_seen_at=case.first_seen_at,
        answer=_answered(case),
    )


def _answered(case: cases.Case) -> schemas.Answered | None:
    if case.answered_at is None or case.outcome is None or case.reason_code is None:
        return None
    return schemas.Answered(
        at=case.answered_at,
        officer=case.officer or "",
        outcome=case.outcome,
        reason_code=case.reason_code,
        reason=Text(**said("answers", case.reason_code)),
        note=case.note,
        override=case.override,
    )
