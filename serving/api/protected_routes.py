"""The routes by which a lender hands in what owners told for the fairness audit, and takes it back.

A scope of its own opens them: who scores, reads or services loans need not see any of it.
"""

from __future__ import annotations

from dataclasses import asdict

from serving.access.callers import CallingPartner, scoped
from serving.api import protected_schemas as schemas
from serving.api.problems import responses
from serving.api.routes import Running
from serving.api.routing import Router
from serving.business import businesses
from serving.business.records import Whose
from serving.protected import gone, kept
from serving.reading.rows import Name
from serving.store import database

v1 = Router(
    prefix="/v1/businesses/{business_id}/protected",
    tags=["protected"],
    dependencies=[scoped("protected")],
    responses=responses(401, 403, 404, 422, 503),
)


@v1.put("", summary="Keep what an owner told for the audit", responses=responses(400, 409))
def put(
    business_id: Name, partner_id: CallingPartner, asked: schemas.ProtectedAsked, service: Running
) -> schemas.Protected:
    """Keep what the owner told of themselves, in place of what they told before.

    Only under a consent to `fairness_audit` that stands. It is held apart and read by the audit
    alone, which tells of groups, never of a person; no score, offer or decision depends on it.
    """
    whose, told = Whose(partner_id, business_id), asked.told()
    with database.writing(service.engine) as session:
        businesses.check(session, whose)
        kept.put(session, whose, told, service.now())
    return schemas.Protected(**asdict(told))


@v1.get("", summary="Read what an owner told for the audit")
def read(business_id: Name, partner_id: CallingPartner, service: Running) -> schemas.Protected:
    """Return what the owner told."""
    with database.session(service.engine) as session:
        return schemas.Protected(**asdict(kept.find(session, Whose(partner_id, business_id))))


@v1.delete("", status_code=204, summary="Delete what an owner told for the audit")
def forget(business_id: Name, partner_id: CallingPartner, service: Running) -> None:
    """Delete what the owner told, and the key it is sealed with. All else of them stays.

    To withdraw the consent to `fairness_audit`, or to `scoring`, does the same.
    """
    whose = Whose(partner_id, business_id)
    with database.writing(service.engine) as session:
        businesses.check(session, whose)
        gone.destroy(session, whose)
    database.wipe(service.engine)
