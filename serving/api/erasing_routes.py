"""The route by which a lender erases a business."""

from __future__ import annotations

from serving.access.callers import CallingPartner, scoped
from serving.api.erasing_schemas import Erased
from serving.api.problems import responses
from serving.api.routes import Configured, Running
from serving.api.routing import Router
from serving.business.records import Whose
from serving.rights import erasing
from serving.rights.erasing import Lock

v1 = Router(
    prefix="/v1/businesses",
    tags=["businesses"],
    responses=responses(401, 403, 422, 503),
    dependencies=[scoped("records")],
)


@v1.delete("/{business_id}", summary="Erase a business", responses=responses(404, 409))
def erase(
    business_id: str, partner_id: CallingPartner, service: Running, settings: Configured
) -> Erased:
    """Destroy the key of all that is kept with you about a business; nobody can bring it back.

    Its decisions answer 410 from then on. Refused while a decision has to be kept, or while a case
    is open that the owner opened: answer that first.
    """
    erased = erasing.erase(
        service.engine,
        settings.destroyed_keys,
        Whose(partner_id, business_id),
        service.now(),
        Lock(settings.dispute_days),
    )
    return Erased.model_validate(erased, from_attributes=True)
