"""The routes of API version 1, and of health."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import select

from serving import database, schemas
from serving.access import CallingPartner
from serving.answers import answer
from serving.database import DecisionRow
from serving.problems import responses
from serving.service import Service

v1 = APIRouter(prefix="/v1", tags=["decisions"], responses=responses(401, 422, 503))
health = APIRouter(prefix="/health", tags=["health"])


def running(request: Request) -> Service:
    """Return the service the application was made with."""
    service: Service = request.app.state.service
    return service


Running = Annotated[Service, Depends(running)]


@v1.post(
    "/applications",
    status_code=201,
    summary="Decide on an application",
    responses=responses(400, 409),
)
def apply(
    asked: schemas.Application, partner_id: CallingPartner, service: Running, response: Response
) -> schemas.Decision:
    """Score an application by the payments sent with it, and match it with products.

    The decision is on disk before this answers. An application is decided once: the same request
    sent again gets the same decision.
    """
    decision = service.decide(asked, partner_id)
    response.headers["Location"] = f"/v1/decisions/{decision.decision_id}"
    return answer(decision)


@v1.get("/decisions/{decision_id}", summary="Read a decision again", responses=responses(404))
def read(decision_id: str, partner_id: CallingPartner, service: Running) -> schemas.Decision:
    """Return one of your own decisions as it was answered."""
    return answer(service.decision(decision_id, partner_id))


@health.get("/live", summary="Is the process up?")
def live() -> dict[str, str]:
    """Answer as long as the process runs."""
    return {"status": "live"}


@health.get("/ready", summary="Can it decide?", responses=responses(503))
def ready(service: Running) -> dict[str, str]:
    """Answer with what decides when there is something, and the database answers.

    `scorer` is the champion, or the rules in its place; then `why` says what for.
    """
    rules = service.in_force()
    with database.session(service.engine) as session:
        session.scalar(select(DecisionRow.decision_id).limit(1))
    said = {"status": "ready", "scorer": rules.scorer, "model": rules.model_version}
    return said if rules.why is None else {**said, "why": rules.why}
