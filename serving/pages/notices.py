"""The notice of a decision over the API, for a partner to send, print or hand over."""

from __future__ import annotations

from fastapi import Response
from fastapi.responses import PlainTextResponse

from serving.access.callers import CallingPartner, scoped
from serving.api.problems import responses
from serving.api.routes import Running
from serving.api.routing import Router
from serving.pages import notice
from serving.pages.kept import names
from serving.pages.page import Lang
from serving.pages.shown import shown

notices = Router(
    prefix="/v1/decisions/{decision_id}",
    tags=["decisions"],
    dependencies=[scoped("read")],
    responses=responses(401, 403, 404, 410, 422, 503),
)


class PdfResponse(Response):
    """An answer that is a PDF file."""

    media_type = "application/pdf"


@notices.get("/notice.pdf", summary="Read the notice as PDF", response_class=PdfResponse)
def notice_pdf(
    decision_id: str, partner_id: CallingPartner, service: Running, lang: Lang = "id"
) -> Response:
    """Return the notice of one of your own decisions, to print; the same bytes each time."""
    kept = service.decision(decision_id, partner_id)
    told = shown(kept, names(service, kept), lang)
    return PdfResponse(notice.as_pdf(told, lang, kept.decided_at))


@notices.get("/notice.txt", summary="Read the notice as text", response_class=PlainTextResponse)
def notice_txt(
    decision_id: str, partner_id: CallingPartner, service: Running, lang: Lang = "id"
) -> Response:
    """Return the notice of one of your own decisions, as plain text."""
    kept = service.decision(decision_id, partner_id)
    return PlainTextResponse(notice.as_text(shown(kept, names(service, kept), lang), lang))
