"""The route by which a lender gives an owner all that is kept about their business."""

from __future__ import annotations

from serving.access.callers import CallingPartner, scoped
from serving.api.export_schemas import Export
from serving.api.problems import responses
from serving.api.routes import Running
from serving.api.routing import Router
from serving.business.records import Whose
from serving.reading.rows import Name
from serving.rights.export import of_business

v1 = Router(
    prefix="/v1/businesses",
    tags=["businesses"],
    responses=responses(401, 403, 422, 503),
    dependencies=[scoped("cases")],
)


@v1.get("/{business_id}/export", summary="Export a business", responses=responses(404))
def export(business_id: Name, partner_id: CallingPartner, service: Running) -> Export:
    """Return all that is kept with you about a business, to answer an owner who asks for it.

    It is what the owner can take along by their link. What is withheld stands in it with the
    reason. That you took it stands in the trail, which the owner reads.
    """
    whole = of_business(service.engine, Whose(partner_id, business_id))
    return Export.model_validate(whole)
