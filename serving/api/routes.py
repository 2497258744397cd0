"""The routes of API version 1, and of health."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, HTTPException, Query, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from serving.access.callers import CallingPartner, name_of, scoped
from serving.access.links import issue
from serving.api import schemas
from serving.api.answers import answer
from serving.api.explanation import Explanation, explanation
from serving.api.idempotency import ONCE
from serving.api.listing import Decisions, DecisionsAsked, DecisionSummary
from serving.api.problems import responses
from serving.api.reader import WithRecords
from serving.api.routing import Router
from serving.applications.listing import listed
from serving.operation import health as health_of
from serving.reading.request import Application
from serving.service import Service
from serving.settings import Settings
from serving.telling.sms import sms
from serving.telling.words import LANGUAGES

v1 = Router(
    prefix="/v1",
    tags=["decisions"],
    route_class=WithRecords,
    responses=responses(401, 403, 422, 503),
)
figures = Router()
health = Router(prefix="/health", tags=["health"])


async def running(request: Request) -> Service:
    """Return the service the application was made with."""
    service: Service = request.app.state.service
    return service


async def settings_of(request: Request) -> Settings:
    """Return the settings the application was made with."""
    settings: Settings = request.app.state.settings
    return settings


async def reader(request: Request) -> None:
    """Let in who shows the token of the settings; where there is none nobody is let in."""
    settings: Settings = request.app.state.settings
    token = settings.metrics_token.get_secret_value()
    shown = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
        raise HTTPException(404)


Running = Annotated[Service, Depends(running)]
Configured = Annotated[Settings, Depends(settings_of)]


@v1.post(
    "/applications",
    status_code=201,
    summary="Decide on an application",
    dependencies=[scoped("score"), ONCE],
    response_model=schemas.Decision,
    responses=responses(400, 404, 409),
)
def apply(asked: Application, partner_id: CallingPartner, service: Running) -> Response:
    """Score an application by the records sent with it or kept here, and match it with products.

    The decision is on disk before this answers. An application is decided once: the same request
    sent again gets the same decision.
    """
    decision = service.decide(asked, partner_id)
    return Response(  # written here: to hand it over to be written takes another thread
        answer(decision).model_dump_json(),
        201,
        {"Location": f"/v1/decisions/{decision.decision_id}"},
        media_type="application/json",
    )


@v1.get("/decisions", summary="List decisions", dependencies=[scoped("read")])
def page(
    partner_id: CallingPartner, service: Running, asked: Annotated[DecisionsAsked, Query()]
) -> Decisions:
    """Return a page of your decisions in short, the newest first.

    A page is not changed by what is decided meanwhile: read on, and nothing comes twice.
    """
    found = listed(service.engine, partner_id, asked.wanted(), asked.cursor)
    return Decisions(
        decisions=[DecisionSummary.model_validate(one, from_attributes=True) for one in found.rows],
        next_cursor=found.next_cursor,
    )


@v1.get(
    "/decisions/{decision_id}",
    summary="Read a decision again",
    dependencies=[scoped("read")],
    responses=responses(404, 410),
)
def read(decision_id: str, partner_id: CallingPartner, service: Running) -> schemas.Decision:
    """Return one of your own decisions as it was answered."""
    return answer(service.decision(decision_id, partner_id))


@v1.get(
    "/decisions/{decision_id}/explanation",
    summary="Read how a decision adds up",
    dependencies=[scoped("read")],
    responses=responses(404, 410),
)
def explain(decision_id: str, partner_id: CallingPartner, service: Running) -> Explanation:
    """Return one of your own decisions, and its points feature by feature.

    Feature by feature they are not kept, but computed again by what scored the decision, as long as
    it is still what decides.
    """
    kept = service.decision(decision_id, partner_id)
    return explanation(kept, service.scorer_of(kept), name_of(service.engine, partner_id))


@v1.post(
    "/decisions/{decision_id}/links",
    status_code=201,
    summary="Give the applicant a link",
    dependencies=[scoped("score"), ONCE],
    responses=responses(404, 409, 410),
)
def link(
    decision_id: str,
    partner_id: CallingPartner,
    service: Running,
    settings: Configured,
    request: Request,
    response: Response,
) -> schemas.Link:
    """Make a link and a code, by which the applicant reads one of your own decisions.

    Send them by two ways, such as the link in a message and the code by voice: the code is shown
    only here. Links made before end.
    """
    kept = service.decision(decision_id, partner_id)
    lives = timedelta(days=settings.link_days)
    issued = issue(service.engine, decision_id, service.now(), lives)
    url = (settings.public_url or str(request.base_url).rstrip("/")) + issued.url_path
    response.headers["Cache-Control"] = "no-store"
    texts = {language: sms(kept, url, language) for language in LANGUAGES}
    return schemas.Link(
        url=url, code=issued.code, sms=schemas.Text(**texts), expires_at=issued.expires_at
    )


@health.get("/live", summary="Is the process up?")
async def live() -> dict[str, str]:
    """Answer as long as the process runs."""
    return {"status": "live"}


@health.get("/ready", summary="Can it decide?", responses=responses(503))
async def ready(service: Running) -> dict[str, str]:
    """Answer with what decides when there is something, and the database takes what is decided.

    `scorer` is the champion, or the rules in its place; then `why` says what for. `version` is that
    of the release.
    """
    return await health_of.ready(service)


@figures.get("/metrics", include_in_schema=False, dependencies=[Depends(reader)])
def metrics(service: Running) -> Response:
    """Return the figures of all workers, as Prometheus reads them."""
    return Response(
        service.metrics.text(service.engine, service.now()), media_type=CONTENT_TYPE_LATEST
    )
