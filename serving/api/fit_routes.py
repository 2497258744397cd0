"""The route by which a partner asks what would make each product fit."""

from __future__ import annotations

from audit.days import wib
from audit.steps.candidate import PAPERS
from matching.fit import Fit, fits
from serving.access.callers import CallingPartner, scoped
from serving.api import fit_schemas as schemas
from serving.api.answers import requirement
from serving.api.problems import responses
from serving.api.routes import Running
from serving.api.routing import Router

v1 = Router(
    prefix="/v1/decisions",
    tags=["decisions"],
    dependencies=[scoped("read")],
    responses=responses(401, 403, 422, 503),
)


@v1.get(
    "/{decision_id}/fits",
    name="fits",
    summary="What would make products fit?",
    responses=responses(404, 410),
)
def read(decision_id: str, partner_id: CallingPartner, service: Running) -> schemas.Fits:
    """Hold one of your own decisions against every product that may be offered today.

    Where one does not fit, the least change that makes it fit is tried by the matcher itself:
    another amount, another tenor, papers to bring. The risk is taken as it was assessed; ask again
    with the change for a new decision.
    """
    kept, rules = service.decision(decision_id, partner_id), service.in_force()
    day = wib(service.now())
    found = fits(
        kept.applicant, rules.products, on=day, examples=rules.examples, papers=tuple(PAPERS)
    )
    return schemas.Fits(decision_id=decision_id, on=day, products=[_told(one) for one in found])


def _told(one: Fit) -> schemas.ProductFit:
    product, unfit = one.product, one.unfit
    return schemas.ProductFit(
        product_id=product.product_id,
        product_name=product.name,
        lender_id=product.lender.id,
        lender_name=product.lender.name,
        fits=unfit is None,
        reasons=[requirement(reason) for reason in unfit.reasons] if unfit else [],
        beyond_cut_off=unfit is not None and unfit.beyond_cut_off,
        change=one.change and schemas.Change.model_validate(one.change, from_attributes=True),
        largest_affordable_amount=one.largest_affordable_amount,
    )
