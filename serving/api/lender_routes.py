"""The routes by which a lender tells what it answered to applications."""

from __future__ import annotations

from dataclasses import asdict

from serving.access.callers import CallingPartner, scoped
from serving.api import lender_schemas as schemas
from serving.api.idempotency import ONCE
from serving.api.problems import responses
from serving.api.routes import Running
from serving.api.routing import Router
from serving.applications import lenders

v1 = Router(
    prefix="/v1/decisions/{decision_id}/answers",
    tags=["answers"],
    dependencies=[scoped("outcomes")],
    responses=responses(401, 403, 404, 410, 422, 503),
)


@v1.post(
    "",
    status_code=201,
    summary="Tell what you answered",
    dependencies=[ONCE],
    responses=responses(400, 409),
)
def tell(
    decision_id: str,
    asked: schemas.LenderAnswerAsked,
    partner_id: CallingPartner,
    service: Running,
) -> schemas.LenderAnswer:
    """Tell what you answered to an application that was decided on here: you decide, not we.

    An audit holds your answers beside the score, by groups of applicants. Answers are kept for
    ever; the latest counts, and the very same told again is kept once.
    """
    told = lenders.tell(service.engine, partner_id, decision_id, asked.answer(), service.now())
    return _told(told)


@v1.get("", summary="Read what you answered")
def answered(
    decision_id: str, partner_id: CallingPartner, service: Running
) -> schemas.LenderAnswers:
    """Return what you answered to an application, the answer that counts at the end."""
    found = lenders.of_decision(service.engine, partner_id, decision_id)
    return schemas.LenderAnswers(answers=[_told(one) for one in found])


def _told(one: lenders.Told) -> schemas.LenderAnswer:
    return schemas.LenderAnswer(
        answer_id=one.answer_id,
        decision_id=one.decision_id,
        reported_at=one.reported_at,
        **asdict(one.answer),
    )
